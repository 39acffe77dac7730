namespace NetKd.Protocol.Contexts;

/// <summary>
/// Byte offsets in the amd64 CONTEXT record (public SDK header winnt.h), which crosses the wire as it is.
/// </summary>
public static class Amd64ContextOffsets
{
    /// <summary>Bytes of the record.</summary>
    public const int Size = 0x4d0;
    /// <summary>ContextFlags u32: which parts are valid.</summary>
    public const int ContextFlags = 0x30;
    /// <summary>CONTEXT_AMD64 with control, integer, segments, floating point and debug registers.</summary>
    public const uint AllFlags = 0x0010001F;
    /// <summary>MxCsr u32.</summary>
    public const int MxCsr = 0x34;
    /// <summary>SegCs u16; DS, ES, FS, GS and SS follow.</summary>
    public const int SegCs = 0x38;
    /// <summary>SegDs u16.</summary>
    public const int SegDs = 0x3a;
    /// <summary>SegEs u16.</summary>
    public const int SegEs = 0x3c;
    /// <summary>SegFs u16.</summary>
    public const int SegFs = 0x3e;
    /// <summary>SegGs u16.</summary>
    public const int SegGs = 0x40;
    /// <summary>SegSs u16.</summary>
    public const int SegSs = 0x42;
    /// <summary>EFlags u32.</summary>
    public const int EFlags = 0x44;
    /// <summary>Dr0 u64; Dr1, Dr2, Dr3 follow.</summary>
    public const int Dr0 = 0x48;
    /// <summary>Dr6 u64.</summary>
    public const int Dr6 = 0x68;
    /// <summary>Dr7 u64.</summary>
    public const int Dr7 = 0x70;
    /// <summary>Rax u64.</summary>
    public const int Rax = 0x78;
    /// <summary>Rcx u64.</summary>
    public const int Rcx = 0x80;
    /// <summary>Rdx u64.</summary>
    public const int Rdx = 0x88;
    /// <summary>Rbx u64.</summary>
    public const int Rbx = 0x90;
    /// <summary>Rsp u64.</summary>
    public const int Rsp = 0x98;
    /// <summary>Rbp u64.</summary>
    public const int Rbp = 0xa0;
    /// <summary>Rsi u64.</summary>
    public const int Rsi = 0xa8;
    /// <summary>Rdi u64.</summary>
    public const int Rdi = 0xb0;
    /// <summary>R8 u64; R9 to R15 follow.</summary>
    public const int R8 = 0xb8;
    /// <summary>Rip u64.</summary>
    public const int Rip = 0xf8;
    /// <summary>The 512 bytes of FXSAVE.</summary>
    public const int FltSave = 0x100;
    /// <summary>Xmm0, 16 bytes; Xmm1 to Xmm15 follow.</summary>
    public const int Xmm0 = 0x1a0;
}
