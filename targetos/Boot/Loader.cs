using System.Runtime;
using NetKd.TargetOs.Cpu;
using NetKd.TargetOs.Debugger;
using NetKd.TargetOs.Devices;
using NetKd.TargetOs.Memory;

namespace NetKd.TargetOs.Boot;

/// <summary>
/// The part that runs as a UEFI application, at the low address that the firmware chose: learns the settings and the memory, takes the
/// machine over and continues in the kernel at its own high address. No object may be made or used here.
/// </summary>
internal static unsafe class Loader
{
    private const int AllocateMaxAddress = 1;
    private const int LoaderData = 2;
    private const int MaxMapBytes = 48 * 1024;
    private const ulong StackPages = 16;

    [RuntimeExport("EfiMain")]
    public static ulong EfiMain(void* imageHandle, EfiSystemTable* systemTable)
    {
        Log.Open();
        ref BootInformation boot = ref BootInformation.Current;
        boot.EntryTimeStamp = Processor.ReadTimeStamp();
        EfiBootServices* services = systemTable->BootServices;

        // EFI_LOADED_IMAGE_PROTOCOL_GUID
        EfiGuid name = new(0x5B1B31A1, 0x9562, 0x11D2, 0x3B7269C9A0003F8E);
        EfiLoadedImage* image;
        ulong status = services->HandleProtocol(imageHandle, &name, (void**)&image);
        if (status != 0) return status;
        boot.ImagePhysical = (ulong)image->ImageBase;
        boot.ImageSize = image->ImageSize;
        Log.Begin("loaded at "u8);
        Log.Address(boot.ImagePhysical);
        Log.End();

        SettingsFiles.Read(services, image, ref boot.Settings);

        // Below 4 GiB, so that any network adapter can reach the rings in it.
        ulong arena = 0xFFFF_FFFF;
        status = services->AllocatePages(AllocateMaxAddress, LoaderData, (nuint)Arena.Pages, &arena);
        if (status != 0) return status;
        boot.ArenaPhysical = arena;
        Arena.Initialize(arena);

        status = TakeMachine(imageHandle, services, ref boot);
        if (status != 0) return status;
        MoveHigh(in boot);
        return 0;
    }

    /// <summary>Reads the memory map and leaves the firmware. The map's key is stale when the map changed meanwhile: try again.</summary>
    private static ulong TakeMachine(void* imageHandle, EfiBootServices* services, ref BootInformation boot)
    {
        byte* map = PhysicalWindow.Pointer(Arena.Allocate(MaxMapBytes / Arena.PageSize));
        ulong status = 0;
        for (int attempt = 0; attempt < 4; attempt++)
        {
            nuint size = MaxMapBytes, key, stride;
            uint version;
            status = services->GetMemoryMap(&size, (EfiMemoryDescriptor*)map, &key, &stride, &version);
            if (status != 0) return status;
            status = services->ExitBootServices(imageHandle, key);
            if (status != 0) continue;
            _ = Processor.DisableInterrupts();
            for (byte* at = map; at + stride <= map + size; at += stride)
            {
                EfiMemoryDescriptor* descriptor = (EfiMemoryDescriptor*)at;
                if (IsRam(descriptor->Type))
                {
                    boot.Memory.Add(descriptor->PhysicalStart, descriptor->PhysicalStart + (descriptor->NumberOfPages * Arena.PageSize));
                }
            }

            return 0;
        }

        return status;
    }

    /// <summary>EfiLoaderCode to EfiConventionalMemory, and the ACPI kinds 9 and 10 (UEFI specification, 7.2).</summary>
    private static bool IsRam(uint type) => type is (>= 1 and <= 7) or 9 or 10;

    /// <summary>
    /// Relocates this very image to its high address while running at the low one. Code is unaffected, since it addresses
    /// relative to itself; only tables of pointers change, and nothing here uses those between the switch and the jump.
    /// </summary>
    private static void MoveHigh(in BootInformation boot)
    {
        const ulong noExecuteEnable = 1 << 11;
        const uint extendedFeatures = 0xC0000080;
        _ = Processor.TryWriteMsr(extendedFeatures, Processor.ReadMsr(extendedFeatures) | noExecuteEnable);

        PageTables.Build(in boot);
        Processor.WriteCr3(PageTables.Root);
        ulong distance = PageTables.ImageBase - boot.ImagePhysical;
        PeImage.Relocate((byte*)boot.ImagePhysical, distance);
        ulong stack = PhysicalWindow.DirectMap + Arena.Allocate(StackPages) + (StackPages * Arena.PageSize);
        PhysicalWindow.MoveHigh();
        Processor.EnterHigh(Routine.HighEntryAddress() + distance, stack);
    }
}
