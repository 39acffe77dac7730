using System.Buffers.Binary;
using NetKd.TargetOs.Devices;

namespace NetKd.TargetOs.Debugger;

/// <summary>The 24 bytes by which a debugger tells one boot from the next (facts: kdnet-wire section 2).</summary>
internal static class BootIdentity
{
    /// <summary>TIME_FIELDS (year, month, day, hour, minute, second, millisecond, weekday), then the time-stamp counter at boot.</summary>
    public static byte[] Make(ulong timeStamp)
    {
        byte[] identity = new byte[Poke.TargetRandomSize];
        Span<byte> fields = identity;
        CalendarTime time = RealTimeClock.Read();
        BinaryPrimitives.WriteUInt16LittleEndian(fields, (ushort)time.Year);
        BinaryPrimitives.WriteUInt16LittleEndian(fields.Slice(2), (ushort)time.Month);
        BinaryPrimitives.WriteUInt16LittleEndian(fields.Slice(4), (ushort)time.Day);
        BinaryPrimitives.WriteUInt16LittleEndian(fields.Slice(6), (ushort)time.Hour);
        BinaryPrimitives.WriteUInt16LittleEndian(fields.Slice(8), (ushort)time.Minute);
        BinaryPrimitives.WriteUInt16LittleEndian(fields.Slice(10), (ushort)time.Second);
        BinaryPrimitives.WriteUInt16LittleEndian(fields.Slice(14), (ushort)time.Weekday);
        BinaryPrimitives.WriteUInt64LittleEndian(fields.Slice(16), timeStamp);
        return identity;
    }
}
