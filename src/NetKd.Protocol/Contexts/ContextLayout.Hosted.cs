using System.Collections.Frozen;

namespace NetKd.Protocol.Contexts;

/// <summary>
/// The CONTEXT record of an architecture as a table of registers (public SDK header winnt.h), with the special registers that control
/// space adds. Hosted only.
/// </summary>
public sealed class ContextLayout
{
    /// <summary>IMAGE_FILE_MACHINE_I386.</summary>
    public const ushort MachineX86 = 0x014c;
    /// <summary>IMAGE_FILE_MACHINE_AMD64.</summary>
    public const ushort MachineAmd64 = 0x8664;
    /// <summary>IMAGE_FILE_MACHINE_ARM64.</summary>
    public const ushort MachineArm64 = 0xAA64;

    // Of amd64 and arm64 (facts: kdnet-wire, section 5).
    private const ulong SpecialRegisterSet = 2;

    private readonly FrozenDictionary<string, RegisterDefinition> _byName;

    private ContextLayout(ushort machine, int contextSize, ulong specialAddress, int specialSize, uint contextFlags, int flagsOffset, string ip, string sp, string fp, List<RegisterDefinition> registers)
    {
        Machine = machine;
        ContextSize = contextSize;
        SpecialAddress = specialAddress;
        SpecialSize = specialSize;
        ContextFlags = contextFlags;
        ContextFlagsOffset = flagsOffset;
        InstructionPointer = ip;
        StackPointer = sp;
        FramePointer = fp;
        Registers = registers;
        _byName = registers.ToFrozenDictionary(r => r.Name, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>PE machine type.</summary>
    public ushort Machine { get; }

    /// <summary>Bytes of the CONTEXT record.</summary>
    public int ContextSize { get; }

    /// <summary>Where control space has the special registers: set 2 on 64-bit machines, an offset on x86.</summary>
    public ulong SpecialAddress { get; }

    /// <summary>Bytes of the special registers that debuggers ask for, 0 for none.</summary>
    public int SpecialSize { get; }

    /// <summary>The flags that ask for the whole record.</summary>
    public uint ContextFlags { get; }

    /// <summary>Where the record keeps its flags.</summary>
    public int ContextFlagsOffset { get; }

    /// <summary>Name of the program counter.</summary>
    public string InstructionPointer { get; }

    /// <summary>Name of the stack pointer.</summary>
    public string StackPointer { get; }

    /// <summary>Name of the frame pointer.</summary>
    public string FramePointer { get; }

    /// <summary>All registers, parts after the registers that they belong to.</summary>
    public IReadOnlyList<RegisterDefinition> Registers { get; }

    /// <summary>Finds a register by name, letter case not counting.</summary>
    public RegisterDefinition? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The layout of a machine type, or null for an unknown one.</summary>
    public static ContextLayout? ForMachine(ushort machine) => machine switch
    {
        MachineAmd64 => Amd64,
        MachineArm64 => Arm64,
        MachineX86 => X86,
        _ => null,
    };

    /// <summary>amd64: 0x4d0 bytes.</summary>
    public static ContextLayout Amd64 { get; } = MakeAmd64();

    /// <summary>arm64: 0x390 bytes.</summary>
    public static ContextLayout Arm64 { get; } = MakeArm64();

    /// <summary>x86: 0x2cc bytes.</summary>
    public static ContextLayout X86 { get; } = MakeX86();

    private static ContextLayout MakeAmd64()
    {
        List<RegisterDefinition> list = [];
        string[] general = ["rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi"];
        for (int i = 0; i < general.Length; i++) Add(list, general[i], Amd64ContextOffsets.Rax + 8 * i, 64);
        for (int i = 8; i < 16; i++) Add(list, $"r{i}", Amd64ContextOffsets.R8 + 8 * (i - 8), 64);
        Add(list, "rip", Amd64ContextOffsets.Rip, 64);
        Add(list, "efl", Amd64ContextOffsets.EFlags, 32);
        string[] segments = ["cs", "ds", "es", "fs", "gs", "ss"];
        for (int i = 0; i < segments.Length; i++) Add(list, segments[i], Amd64ContextOffsets.SegCs + 2 * i, 16, RegisterGroup.Segment);
        for (int i = 0; i < 4; i++) Add(list, $"dr{i}", Amd64ContextOffsets.Dr0 + 8 * i, 64, RegisterGroup.Debug);
        Add(list, "dr6", Amd64ContextOffsets.Dr6, 64, RegisterGroup.Debug);
        Add(list, "dr7", Amd64ContextOffsets.Dr7, 64, RegisterGroup.Debug);
        Add(list, "fpcw", Amd64ContextOffsets.FltSave, 16, RegisterGroup.FloatingPoint);
        Add(list, "fpsw", Amd64ContextOffsets.FltSave + 2, 16, RegisterGroup.FloatingPoint);
        Add(list, "fptw", Amd64ContextOffsets.FltSave + 4, 8, RegisterGroup.FloatingPoint);
        for (int i = 0; i < 8; i++)
        {
            Add(list, $"st{i}", Amd64ContextOffsets.FltSave + 0x20 + 16 * i, 80, RegisterGroup.FloatingPoint);
            Add(list, $"mm{i}", Amd64ContextOffsets.FltSave + 0x20 + 16 * i, 64, RegisterGroup.FloatingPoint);
        }

        Add(list, "mxcsr", Amd64ContextOffsets.MxCsr, 32, RegisterGroup.Vector);
        for (int i = 0; i < 16; i++) Add(list, $"xmm{i}", Amd64ContextOffsets.Xmm0 + 16 * i, 128, RegisterGroup.Vector);

        AddSpecial(list, "cr0", Amd64SpecialRegisterOffsets.Cr0, 64);
        AddSpecial(list, "cr2", Amd64SpecialRegisterOffsets.Cr2, 64);
        AddSpecial(list, "cr3", Amd64SpecialRegisterOffsets.Cr3, 64);
        AddSpecial(list, "cr4", Amd64SpecialRegisterOffsets.Cr4, 64);
        AddSpecial(list, "cr8", Amd64SpecialRegisterOffsets.Cr8, 64);
        AddSpecial(list, "gdtr", Amd64SpecialRegisterOffsets.GdtrBase, 64);
        AddSpecial(list, "gdtl", Amd64SpecialRegisterOffsets.GdtrLimit, 16);
        AddSpecial(list, "idtr", Amd64SpecialRegisterOffsets.IdtrBase, 64);
        AddSpecial(list, "idtl", Amd64SpecialRegisterOffsets.IdtrLimit, 16);
        AddSpecial(list, "tr", Amd64SpecialRegisterOffsets.Tr, 16);
        AddSpecial(list, "ldtr", Amd64SpecialRegisterOffsets.Ldtr, 16);

        string[] letters = ["a", "c", "d", "b"];
        for (int i = 0; i < letters.Length; i++)
        {
            int offset = Amd64ContextOffsets.Rax + 8 * i;
            Add(list, $"e{letters[i]}x", offset, 32, RegisterGroup.Part);
            Add(list, $"{letters[i]}x", offset, 16, RegisterGroup.Part);
            Add(list, $"{letters[i]}l", offset, 8, RegisterGroup.Part);
            Add(list, $"{letters[i]}h", offset, 8, RegisterGroup.Part, 8);
        }

        string[] pointers = ["sp", "bp", "si", "di"];
        for (int i = 0; i < pointers.Length; i++)
        {
            int offset = Amd64ContextOffsets.Rsp + 8 * i;
            Add(list, $"e{pointers[i]}", offset, 32, RegisterGroup.Part);
            Add(list, pointers[i], offset, 16, RegisterGroup.Part);
            Add(list, $"{pointers[i]}l", offset, 8, RegisterGroup.Part);
        }

        for (int i = 8; i < 16; i++)
        {
            int offset = Amd64ContextOffsets.R8 + 8 * (i - 8);
            Add(list, $"r{i}d", offset, 32, RegisterGroup.Part);
            Add(list, $"r{i}w", offset, 16, RegisterGroup.Part);
            Add(list, $"r{i}b", offset, 8, RegisterGroup.Part);
        }

        Add(list, "eip", Amd64ContextOffsets.Rip, 32, RegisterGroup.Part);
        Add(list, "ip", Amd64ContextOffsets.Rip, 16, RegisterGroup.Part);
        Add(list, "fl", Amd64ContextOffsets.EFlags, 16, RegisterGroup.Part);
        AddFlags(list, Amd64ContextOffsets.EFlags);
        return new ContextLayout(MachineAmd64, Amd64ContextOffsets.Size, SpecialRegisterSet, Amd64SpecialRegisterOffsets.Size, Amd64ContextOffsets.AllFlags, Amd64ContextOffsets.ContextFlags, "rip", "rsp", "rbp", list);
    }

    private static ContextLayout MakeX86()
    {
        const int Size = 0x2cc, FlagsOffset = 0, EFlags = 0xc0;
        const uint AllFlags = 0x0001003F;
        List<RegisterDefinition> list = [];
        (string Name, int Offset)[] general =
        [
            ("gs", 0x8c), ("fs", 0x90), ("es", 0x94), ("ds", 0x98), ("edi", 0x9c), ("esi", 0xa0), ("ebx", 0xa4), ("edx", 0xa8),
            ("ecx", 0xac), ("eax", 0xb0), ("ebp", 0xb4), ("eip", 0xb8), ("cs", 0xbc), ("efl", EFlags), ("esp", 0xc4), ("ss", 0xc8),
        ];
        foreach ((string name, int offset) in general)
            Add(list, name, offset, 32, name.Length == 2 ? RegisterGroup.Segment : RegisterGroup.Integer);
        for (int i = 0; i < 4; i++) Add(list, $"dr{i}", 4 + 4 * i, 32, RegisterGroup.Debug);
        Add(list, "dr6", 0x14, 32, RegisterGroup.Debug);
        Add(list, "dr7", 0x18, 32, RegisterGroup.Debug);
        for (int i = 0; i < 8; i++) Add(list, $"xmm{i}", 0xcc + 0xa0 + 16 * i, 128, RegisterGroup.Vector);
        (string Letter, int Offset)[] parts = [("a", 0xb0), ("c", 0xac), ("d", 0xa8), ("b", 0xa4)];
        foreach ((string letter, int offset) in parts)
        {
            Add(list, $"{letter}x", offset, 16, RegisterGroup.Part);
            Add(list, $"{letter}l", offset, 8, RegisterGroup.Part);
            Add(list, $"{letter}h", offset, 8, RegisterGroup.Part, 8);
        }

        AddSpecial(list, "cr0", X86SpecialRegisterOffsets.Cr0, 32);
        AddSpecial(list, "cr2", X86SpecialRegisterOffsets.Cr2, 32);
        AddSpecial(list, "cr3", X86SpecialRegisterOffsets.Cr3, 32);
        AddSpecial(list, "cr4", X86SpecialRegisterOffsets.Cr4, 32);
        AddFlags(list, EFlags);
        return new ContextLayout(MachineX86, Size, X86SpecialRegisterOffsets.Address, X86SpecialRegisterOffsets.Size, AllFlags, FlagsOffset, "eip", "esp", "ebp", list);
    }

    private static ContextLayout MakeArm64()
    {
        const int Size = 0x390, FlagsOffset = 0, Cpsr = 4, X0 = 8, Fp = 0xf0, Lr = 0xf8, Sp = 0x100, Pc = 0x108, V0 = 0x110, Fpcr = 0x310;
        const uint AllFlags = 0x0040000F;
        List<RegisterDefinition> list = [];
        for (int i = 0; i < 29; i++) Add(list, $"x{i}", X0 + 8 * i, 64);
        Add(list, "fp", Fp, 64);
        Add(list, "lr", Lr, 64);
        Add(list, "sp", Sp, 64);
        Add(list, "pc", Pc, 64);
        Add(list, "cpsr", Cpsr, 32);
        for (int i = 0; i < 32; i++) Add(list, $"v{i}", V0 + 16 * i, 128, RegisterGroup.Vector);
        Add(list, "fpcr", Fpcr, 32, RegisterGroup.FloatingPoint);
        Add(list, "fpsr", Fpcr + 4, 32, RegisterGroup.FloatingPoint);
        AddSpecial(list, "elr_el1", Arm64SpecialRegisterOffsets.ElrEl1, 64);
        AddSpecial(list, "spsr_el1", Arm64SpecialRegisterOffsets.SpsrEl1, 32);
        AddSpecial(list, "tpidr_el0", Arm64SpecialRegisterOffsets.TpidrEl0, 64);
        AddSpecial(list, "tpidrro_el0", Arm64SpecialRegisterOffsets.TpidrroEl0, 64);
        AddSpecial(list, "tpidr_el1", Arm64SpecialRegisterOffsets.TpidrEl1, 64);
        for (int i = 0; i < 29; i++) Add(list, $"w{i}", X0 + 8 * i, 32, RegisterGroup.Part);
        (string Name, int Bit)[] flags = [("nf", 31), ("zf", 30), ("cf", 29), ("vf", 28)];
        foreach ((string name, int bit) in flags) Add(list, name, Cpsr, 1, RegisterGroup.Part, bit);
        return new ContextLayout(MachineArm64, Size, SpecialRegisterSet, Arm64SpecialRegisterOffsets.Size, AllFlags, FlagsOffset, "pc", "sp", "fp", list);
    }

    private static void AddFlags(List<RegisterDefinition> list, int offset)
    {
        // Intel SDM volume 1, "EFLAGS Register".
        (string Name, int Bit)[] flags = [("cf", 0), ("pf", 2), ("af", 4), ("zf", 6), ("sf", 7), ("tf", 8), ("if", 9), ("df", 10), ("of", 11), ("vif", 19), ("vip", 20)];
        foreach ((string name, int bit) in flags) Add(list, name, offset, 1, RegisterGroup.Part, bit);
        Add(list, "iopl", offset, 2, RegisterGroup.Part, 12);
    }

    private static void Add(List<RegisterDefinition> list, string name, int offset, int bits, RegisterGroup group = RegisterGroup.Integer, int shift = 0) =>
        list.Add(new RegisterDefinition(name, RegisterHome.Context, offset, bits, shift, group));

    private static void AddSpecial(List<RegisterDefinition> list, string name, int offset, int bits) =>
        list.Add(new RegisterDefinition(name, RegisterHome.Special, offset, bits, 0, RegisterGroup.Control));
}
