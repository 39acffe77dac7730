using System.Buffers.Binary;

namespace NetKd.Engine.DataSpaces;

/// <summary>The debugger data block (KDDEBUGGER_DATA64) that NT-shaped kernels publish. Read once a session.</summary>
public sealed class DebuggerData
{
    private const uint Tag = 0x4742444B; // "KDBG"
    private const int HeaderSize = 0x18;
    private const int MaxSize = 0x1000;
    private const int UsualSize = 0x380;

    private readonly DebugClient _client;
    private byte[]? _block;

    internal DebuggerData(DebugClient client) => _client = client;

    /// <summary>True when the target has a block that can be read.</summary>
    public bool IsAvailable => Block.Length > 0;

    /// <summary>The block's bytes; empty when there is none.</summary>
    public ReadOnlySpan<byte> Bytes => Block;

    /// <summary>Reads a pointer field, eight bytes on all targets; 0 when the block is older than the field, or absent.</summary>
    public ulong ReadPointer(DebuggerDataField field) =>
        (int)field + 8 <= Block.Length ? _client.Target.Extend(BinaryPrimitives.ReadUInt64LittleEndian(Block.AsSpan((int)field))) : 0;

    /// <summary>Reads a 16-bit field; 0 when the block is older than the field, or absent.</summary>
    public ushort ReadOffset(DebuggerDataField field) =>
        (int)field + 2 <= Block.Length ? BinaryPrimitives.ReadUInt16LittleEndian(Block.AsSpan((int)field)) : (ushort)0;

    internal void Forget() => _block = null;

    private byte[] Block => _block ??= Load();

    private byte[] Load()
    {
        ulong list = _client.Target.Version.DebuggerDataList;
        if (list == 0 || !_client.Virtual.TryReadPointer(list, out ulong address)) return [];
        // The usual size at once: header and body come in one reply, and an older kernel's block is shorter than what was read.
        byte[] bytes = new byte[UsualSize];
        int read = _client.Virtual.Read(address, bytes);
        if (read < HeaderSize || BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(0x10)) != Tag)
        {
            _client.WriteOutput(OutputMask.Warning, "The debugger data block cannot be read or is not one: names, times and processes of this target stay unknown.\n");
            return [];
        }

        int size = (int)Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(0x14)), MaxSize);
        return size >= HeaderSize && size < read ? bytes[..size] : bytes[..read];
    }
}
