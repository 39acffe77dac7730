using System.Buffers.Binary;
using NetKd.Symbols.Images;
using NetKd.Symbols.Unwinding;

namespace NetKd.Symbols.Tests.Unwinding;

/// <summary>Memory that a test writes byte by byte, with an image of hand-made functions in it. What was not written cannot be read.</summary>
internal sealed class HandMadeImage : IAddressReader
{
    public const ulong Base = 0x1_4000_0000;
    public const uint Code = 0x1000;
    public const ulong Stack = 0x9000_0000;

    private const uint FunctionTableOffset = 0x2000, UnwindOffset = 0x4000, Size = 0x10000;

    private readonly Dictionary<ulong, byte> _bytes = [];
    private readonly List<byte> _entries = [];
    private readonly ushort _machine;
    private uint _nextUnwind = UnwindOffset;

    public HandMadeImage(ushort machine = MachineType.Amd64) => _machine = machine;

    /// <summary>How many bytes were asked for.</summary>
    public long BytesRead { get; private set; }

    /// <summary>The image, once its functions are in.</summary>
    public UnwindImage Image()
    {
        Put(Base + FunctionTableOffset, [.. _entries]);
        byte[] header = new byte[PeImage.HeaderBytes];
        BinaryPrimitives.WriteUInt16LittleEndian(header, 0x5A4D);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(0x3C), 0x40);
        Span<byte> pe = header.AsSpan(0x40);
        BinaryPrimitives.WriteUInt32LittleEndian(pe, 0x4550);
        BinaryPrimitives.WriteUInt16LittleEndian(pe[4..], _machine);
        BinaryPrimitives.WriteUInt16LittleEndian(pe[24..], 0x20b);
        BinaryPrimitives.WriteUInt32LittleEndian(pe[80..], Size);
        BinaryPrimitives.WriteUInt32LittleEndian(pe[132..], 16);
        BinaryPrimitives.WriteUInt32LittleEndian(pe[160..], FunctionTableOffset);
        BinaryPrimitives.WriteUInt32LittleEndian(pe[164..], (uint)_entries.Count);
        Put(Base, header);
        return new UnwindImage(Base, this, FunctionTable.Of(PeImage.TryRead(this, Base)!));
    }

    /// <summary>Puts unwind data in, at a multiple of 4; gives its offset.</summary>
    public uint AddUnwindData(params byte[] data)
    {
        uint at = _nextUnwind;
        uint size = ((uint)data.Length + 3) & ~3u;
        Put(Base + at, new byte[size]);
        Put(Base + at, data);
        _nextUnwind += size;
        return at;
    }

    /// <summary>Adds an entry; in the order of their begins.</summary>
    public FunctionEntry AddFunction(uint begin, uint end, uint unwindData)
    {
        foreach (uint word in _machine == MachineType.Arm64 ? (uint[])[begin, unwindData] : [begin, end, unwindData]) _entries.AddRange(BitConverter.GetBytes(word));
        return new FunctionEntry(begin, _machine == MachineType.Arm64 ? 0 : end, unwindData);
    }

    public void PutCode(uint offset, params byte[] code) => Put(Base + offset, code);

    public void PutWords(ulong address, params ulong[] words)
    {
        foreach (ulong word in words)
        {
            Put(address, BitConverter.GetBytes(word));
            address += 8;
        }
    }

    public void Put(ulong address, byte[] bytes)
    {
        for (int i = 0; i < bytes.Length; i++) _bytes[address + (ulong)i] = bytes[i];
    }

    public int Read(ulong address, Span<byte> destination)
    {
        BytesRead += destination.Length;
        for (int i = 0; i < destination.Length; i++)
        {
            if (!_bytes.TryGetValue(unchecked(address + (ulong)i), out byte value)) return i;
            destination[i] = value;
        }

        return destination.Length;
    }
}
