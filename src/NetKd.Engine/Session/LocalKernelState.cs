using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using NetKd.InProcess.Local;
using NetKd.Linux.Local;

namespace NetKd.Engine.Session;

/// <summary>Whether the kernel of this machine can be attached to.</summary>
internal static partial class LocalKernelState
{
    /// <summary>What Microsoft's engine says where it cannot (facts: kdnet-wire, section 7).</summary>
    private const string Refusal = "The system does not support local kernel debugging.";

    // SYSTEM_KERNEL_DEBUGGER_INFORMATION (winternl.h's NtQuerySystemInformation): two BOOLEANs, KernelDebuggerEnabled and KernelDebuggerNotPresent.
    private const int SystemKernelDebuggerInformation = 35;

    /// <summary>Why it cannot, in one line with what to do; null when it can.</summary>
    public static string? WhyNot()
    {
        if (OperatingSystem.IsWindows())
        {
            return IsDebuggerEnabled()
                ? null
                : $"{Refusal} Local kernel debugging requires Administrative privileges. Only a single local kernel debugging session can run at a time. "
                    + "Local kernel debugging is disabled by default. You must run \"bcdedit -debug on\" and reboot to enable it.";
        }

        if (!LocalLink.IsSupported) return Refuse(LocalLink.NotSupported);
        return new RunningKernel().WhyNot() is { } reason ? Refuse(reason) : null;
    }

    /// <summary>The refusal with a reason.</summary>
    public static string Refuse(string reason) => $"{Refusal} {char.ToUpperInvariant(reason[0])}{reason[1..]}";

    [SupportedOSPlatform("windows")]
    private static bool IsDebuggerEnabled()
    {
        Span<byte> information = stackalloc byte[2];
        return NtQuerySystemInformation(SystemKernelDebuggerInformation, information, information.Length, out _) == 0 && information[0] != 0;
    }

    [LibraryImport("ntdll.dll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int NtQuerySystemInformation(int informationClass, Span<byte> information, int length, out int returned);
}
