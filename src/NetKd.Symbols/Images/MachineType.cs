namespace NetKd.Symbols.Images;

/// <summary>Machine types of PE images (Microsoft PE/COFF specification, "Machine Types").</summary>
public static class MachineType
{
    /// <summary>IMAGE_FILE_MACHINE_I386.</summary>
    public const ushort X86 = 0x014c;

    /// <summary>IMAGE_FILE_MACHINE_AMD64.</summary>
    public const ushort Amd64 = 0x8664;

    /// <summary>IMAGE_FILE_MACHINE_ARM64.</summary>
    public const ushort Arm64 = 0xAA64;
}
