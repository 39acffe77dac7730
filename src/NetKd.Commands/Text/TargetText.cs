using NetKd.Engine.Session;

namespace NetKd.Commands.Text;

/// <summary>The lines that introduce a target (facts: kd-transcript, attach and vertarget).</summary>
internal static class TargetText
{
    public static string Connected(TargetInformation target) =>
        $"Connected to {Product(target)} {Machine(target.MachineType)} target at " +
        $"({TimeText.WithOffset(DateTimeOffset.Now)}), ptr64 {(target.Is64Bit ? "TRUE" : "FALSE")}";

    public static IEnumerable<string> Version(TargetInformation target, int processors)
    {
        if (target.IsLinux)
        {
            yield return $"{target.BuildLab} ({processors} procs) {Machine(target.MachineType)}";
            yield break;
        }

        yield return $"{Windows(target)} Kernel Version {target.BuildNumber} {(target.IsMultiprocessor ? "MP" : "UP")} " +
                     $"({processors} procs) {(target.IsFreeBuild ? "Free" : "Checked")} {Machine(target.MachineType)}";
        if (target.BuildLab.Length > 0) yield return $"Edition build lab: {target.BuildLab}";
        int pointer = target.PointerSize;
        yield return $"Kernel base = 0x{AddressText.Format(target.KernelBase, pointer)} PsLoadedModuleList = 0x{AddressText.Format(target.LoadedModuleList, pointer)}";
        foreach (string line in Time(target)) yield return line;
    }

    public static IEnumerable<string> Time(TargetInformation target)
    {
        if (target.SystemTime is { } time) yield return $"Debug session time: {TimeText.WithOffset(time)}";
        if (target.UpTime is { } upTime) yield return $"System Uptime: {TimeText.UpTime(upTime)}";
    }

    private static string Product(TargetInformation target) => target.IsLinux ? target.BuildLab : $"{Windows(target)} {target.BuildNumber}";

    // By build number, as the documented banner names products: 22000 is the first of Windows 11.
    private static string Windows(TargetInformation target) => target.BuildNumber switch
    {
        >= 22000 => "Windows 11",
        >= 9841 => "Windows 10",
        >= 9300 => "Windows 8.1",
        >= 8400 => "Windows 8",
        >= 7600 => "Windows 7",
        _ => "Windows",
    };

    private static string Machine(ushort machineType) => machineType switch
    {
        0x8664 => "x64",
        0x014C => "x86",
        0xAA64 => "ARM64",
        _ => $"machine {machineType:x4}",
    };
}
