using System.Globalization;

namespace NetKd.Commands.Session;

/// <summary>The names with a dollar sign: what the debugger knows, and the user's own <c>$t0</c> to <c>$t19</c>.</summary>
internal sealed class PseudoRegisters(CommandSession session)
{
    private readonly ulong[] _user = new ulong[20];

    /// <summary><c>$exp</c>: the last expression evaluated by a command.</summary>
    public ulong LastExpression { get; set; }

    /// <summary>The names, for listing.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["$ip", "$scopeip", "$frame", "$ra", "$csp", "$retreg", "$exp", "$thread", "$ptrsize", "$pagesize", "$eventip", "$exr_code", "$exr_chance", "$t0"];

    public bool TryRead(string name, out ulong value)
    {
        value = 0;
        if (TryUserIndex(name, out int index))
        {
            value = _user[index];
            return true;
        }

        if (TryConstant(name, ref value)) return true;
        return session.IsStopped && (TryRegister(name, ref value) || TryEvent(name, ref value) || TryBreakpoint(name, ref value));
    }

    public bool TryWrite(string name, ulong value)
    {
        if (TryUserIndex(name, out int index)) _user[index] = value;
        else if (name == "$ip" && session.IsStopped) session.Client.Registers.InstructionPointer = value;
        else return false;
        return true;
    }

    private static bool TryUserIndex(string name, out int index)
    {
        index = 0;
        return name.StartsWith("$t", StringComparison.Ordinal) &&
               int.TryParse(name.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out index) && index < 20;
    }

    private bool TryConstant(string name, ref ulong value)
    {
        switch (name)
        {
            case "$exp":
                value = LastExpression;
                return true;
            case "$ptrsize":
                value = (ulong)session.Scope.PointerSize;
                return true;
            case "$pagesize":
                value = 0x1000;
                return true;
            case "$dbgtime":
                value = (ulong)DateTime.UtcNow.ToFileTimeUtc();
                return true;
            default:
                return false;
        }
    }

    private bool TryRegister(string name, ref ulong value)
    {
        switch (name)
        {
            case "$ip":
                value = session.Client.Registers.InstructionPointer;
                return true;
            case "$scopeip":
                value = session.Frame.InstructionPointer;
                return true;
            case "$frame":
                value = (ulong)session.Frame.Number;
                return true;
            case "$csp":
                value = session.Client.Registers.StackPointer;
                return true;
            case "$retreg" or "$retreg64":
                string register = session.Client.Target.Is64Bit ? "rax" : "eax";
                if (!session.Client.Registers.TryRead(register, out RegisterValue result)) return false;
                value = result.Low;
                return true;
            case "$ra":
                IReadOnlyList<StackFrame> frames = session.Client.Stacks.Walk(1);
                if (frames.Count == 0) return false;
                value = frames[0].ReturnAddress;
                return true;
            default:
                return false;
        }
    }

    private bool TryEvent(string name, ref ulong value)
    {
        if (session.Client.LastEvent is not { } last) return false;
        switch (name)
        {
            case "$eventip":
                value = last.ProgramCounter;
                return true;
            case "$exr_code":
                value = last.Exception.Code;
                return true;
            case "$exr_chance":
                value = last.Exception.FirstChance ? 1UL : 0;
                return true;
            default:
                return false;
        }
    }

    private bool TryBreakpoint(string name, ref ulong value)
    {
        if (!name.StartsWith("$bp", StringComparison.Ordinal) ||
            !int.TryParse(name.AsSpan(3), NumberStyles.None, CultureInfo.InvariantCulture, out int id) ||
            session.Client.Breakpoints.Find(id) is not { } breakpoint)
        {
            return false;
        }

        value = breakpoint.Address;
        return true;
    }
}
