using System.Runtime;

namespace NetKd.TargetOs.Devices;

/// <summary>The I/O port space.</summary>
internal static class Port
{
    [RuntimeImport("*", "In8"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern byte In8(ushort port);

    [RuntimeImport("*", "In16"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern ushort In16(ushort port);

    [RuntimeImport("*", "In32"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern uint In32(ushort port);

    [RuntimeImport("*", "Out8"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void Out8(ushort port, byte value);

    [RuntimeImport("*", "Out16"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void Out16(ushort port, ushort value);

    [RuntimeImport("*", "Out32"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void Out32(ushort port, uint value);
}
