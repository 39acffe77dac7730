using System.Runtime.InteropServices;

namespace NetKd.TargetOs.Nt;

/// <summary>KSYSTEM_TIME: a 64-bit count that readers check by its doubled high half.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SystemTime
{
    public uint Low;
    public int High1;
    public int High2;

    public void Set(ulong value)
    {
        High2 = (int)(value >> 32);
        Low = (uint)value;
        High1 = (int)(value >> 32);
    }
}
