using System.Runtime.Intrinsics.X86;

namespace NetKd.BootConfig.Kdnet;

/// <summary>Asks the processor for its hypervisor (Hypervisor Top Level Functional Specification, "Feature and interface discovery").</summary>
internal static class MicrosoftHypervisor
{
    private const int HypervisorPresent = 1 << 31;
    private const int VendorLeaf = 0x40000000;
    private const int FeaturesLeaf = 0x40000003;

    // "Microsoft Hv" in EBX, ECX, EDX.
    private static readonly (int Ebx, int Ecx, int Edx) s_vendor = (0x7263694D, 0x666F736F, 0x76482074);

    /// <summary>Whether this system is a guest to which the hypervisor says that it is Microsoft's; null on processors that cannot be asked.</summary>
    public static bool? IsSeen()
    {
        if (!X86Base.IsSupported) return null;
        if ((X86Base.CpuId(1, 0).Ecx & HypervisorPresent) == 0) return false;
        (_, int ebx, int ecx, int edx) = X86Base.CpuId(VendorLeaf, 0);
        // Windows with the Hyper-V role sees the hypervisor too. Only its root partition may create partitions (bit 0).
        return (ebx, ecx, edx) == s_vendor && (X86Base.CpuId(FeaturesLeaf, 0).Ebx & 1) == 0;
    }
}
