using System.Buffers.Binary;
using System.Runtime.InteropServices;
using NetKd.Symbols.Pdb.Msf;
using NetKd.Symbols.Pdb.Names;

namespace NetKd.Symbols.Pdb.Types;

/// <summary>
/// The hash stream's list of a hash for each record. A definition is hashed by its name, one within a function by its unique name, anything
/// else by all its bytes. Searched where it lies in the file: 4 bytes a record, several a processor instruction.
/// </summary>
internal sealed class NameHashes
{
    private readonly MsfStream _stream;
    private readonly uint _start;
    private readonly uint _count;
    private readonly uint _buckets;

    private NameHashes(MsfStream stream, uint start, uint count, uint buckets)
    {
        _stream = stream;
        _start = start;
        _count = count;
        _buckets = buckets;
    }

    /// <summary>Reads where the list is from the type stream's header; null when it does not hold one hash for each record.</summary>
    public static NameHashes? Read(MsfStream hashes, ref RecordReader header, uint records)
    {
        uint keySize = header.UInt32(), buckets = header.UInt32(), start = header.UInt32(), length = header.UInt32();
        bool usable = keySize == 4 && buckets != 0 && length / 4 >= records && start % 4 == 0 && start <= hashes.Length && length <= hashes.Length - start;
        return usable ? new NameHashes(hashes, start, records, buckets) : null;
    }

    /// <summary>The bucket of a name's bytes.</summary>
    public uint Bucket(ReadOnlySpan<byte> name) => NameHash.Compute(name) % _buckets;

    /// <summary>The next record of a bucket, counted from the table's first. <paramref name="position"/> is where to go on, 0 at first.</summary>
    public bool TryNext(uint bucket, ref uint position, out uint record)
    {
        while (position < _count)
        {
            ReadOnlySpan<byte> bytes = _stream.RunFrom(_start + position * 4);
            ReadOnlySpan<uint> run = MemoryMarshal.Cast<byte, uint>(bytes[..(int)Math.Min((uint)bytes.Length & ~3u, (_count - position) * 4)]);
            if (run.IsEmpty) break;
            int found = run.IndexOf(BitConverter.IsLittleEndian ? bucket : BinaryPrimitives.ReverseEndianness(bucket));
            if (found >= 0)
            {
                record = position + (uint)found;
                position = record + 1;
                return true;
            }

            position += (uint)run.Length;
        }

        position = _count;
        record = 0;
        return false;
    }
}
