using NetKd.Engine.Session;

namespace NetKd.Engine.DataSpaces;

/// <summary>Bus configuration space. Bus data type 4 is PCI (BUS_DATA_TYPE of the public driver headers).</summary>
public sealed class BusSpace
{
    /// <summary>PCIConfiguration.</summary>
    public const uint PciConfiguration = 4;

    private readonly DebugClient _client;

    internal BusSpace(DebugClient client) => _client = client;

    /// <summary>The slot number of a PCI device (0 to 31) and function (0 to 7).</summary>
    public static uint PciSlot(int device, int function) => (uint)(device | function << 5);

    /// <summary>Reads configuration space. Returns the bytes read.</summary>
    public int Read(uint busDataType, uint bus, uint slot, uint offset, Span<byte> destination)
    {
        TargetCalls calls = _client.Calls;
        lock (calls.Turn)
        {
            Begin(calls, ManipulateApi.DbgKdGetBusDataApi, busDataType, bus, slot, offset, Math.Min(destination.Length, calls.MaxData));
            if (!NtStatus.IsSuccess(calls.Exchange(out ReadOnlySpan<byte> reply))) return 0;
            int actual = (int)Math.Min(ManipulateUnion.ReadUInt32(reply, ManipulateUnion.BusLength), (uint)destination.Length);
            actual = Math.Min(actual, reply.Length - ManipulateHeader.Size);
            reply.Slice(ManipulateHeader.Size, actual).CopyTo(destination);
            return actual;
        }
    }

    /// <summary>Writes configuration space. Returns the bytes written.</summary>
    public int Write(uint busDataType, uint bus, uint slot, uint offset, ReadOnlySpan<byte> source)
    {
        TargetCalls calls = _client.Calls;
        lock (calls.Turn)
        {
            int length = Math.Min(source.Length, calls.MaxData);
            Begin(calls, ManipulateApi.DbgKdSetBusDataApi, busDataType, bus, slot, offset, length);
            calls.AddData(source[..length]);
            if (!NtStatus.IsSuccess(calls.Exchange(out ReadOnlySpan<byte> reply))) return 0;
            return (int)Math.Min(ManipulateUnion.ReadUInt32(reply, ManipulateUnion.BusLength), (uint)length);
        }
    }

    private static void Begin(TargetCalls calls, ManipulateApi api, uint busDataType, uint bus, uint slot, uint offset, int length)
    {
        Span<byte> request = calls.Begin(api);
        ManipulateUnion.WriteUInt32(request, ManipulateUnion.BusDataType, busDataType);
        ManipulateUnion.WriteUInt32(request, ManipulateUnion.BusNumber, bus);
        ManipulateUnion.WriteUInt32(request, ManipulateUnion.BusSlot, slot);
        ManipulateUnion.WriteUInt32(request, ManipulateUnion.BusOffset, offset);
        ManipulateUnion.WriteUInt32(request, ManipulateUnion.BusLength, (uint)length);
    }
}
