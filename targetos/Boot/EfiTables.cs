using System.Runtime.InteropServices;

namespace NetKd.TargetOs.Boot;

/// <summary>A 128-bit EFI name (UEFI specification, appendix A).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct EfiGuid(uint first, ushort second, ushort third, ulong rest)
{
    public uint First = first;
    public ushort Second = second;
    public ushort Third = third;

    /// <summary>The last eight bytes, as a little-endian number.</summary>
    public ulong Rest = rest;
}

/// <summary>EFI_SYSTEM_TABLE (UEFI specification, 4.3), as far as it is used.</summary>
[StructLayout(LayoutKind.Explicit)]
internal unsafe struct EfiSystemTable
{
    [FieldOffset(96)] public EfiBootServices* BootServices;
}

/// <summary>EFI_BOOT_SERVICES (UEFI specification, 4.4): the functions that the loader calls. Status 0 is success.</summary>
/// <remarks>Unmanaged pointers: ILC's managed function pointers carry a tag in bit 1, and firmware functions have any address.</remarks>
[StructLayout(LayoutKind.Explicit)]
internal unsafe struct EfiBootServices
{
    [FieldOffset(40)] public delegate* unmanaged[SuppressGCTransition]<int, int, nuint, ulong*, ulong> AllocatePages;
    [FieldOffset(48)] public delegate* unmanaged[SuppressGCTransition]<ulong, nuint, ulong> FreePages;
    [FieldOffset(56)] public delegate* unmanaged[SuppressGCTransition]<nuint*, EfiMemoryDescriptor*, nuint*, nuint*, uint*, ulong> GetMemoryMap;
    [FieldOffset(152)] public delegate* unmanaged[SuppressGCTransition]<void*, EfiGuid*, void**, ulong> HandleProtocol;
    [FieldOffset(232)] public delegate* unmanaged[SuppressGCTransition]<void*, nuint, ulong> ExitBootServices;
    [FieldOffset(256)] public delegate* unmanaged[SuppressGCTransition]<nuint, ulong, nuint, void*, ulong> SetWatchdogTimer;
}

/// <summary>EFI_MEMORY_DESCRIPTOR (UEFI specification, 7.2). Its stride is told by the firmware and is larger.</summary>
[StructLayout(LayoutKind.Explicit)]
internal struct EfiMemoryDescriptor
{
    [FieldOffset(0)] public uint Type;
    [FieldOffset(8)] public ulong PhysicalStart;
    [FieldOffset(24)] public ulong NumberOfPages;
}

/// <summary>EFI_LOADED_IMAGE_PROTOCOL (UEFI specification, 9.1).</summary>
[StructLayout(LayoutKind.Explicit)]
internal unsafe struct EfiLoadedImage
{
    [FieldOffset(24)] public void* DeviceHandle;
    [FieldOffset(64)] public byte* ImageBase;
    [FieldOffset(72)] public ulong ImageSize;
}

/// <summary>EFI_SIMPLE_FILE_SYSTEM_PROTOCOL (UEFI specification, 13.4).</summary>
[StructLayout(LayoutKind.Explicit)]
internal unsafe struct EfiSimpleFileSystem
{
    [FieldOffset(8)] public delegate* unmanaged[SuppressGCTransition]<EfiSimpleFileSystem*, EfiFile**, ulong> OpenVolume;
}

/// <summary>EFI_FILE_PROTOCOL (UEFI specification, 13.5).</summary>
[StructLayout(LayoutKind.Explicit)]
internal unsafe struct EfiFile
{
    [FieldOffset(8)] public delegate* unmanaged[SuppressGCTransition]<EfiFile*, EfiFile**, char*, ulong, ulong, ulong> Open;
    [FieldOffset(16)] public delegate* unmanaged[SuppressGCTransition]<EfiFile*, ulong> Close;
    [FieldOffset(32)] public delegate* unmanaged[SuppressGCTransition]<EfiFile*, nuint*, void*, ulong> Read;
}
