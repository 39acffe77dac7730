using System.Buffers.Binary;
using NetKd.Symbols.Pdb.Msf;

namespace NetKd.Symbols.Pdb.Layout;

/// <summary>
/// The image's sections: records name places as section (from 1) and offset, callers as bytes from the image's base. An image whose code was
/// moved after linking (OMAP) has the original sections here; <see cref="AddressMap"/> leads between both.
/// </summary>
internal sealed class SectionTable
{
    private const int HeaderSize = 40;
    private const int MaxSections = 4096;

    private readonly uint[] _starts;
    private readonly uint[] _sizes;

    private SectionTable(uint[] starts, uint[] sizes)
    {
        _starts = starts;
        _sizes = sizes;
    }

    public int Count => _starts.Length;

    public static SectionTable Read(MsfStream? stream)
    {
        int count = stream is null ? 0 : (int)Math.Min(stream.Length / HeaderSize, MaxSections);
        uint[] starts = new uint[count], sizes = new uint[count];
        for (int i = 0; i < count; i++)
        {
            if (!stream!.TryRead((uint)(i * HeaderSize), HeaderSize, out ReadOnlySpan<byte> header)) break;
            starts[i] = BinaryPrimitives.ReadUInt32LittleEndian(header[12..]);
            sizes[i] = Math.Max(BinaryPrimitives.ReadUInt32LittleEndian(header[8..]), BinaryPrimitives.ReadUInt32LittleEndian(header[16..]));
        }

        return new SectionTable(starts, sizes);
    }

    /// <summary>Bytes from the image's base, or <see cref="uint.MaxValue"/> when there is no such section or it does not reach so far.</summary>
    public uint ToOffset(ushort section, uint offset)
    {
        int index = section - 1;
        if ((uint)index >= (uint)_starts.Length || offset > _sizes[index]) return uint.MaxValue;
        return unchecked(_starts[index] + offset);
    }

    /// <summary>The section that holds an offset from the image's base, from 1; 0 for none.</summary>
    public ushort Find(uint imageOffset, out uint within)
    {
        for (int i = 0; i < _starts.Length; i++)
        {
            within = unchecked(imageOffset - _starts[i]);
            if (within < _sizes[i]) return (ushort)(i + 1);
        }

        within = 0;
        return 0;
    }
}
