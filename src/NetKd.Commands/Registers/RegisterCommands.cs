using NetKd.Commands.Execution;

namespace NetKd.Commands.Registers;

/// <summary>The register commands <c>r</c>, <c>rM</c> and <c>rm</c>.</summary>
internal sealed class RegisterCommands(CommandSession session, EventReport report) : ICommandGroup
{
    public IEnumerable<Command> Commands =>
    [
        new("r", new("r [register[:type][=value], ...]", "Displays registers, or sets them.", "r rax=1, rbx"), Run),
        new("rM", new("rM mask [register]", "Displays the register blocks of a mask.", "rM 8"), ShowMask),
        new("rm", new("rm [mask]", "Shows or sets which blocks r displays.", "rm a"), SetMask),
        new("rX", new("rX", "Displays the XMM registers.", "rX"), call => ShowBlocks(call, RegisterMask.Xmm)) { IsWord = true },
        new("rF", new("rF", "Displays the floating-point registers.", "rF"), call => ShowBlocks(call, RegisterMask.FloatingPoint)) { IsWord = true },
    ];

    private void Run(CommandCall call)
    {
        if (call.Arguments.AtEnd)
        {
            session.RequireStopped();
            Show(session.RegisterMask);
            return;
        }

        do
        {
            ReadOne(call);
        }
        while (call.Arguments.TryTake(','));

        call.Arguments.ExpectEnd();
    }

    private void ReadOne(CommandCall call)
    {
        ArgumentReader arguments = call.Arguments;
        if (arguments.TryTake('@'))
        {
            // "r @rax" is "r rax".
        }

        arguments.SkipBlanks();
        int start = arguments.Position;
        while (NumberText.IsWordCharacter(arguments.Current) || arguments.Current == '.') arguments.Position++;
        string name = arguments.Text[start..arguments.Position].ToLowerInvariant();
        if (name.StartsWith("$.u", StringComparison.Ordinal))
        {
            if (!arguments.TryTake('=')) throw arguments.Error("Syntax error");
            session.Aliases.Set("$u" + name[3..], arguments.ReadRest());
            return;
        }

        RegisterFormat? format = arguments.Current == ':' ? ReadFormat(arguments) : null;
        if (name.StartsWith('$')) Variable(call, name);
        else Register(call, name, format);
    }

    private void Variable(CommandCall call, string name)
    {
        if (call.Arguments.TryTake('='))
        {
            ulong value = session.Evaluate(call);
            if (!session.Variables.TryWrite(name, value)) throw call.Arguments.Error("Bad register error");
            return;
        }

        if (!session.Variables.TryRead(name, out ulong read)) throw call.Arguments.Error("Bad register error");
        session.WriteLine($"{name}={read:x16}");
    }

    private void Register(CommandCall call, string name, RegisterFormat? format)
    {
        session.RequireStopped();
        RegisterSet registers = session.Client.Registers;
        if (!registers.TryRead(name, out RegisterValue current)) throw call.Arguments.Error("Bad register error");
        if (!call.Arguments.TryTake('='))
        {
            session.WriteLine($"{name}={(format ?? RegisterFormat.Default(current.Bits)).Format(current)}");
            return;
        }

        ulong value = session.Evaluate(call);
        if (current.Bits < 64 && value >> current.Bits != 0 && unchecked((long)value) >> (current.Bits - 1) != -1) throw call.Arguments.Error("Overflow error");
        ulong mask = current.Bits >= 64 ? ulong.MaxValue : (1UL << current.Bits) - 1;
        if (!registers.TryWrite(name, current with { Low = value & mask, High = 0 })) throw new CommandException($"The target does not let {name} be written.");
    }

    private static RegisterFormat ReadFormat(ArgumentReader arguments)
    {
        arguments.Position++;
        int start = arguments.Position;
        while (char.IsAsciiLetterOrDigit(arguments.Current)) arguments.Position++;
        string text = arguments.Text[start..arguments.Position].TrimStart('0', '1', '2', '3', '4', '5', '6', '7', '8', '9');
        return RegisterFormat.Parse(text) ?? throw arguments.Error("Unknown register type: syntax error");
    }

    private void ShowMask(CommandCall call)
    {
        session.RequireStopped();
        RegisterMask mask = ReadMask(call);
        call.Arguments.ExpectEnd();
        Show(mask);
    }

    private void SetMask(CommandCall call)
    {
        if (call.Arguments.AtEnd || call.Arguments.TryTake('?'))
        {
            session.WriteLine($"Register output mask is {(uint)session.RegisterMask:x}:");
            foreach ((RegisterMask bit, string text) in RegisterText.MaskNames)
            {
                if ((session.RegisterMask & bit) != 0) session.WriteLine($"{(uint)bit,8:x} - {text}");
            }

            return;
        }

        session.RegisterMask = ReadMask(call);
        call.Arguments.ExpectEnd();
    }

    private RegisterMask ReadMask(CommandCall call)
    {
        ulong mask = session.Masm.Evaluate(call.Arguments);
        return mask <= (ulong)RegisterMask.All ? (RegisterMask)mask : throw call.Arguments.Error("Range error: masks go up to 1ff");
    }

    private void ShowBlocks(CommandCall call, RegisterMask mask)
    {
        session.RequireStopped();
        call.Arguments.ExpectEnd();
        ShowVectors(mask);
    }

    private void Show(RegisterMask mask)
    {
        foreach (string line in RegisterText.Lines(session.Client.Target.MachineType, mask, report.ReadRegister)) session.WriteLine(line);
        ShowVectors(mask);
        PromptParts parts = session.PromptParts;
        session.PromptParts = parts & ~PromptParts.Registers;
        report.WriteLocation();
        session.PromptParts = parts;
    }

    private void ShowVectors(RegisterMask mask)
    {
        // Vectors and floating-point numbers share arm64's registers.
        if (session.Client.Target.MachineType == ContextLayout.MachineArm64)
        {
            if ((mask & (RegisterMask.Xmm | RegisterMask.FloatingPoint)) != 0) ShowNumbered("v", 32);
            return;
        }

        if ((mask & RegisterMask.Xmm) != 0) ShowNumbered("xmm", 16);
        if ((mask & RegisterMask.FloatingPoint) != 0) ShowNumbered("st", 8);
        if ((mask & RegisterMask.Mmx) != 0) ShowNumbered("mm", 8);
    }

    private void ShowNumbered(string prefix, int count)
    {
        for (int i = 0; i < count; i++)
        {
            if (session.Client.Registers.TryRead(prefix + i, out RegisterValue value))
                session.WriteLine($"{prefix}{i}={RegisterFormat.Default(value.Bits).Format(value)}");
        }
    }
}
