using System.Buffers.Binary;
using System.Text;

namespace NetKd.Target.Simulation;

/// <summary>The debug directory of a simulated image: one CodeView record (RSDS) that names its symbol file.</summary>
internal static class DebugDirectory
{
    private const int EntrySize = 28;
    private const int RecordHeaderSize = 24;
    private const uint TypeCodeView = 2;
    private const uint Signature = 0x53445352; // "RSDS" read little-endian

    /// <summary>Writes directory and record. Returns the directory's relative address and size.</summary>
    public static (uint Address, uint Size) Write(ImageBuilder image, string pdbName, Guid pdbId, uint timeDateStamp)
    {
        int recordSize = RecordHeaderSize + pdbName.Length + 1;
        uint directory = image.ReserveReadOnly(EntrySize);
        uint record = image.ReserveReadOnly(recordSize);
        Span<byte> entry = image.At(directory);
        BinaryPrimitives.WriteUInt32LittleEndian(entry[4..], timeDateStamp);
        BinaryPrimitives.WriteUInt32LittleEndian(entry[12..], TypeCodeView);
        BinaryPrimitives.WriteUInt32LittleEndian(entry[16..], (uint)recordSize);
        BinaryPrimitives.WriteUInt32LittleEndian(entry[20..], record);
        BinaryPrimitives.WriteUInt32LittleEndian(entry[24..], record);
        Span<byte> content = image.At(record);
        BinaryPrimitives.WriteUInt32LittleEndian(content, Signature);
        pdbId.TryWriteBytes(content[4..]);
        BinaryPrimitives.WriteUInt32LittleEndian(content[20..], 1);
        Encoding.ASCII.GetBytes(pdbName, content[RecordHeaderSize..]);
        return (directory, EntrySize);
    }
}
