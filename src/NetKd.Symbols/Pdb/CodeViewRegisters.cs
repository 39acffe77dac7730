using NetKd.Symbols.Images;

namespace NetKd.Symbols.Pdb;

/// <summary>
/// Names of registers by their CodeView numbers, which differ from machine to machine (Microsoft's public cvconst.h, CV_HREG_e).
/// The names are those that debuggers use.
/// </summary>
internal static class CodeViewRegisters
{
    private const int VirtualFrame = 30006;

    private static readonly string[] s_x86 =
    [
        "", "al", "cl", "dl", "bl", "ah", "ch", "dh", "bh", "ax", "cx", "dx", "bx", "sp", "bp", "si", "di",
        "eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi", "es", "cs", "ss", "ds", "fs", "gs", "ip", "fl", "eip", "efl",
    ];

    private static readonly string[] s_amd64 =
    [
        "sil", "dil", "bpl", "spl", "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "rsp",
        "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "r8b", "r9b", "r10b", "r11b", "r12b", "r13b", "r14b", "r15b",
        "r8w", "r9w", "r10w", "r11w", "r12w", "r13w", "r14w", "r15w", "r8d", "r9d", "r10d", "r11d", "r12d", "r13d", "r14d", "r15d",
    ];

    /// <summary>The register's name; <c>$T0</c> for the virtual frame; empty when the number is not known.</summary>
    public static string Name(ushort machine, int number)
    {
        if (number == VirtualFrame) return "$T0";
        return machine == MachineType.Arm64 ? Arm64(number) : machine == MachineType.X86 ? X86(number) : Amd64(number);
    }

    private static string X86(int number) => number switch
    {
        >= 0 and <= 34 => s_x86[number],
        >= 128 and <= 135 => $"st{number - 128}",
        >= 146 and <= 153 => $"mm{number - 146}",
        >= 154 and <= 161 => $"xmm{number - 154}",
        _ => "",
    };

    private static string Amd64(int number) => number switch
    {
        33 => "rip",
        >= 252 and <= 259 => $"xmm{number - 252 + 8}",
        >= 324 and <= 367 => s_amd64[number - 324],
        >= 368 and <= 383 => $"ymm{number - 368}",
        _ => X86(number),
    };

    private static string Arm64(int number) => number switch
    {
        >= 10 and <= 40 => $"w{number - 10}",
        41 => "wzr",
        >= 50 and <= 78 => $"x{number - 50}",
        79 => "fp",
        80 => "lr",
        81 => "sp",
        82 => "xzr",
        90 => "nzcv",
        >= 100 and <= 131 => $"s{number - 100}",
        >= 140 and <= 171 => $"d{number - 140}",
        >= 180 and <= 211 => $"q{number - 180}",
        _ => "",
    };
}
