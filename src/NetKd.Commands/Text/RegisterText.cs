using System.Text;

namespace NetKd.Commands.Text;

/// <summary>Register blocks in kd's layout (facts: kd-transcript, r and rM). A register is asked for by name; null means not available.</summary>
public static class RegisterText
{
    private static readonly (string Name, string Set, string Clear)[] s_flags =
    [
        ("of", "ov", "nv"), ("df", "dn", "up"), ("if", "ei", "di"), ("sf", "ng", "pl"),
        ("zf", "zr", "nz"), ("af", "ac", "na"), ("pf", "pe", "po"), ("cf", "cy", "nc"),
    ];

    /// <summary>The names of the masks, for <c>rm</c>.</summary>
    public static IReadOnlyList<(RegisterMask Mask, string Text)> MaskNames { get; } =
    [
        (RegisterMask.Integer32, "Integer state (32-bit)"),
        (RegisterMask.Integer64, "Integer state (64-bit)"),
        (RegisterMask.FloatingPoint, "Floating-point state"),
        (RegisterMask.Segments, "Segment registers"),
        (RegisterMask.Mmx, "MMX registers"),
        (RegisterMask.Debug, "Debug registers"),
        (RegisterMask.Xmm, "SSE XMM registers"),
        (RegisterMask.Control, "Control registers"),
        (RegisterMask.Descriptors, "Descriptor table and task registers"),
    ];

    /// <summary>The lines of the blocks that a mask asks for, of a machine (PE machine type).</summary>
    public static IEnumerable<string> Lines(ushort machine, RegisterMask mask, Func<string, ulong?> read) => machine switch
    {
        ContextLayout.MachineArm64 => Arm64RegisterText.Lines(mask, read),
        ContextLayout.MachineX86 => X86Lines(mask, read),
        _ => Amd64Lines(mask, read),
    };

    private static IEnumerable<string> Amd64Lines(RegisterMask mask, Func<string, ulong?> read)
    {
        if ((mask & RegisterMask.Integer64) != 0)
        {
            yield return Row(read, 16, "rax", "rbx", "rcx");
            yield return Row(read, 16, "rdx", "rsi", "rdi");
            yield return Row(read, 16, "rip", "rsp", "rbp");
            yield return Row(read, 16, "r8", "r9", "r10");
            yield return Row(read, 16, "r11", "r12", "r13");
            yield return Row(read, 16, "r14", "r15");
            yield return Flags(read);
        }
        else if ((mask & RegisterMask.Integer32) != 0)
        {
            yield return Row(read, 8, "eax", "ebx", "ecx", "edx", "esi", "edi");
            yield return Row(read, 8, "eip", "esp", "ebp");
            yield return Flags(read);
        }

        if ((mask & RegisterMask.Segments) != 0) yield return Segments(read);
        if ((mask & RegisterMask.Debug) != 0)
        {
            yield return Row(read, 16, "dr0", "dr1", "dr2");
            yield return Row(read, 16, "dr3", "dr6", "dr7");
        }

        if ((mask & RegisterMask.Control) != 0)
        {
            yield return Row(read, 16, "cr0", "cr2", "cr3");
            yield return Row(read, 16, "cr4", "cr8");
        }

        if ((mask & RegisterMask.Descriptors) != 0)
        {
            yield return $"gdtr={Hex(read("gdtr"), 16)}   gdtl={Hex(read("gdtl"), 4)} " +
                         $"idtr={Hex(read("idtr"), 16)}   idtl={Hex(read("idtl"), 4)} " +
                         $"tr={Hex(read("tr"), 4)}  ldtr={Hex(read("ldtr"), 4)}";
        }
    }

    // A machine of 32 bits has the flags behind the pointers.
    private static IEnumerable<string> X86Lines(RegisterMask mask, Func<string, ulong?> read)
    {
        if ((mask & (RegisterMask.Integer32 | RegisterMask.Integer64)) != 0)
        {
            yield return Row(read, 8, "eax", "ebx", "ecx", "edx", "esi", "edi");
            yield return $"{Row(read, 8, "eip", "esp", "ebp")} {Flags(read)}";
        }

        if ((mask & RegisterMask.Segments) != 0) yield return Segments(read);
        if ((mask & RegisterMask.Debug) != 0) yield return Row(read, 8, "dr0", "dr1", "dr2", "dr3", "dr6", "dr7");
        if ((mask & RegisterMask.Control) != 0) yield return Row(read, 8, "cr0", "cr2", "cr3", "cr4");
    }

    private static string Segments(Func<string, ulong?> read)
    {
        StringBuilder line = new();
        foreach (string segment in (string[])["cs", "ss", "ds", "es", "fs", "gs"]) line.Append($"{segment}={Hex(read(segment), 4)}  ");
        return line.ToString().TrimEnd() + $"             efl={Hex(read("efl"), 8)}";
    }

    /// <summary>The line with the privilege level and the flags in words: <c>iopl=0         nv up ei pl nz na pe nc</c>.</summary>
    public static string Flags(Func<string, ulong?> read)
    {
        string words = string.Join(' ', s_flags.Select(flag => read(flag.Name) switch { null => "??", 0 => flag.Clear, _ => flag.Set }));
        return $"iopl={Hex(read("iopl"), 1)}         {words}";
    }

    /// <summary>Registers with their values, names right-aligned, as one line.</summary>
    internal static string Row(Func<string, ulong?> read, int digits, params ReadOnlySpan<string> names)
    {
        StringBuilder line = new();
        foreach (string name in names)
        {
            if (line.Length > 0) line.Append(' ');
            line.Append($"{name,3}={Hex(read(name), digits)}");
        }

        return line.ToString();
    }

    /// <summary>A value with all its digits; question marks where it is not available.</summary>
    internal static string Hex(ulong? value, int digits) =>
        value is ulong number ? number.ToString("x").PadLeft(digits, '0') : new string('?', digits);
}
