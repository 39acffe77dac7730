using System.Buffers.Binary;
using NetKd.Symbols.Images;

namespace NetKd.Symbols.Unwinding;

/// <summary>The unwind data of one amd64 function or of a part of one (x64 exception handling, "struct UNWIND_INFO").</summary>
public sealed class Amd64UnwindInfo
{
    private const byte ChainFlag = 4;
    private const int HeaderSize = 4;
    private const int EntrySize = 12;
    private const int MaxChain = 32;
    private const int MaxIndirections = 4;

    private Amd64UnwindInfo(int version, int flags, int prologueSize, int frameRegister, int frameOffset, UnwindCode[] codes, FunctionEntry? parent)
    {
        Version = version;
        Flags = flags;
        PrologueSize = prologueSize;
        FrameRegister = frameRegister;
        FrameOffset = frameOffset;
        Codes = codes;
        Parent = parent;
    }

    /// <summary>1, or 2 where the epilogues are described too.</summary>
    public int Version { get; }

    /// <summary>UNW_FLAG_EHANDLER 1, UNW_FLAG_UHANDLER 2, UNW_FLAG_CHAININFO 4.</summary>
    public int Flags { get; }

    /// <summary>Length of the prologue in bytes.</summary>
    public int PrologueSize { get; }

    /// <summary>The register that holds the frame, in encoding order, 0 for none.</summary>
    public int FrameRegister { get; }

    /// <summary>The frame register is the stack pointer at its setting plus this many bytes.</summary>
    public int FrameOffset { get; }

    /// <summary>The codes, last instruction of the prologue first.</summary>
    public IReadOnlyList<UnwindCode> Codes { get; }

    /// <summary>For a part of a function: the entry that this one is chained to.</summary>
    public FunctionEntry? Parent { get; }

    /// <summary>Reads unwind data. Null when it cannot be read or breaks the format.</summary>
    public static Amd64UnwindInfo? Read(IAddressReader image, ulong imageBase, uint offset)
    {
        ArgumentNullException.ThrowIfNull(image);
        ulong at = imageBase + offset;
        Span<byte> header = stackalloc byte[HeaderSize];
        if (image.Read(at, header) != HeaderSize) return null;
        int version = header[0] & 7;
        if (version is not (1 or 2)) return null;
        int flags = header[0] >> 3;
        bool chained = (flags & ChainFlag) != 0;
        int count = header[2];
        // The array has an even number of slots, so that what follows is aligned.
        int length = (count + 1) / 2 * 4;
        Span<byte> buffer = stackalloc byte[2 * 256 + EntrySize];
        Span<byte> rest = buffer[..(length + (chained ? EntrySize : 0))];
        if (image.Read(at + HeaderSize, rest) != rest.Length) return null;
        if (Decode(rest[..(2 * count)]) is not { } codes) return null;
        FunctionEntry? parent = chained ? ReadEntry(rest[length..]) : null;
        return new Amd64UnwindInfo(version, flags, header[1], header[3] & 15, (header[3] >> 4) * 16, codes, parent);
    }

    /// <summary>
    /// Follows entries whose unwind data is another entry (its offset is odd then: parts of a function that share one entry). Null when one
    /// cannot be read.
    /// </summary>
    public static FunctionEntry? Resolve(IAddressReader image, ulong imageBase, FunctionEntry entry)
    {
        ArgumentNullException.ThrowIfNull(image);
        Span<byte> bytes = stackalloc byte[EntrySize];
        for (int i = 0; (entry.UnwindInfo & 1) != 0; i++)
        {
            if (i == MaxIndirections || image.Read(imageBase + (entry.UnwindInfo & ~1u), bytes) != EntrySize) return null;
            entry = ReadEntry(bytes);
        }

        return entry;
    }

    /// <summary>Where the function begins that an entry belongs to, through its chain. Null when the chain cannot be read or has no end.</summary>
    public static uint? FindPrimary(IAddressReader image, ulong imageBase, FunctionEntry entry)
    {
        for (int depth = 0; depth < MaxChain; depth++)
        {
            if (Resolve(image, imageBase, entry) is not { } resolved || Read(image, imageBase, resolved.UnwindInfo) is not { } info) return null;
            if (info.Parent is not { } parent) return resolved.Begin;
            entry = parent;
        }

        return null;
    }

    /// <summary>True when the prologue has set the frame register before an offset from the function's begin.</summary>
    public bool HasSetFrame(uint offset) => Codes.Any(code => code.Operation == UnwindOperation.SetFramePointer && code.Offset <= offset);

    private static UnwindCode[]? Decode(ReadOnlySpan<byte> slots)
    {
        List<UnwindCode> codes = [];
        while (slots.Length > 0)
        {
            UnwindOperation operation = (UnwindOperation)(slots[1] & 15);
            int info = slots[1] >> 4;
            int taken = SlotCount(operation, info);
            if (taken == 0 || 2 * taken > slots.Length) return null;
            codes.Add(new UnwindCode(slots[0], operation, info, Operand(operation, info, slots[2..])));
            slots = slots[(2 * taken)..];
        }

        return [.. codes];
    }

    private static uint Operand(UnwindOperation operation, int info, ReadOnlySpan<byte> slots) => operation switch
    {
        UnwindOperation.AllocateSmall => (uint)info * 8 + 8,
        UnwindOperation.AllocateLarge when info == 0 => BinaryPrimitives.ReadUInt16LittleEndian(slots) * 8u,
        UnwindOperation.SaveNonvolatile => BinaryPrimitives.ReadUInt16LittleEndian(slots) * 8u,
        UnwindOperation.SaveXmm128 => BinaryPrimitives.ReadUInt16LittleEndian(slots) * 16u,
        UnwindOperation.AllocateLarge or UnwindOperation.SaveNonvolatileFar or UnwindOperation.SaveXmm128Far => BinaryPrimitives.ReadUInt32LittleEndian(slots),
        _ => 0,
    };

    private static int SlotCount(UnwindOperation operation, int info) => operation switch
    {
        UnwindOperation.PushNonvolatile or UnwindOperation.AllocateSmall or UnwindOperation.SetFramePointer or UnwindOperation.PushMachineFrame or UnwindOperation.Epilog => 1,
        UnwindOperation.AllocateLarge => info == 0 ? 2 : info == 1 ? 3 : 0,
        UnwindOperation.SaveNonvolatile or UnwindOperation.SaveXmm128 => 2,
        UnwindOperation.SaveNonvolatileFar or UnwindOperation.SaveXmm128Far => 3,
        _ => 0,
    };

    private static FunctionEntry ReadEntry(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt32LittleEndian(bytes), BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]), BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]));
}
