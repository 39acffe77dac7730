namespace NetKd.Commands.Text;

/// <summary>Register blocks of arm64, in the layout of Microsoft's debuggers.</summary>
internal static class Arm64RegisterText
{
    private const int Columns = 4;

    // Bits of the processor state (Arm Architecture Reference Manual, C5.2.19, "SPSR_EL1").
    private const int ExceptionLevelShift = 2;
    private static readonly (char Name, int Bit)[] s_flags = [('N', 31), ('Z', 30), ('C', 29), ('V', 28)];

    private static readonly string[] s_integers = [.. Enumerable.Range(0, 29).Select(i => $"x{i}"), "fp", "lr", "sp"];

    /// <summary>The lines of the blocks that a mask asks for.</summary>
    public static IEnumerable<string> Lines(RegisterMask mask, Func<string, ulong?> read)
    {
        if ((mask & (RegisterMask.Integer32 | RegisterMask.Integer64)) != 0)
        {
            foreach (string[] row in s_integers.Chunk(Columns)) yield return string.Join("  ", row.Select(name => RegisterText.Row(read, 16, name)));
            yield return $"{RegisterText.Row(read, 16, "pc")}  psr={RegisterText.Hex(read("cpsr"), 8)} {State(read("cpsr"))}";
        }

        if ((mask & RegisterMask.Control) != 0)
        {
            yield return $"elr_el1={RegisterText.Hex(read("elr_el1"), 16)}  spsr_el1={RegisterText.Hex(read("spsr_el1"), 8)}";
            yield return $"tpidr_el0={RegisterText.Hex(read("tpidr_el0"), 16)}  tpidrro_el0={RegisterText.Hex(read("tpidrro_el0"), 16)}  tpidr_el1={RegisterText.Hex(read("tpidr_el1"), 16)}";
        }
    }

    private static string State(ulong? state) => state is { } bits
        ? $"{string.Concat(s_flags.Select(flag => (bits >> flag.Bit & 1) != 0 ? flag.Name : '-'))} EL{bits >> ExceptionLevelShift & 3}"
        : "???? EL?";
}
