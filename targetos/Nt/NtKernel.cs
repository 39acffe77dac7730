using NetKd.TargetOs.Boot;
using NetKd.TargetOs.Cpu;
using NetKd.TargetOs.Memory;

namespace NetKd.TargetOs.Nt;

/// <summary>
/// The face of this kernel to debuggers: the structures of Windows 10 build 19041 as far as they are read, all of them true.
/// </summary>
internal static unsafe class NtKernel
{
    public const ushort BuildNumber = 19041;

    /// <summary>What the kernel's file is called. Debuggers look for symbols by its last part.</summary>
    public static ReadOnlySpan<byte> ImagePath => "\\EFI\\BOOT\\targetos.exe"u8;

    private const uint GsBase = 0xC0000101;
    private const ushort SystemProcessId = 4;

    private static KernelVariables s_variables;
    private static DebuggerData s_debuggerData;
    private static ProcessorControlRegion s_processor;
    private static LoadedModule s_module;
    private static ProcessObject s_process;

    public static KernelVariables* Variables => (KernelVariables*)Unsafe.AsPointer(ref s_variables);

    public static ProcessorControlRegion* Processor0 => (ProcessorControlRegion*)Unsafe.AsPointer(ref s_processor);

    public static ProcessObject* Process => (ProcessObject*)Unsafe.AsPointer(ref s_process);

    /// <summary>The structures that threads and traps need.</summary>
    public static void Initialize(in BootInformation boot)
    {
        KernelVariables* kernel = Variables;
        ListEntry.MakeHead(&kernel->PsLoadedModuleList);
        ListEntry.MakeHead(&kernel->PsActiveProcessHead);
        ListEntry.MakeHead(&kernel->KdpDebuggerDataListHead);
        kernel->MmHighestPhysicalPage = (boot.Memory.Top >> 12) - 1;
        kernel->MmNumberOfPhysicalPages = boot.Memory.TotalPages;
        kernel->MmLowestPhysicalPage = boot.Memory.Items[0].Start >> 12;
        kernel->MmHighestUserAddress = 0x00007FFF_FFFEFFFF;
        kernel->MmUserProbeAddress = 0x00007FFF_FFFF0000;
        kernel->MmSystemRangeStart = PhysicalWindow.DirectMap;
        kernel->KeTimeIncrement = 10_000_000 / Clock.TickRate;
        "19041.1.amd64fre.targetos.260101-0000"u8.CopyTo(new Span<byte>(kernel->NtBuildLab, KernelVariables.BuildLabCapacity - 1));

        FillProcess();
        FillProcessor();
        FillModule();
        DebuggerData* data = (DebuggerData*)Unsafe.AsPointer(ref s_debuggerData);
        data->Fill(kernel);
        ListEntry.InsertLast(&kernel->KdpDebuggerDataListHead, &data->List);
    }

    /// <summary>Makes a thread known: in its process's lists, and with an identity.</summary>
    public static void AddThread(ThreadObject* thread, ulong start, int number)
    {
        thread->Type = ThreadObject.ObjectType;
        thread->Process = Process;
        thread->UniqueProcess = SystemProcessId;
        thread->UniqueThread = (ulong)(8 + (4 * number));
        thread->StartAddress = start;
        ListEntry.InsertLast(&Process->SchedulerThreads, &thread->SchedulerListEntry);
        ListEntry.InsertLast(&Process->Threads, &thread->ThreadListEntry);
    }

    private static void FillProcess()
    {
        ProcessObject* process = Process;
        process->Type = ProcessObject.ObjectType;
        process->DirectoryTableBase = PageTables.Root;
        process->UniqueProcessId = SystemProcessId;
        ListEntry.MakeHead(&process->SchedulerThreads);
        ListEntry.MakeHead(&process->Threads);
        "System"u8.CopyTo(new Span<byte>(process->ImageFileName, 15));
        ListEntry.InsertLast(&Variables->PsActiveProcessHead, &process->ActiveProcessLinks);
    }

    private static void FillProcessor()
    {
        ProcessorControlRegion* region = Processor0;
        region->Self = region;
        region->CurrentBlock = &region->Block;
        region->MajorVersion = 1;
        region->MinorVersion = 1;
        DescriptorRegister register;
        Processor.StoreGlobalTable(&register);
        region->GdtBase = register.Base;
        Processor.StoreInterruptTable(&register);
        region->IdtBase = register.Base;

        ProcessorBlock* block = &region->Block;
        block->ContextPointer = &block->Context;
        block->HasCpuId = 1;
        block->Megahertz = (uint)(Clock.CountsPerMillisecond / 1000);
        uint* cpu = stackalloc uint[4];
        Processor.CpuId(0, 0, cpu);
        ((uint*)block->Vendor)[0] = cpu[1];
        ((uint*)block->Vendor)[1] = cpu[3];
        ((uint*)block->Vendor)[2] = cpu[2];
        Processor.CpuId(1, 0, cpu);
        uint family = cpu[0] >> 8 & 15, model = cpu[0] >> 4 & 15;
        if (family is 6 or 15) model |= cpu[0] >> 12 & 0xF0;
        if (family == 15) family += cpu[0] >> 20 & 0xFF;
        block->Family = (byte)family;
        block->Model = (byte)model;
        block->Stepping = (byte)(cpu[0] & 15);
        Variables->KiProcessorBlock = block;
        _ = Processor.TryWriteMsr(GsBase, (ulong)region);
    }

    private static void FillModule()
    {
        byte* image = (byte*)PageTables.ImageBase;
        LoadedModule* module = (LoadedModule*)Unsafe.AsPointer(ref s_module);
        module->DllBase = PageTables.ImageBase;
        module->EntryPoint = PageTables.ImageBase + PeImage.EntryPoint(image);
        module->SizeOfImage = PeImage.SizeOfImage(image);
        module->ExceptionTable = PageTables.ImageBase + PeImage.ExceptionTable(image, out uint size);
        module->ExceptionTableSize = size;
        module->CheckSum = PeImage.CheckSum(image);
        module->TimeDateStamp = PeImage.TimeDateStamp(image);
        module->FullDllName = UnicodeString.From(ImagePath);
        module->BaseDllName = UnicodeString.From("targetos.exe"u8);
        module->LoadCount = 1;
        ListEntry.InsertLast(&Variables->PsLoadedModuleList, &module->InLoadOrderLinks);
    }
}
