using System.Runtime.InteropServices;

namespace NetKd.TargetOs.Threads;

/// <summary>How often each worker has come round, 8 bytes each; watchpoints and memory displays look at these.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct WorkerRounds
{
    public ulong Primes;
    public ulong Fibonacci;
    public ulong Journal;
}
