using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace NetKd.Engine.Session;

/// <summary>What Windows tells of the debugging of its own kernel.</summary>
[SupportedOSPlatform("windows")]
internal static partial class LocalKernelState
{
    // SYSTEM_KERNEL_DEBUGGER_INFORMATION (winternl.h's NtQuerySystemInformation): two BOOLEANs, KernelDebuggerEnabled and KernelDebuggerNotPresent.
    private const int SystemKernelDebuggerInformation = 35;

    /// <summary>True when the system was booted with kernel debugging enabled.</summary>
    internal static bool IsDebuggerEnabled()
    {
        Span<byte> information = stackalloc byte[2];
        return NtQuerySystemInformation(SystemKernelDebuggerInformation, information, information.Length, out _) == 0 && information[0] != 0;
    }

    [LibraryImport("ntdll.dll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int NtQuerySystemInformation(int informationClass, Span<byte> information, int length, out int returned);
}
