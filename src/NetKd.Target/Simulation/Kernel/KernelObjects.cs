using System.Text;

namespace NetKd.Target.Simulation;

/// <summary>
/// The objects that a booted kernel has: processor blocks, the system process, idle threads, the module list. Written through the page
/// tables, as a kernel would.
/// </summary>
internal sealed class KernelObjects
{
    private const ulong ModuleEntries = KernelLayout.Pool + 0x40000;
    private const ulong ModuleEntryStride = 0x400;
    private const int MaxPath = 0x100 / 2 - 1;
    private const int LinkBlink = 8;
    private const ulong SystemProcessId = 4;
    private const byte ThreadRunning = 2;

    private readonly PhysicalMemory _memory;
    private readonly SimulatedImage _kernel;
    private readonly int _processorCount;

    /// <summary>Prepares to write into mapped memory.</summary>
    public KernelObjects(PhysicalMemory memory, SimulatedImage kernel, int processorCount)
    {
        _memory = memory;
        _kernel = kernel;
        _processorCount = processorCount;
    }

    /// <summary>Writes everything.</summary>
    public void Write(IReadOnlyList<LoadedModule> modules)
    {
        for (int i = 0; i < _processorCount; i++)
        {
            WriteProcessor(i);
            WriteIdleThread(i);
        }

        WriteSystemProcess();
        WriteModules(modules);
    }

    private void WriteProcessor(int number)
    {
        ulong region = KernelLayout.ProcessorControlRegion(number);
        ulong descriptors = region + PhysicalMemory.PageSize;
        ulong interrupts = descriptors + PhysicalMemory.PageSize;
        ulong task = interrupts + PhysicalMemory.PageSize;
        Put(region + KernelLayout.PcrGdt, descriptors);
        Put(region + 8, task);
        Put(region + KernelLayout.PcrSelf, region);
        Put(region + KernelLayout.PcrCurrentPrcb, region + KernelLayout.PrcbOffset);
        Put(region + KernelLayout.PcrIdt, interrupts);
        ulong block = region + KernelLayout.PrcbOffset;
        Put(block + KernelLayout.PrcbCurrentThread, KernelLayout.IdleThread(number));
        Put(block + KernelLayout.PrcbIdleThread, KernelLayout.IdleThread(number));
        Put(block + KernelLayout.PrcbNumber, (uint)number, 4);
        Put(block + KernelLayout.PrcbCpuType, 6, 1);
        Put(block + KernelLayout.PrcbCpuType + 1, 1, 1);
        Put(block + KernelLayout.PrcbCpuType + 2, 0x9E0A, 2);
        Put(block + KernelLayout.PrcbMhz, 3000, 4);
        PutText(block + KernelLayout.PrcbVendorString, "GenuineIntel");

        // A debugger takes the code size from the descriptor of CS (facts: kdnet-wire, section 5). The values are NT's.
        Put(descriptors + KernelLayout.CodeSelector, 0x0020_9B00_0000_0000);
        Put(descriptors + KernelLayout.StackSelector, 0x0040_9300_0000_0000);
        Put(descriptors + 0x20, 0x00CF_FB00_0000_FFFF);
        Put(descriptors + 0x28, 0x00CF_F300_0000_FFFF);
        Put(descriptors + 0x30, 0x0020_FB00_0000_0000);
        Put(descriptors + KernelLayout.TaskSelector, 0x0000_8B00_0000_0067 | (task & 0xFF_FFFF) << 16 | (task >> 24 & 0xFF) << 56);
        Put(descriptors + KernelLayout.TaskSelector + 8, task >> 32);
        Put(descriptors + 0x50, 0x0040_F300_0000_3C00);

        if (_kernel.Symbols.TryGetValue("KiClockInterrupt", out ulong clock))
        {
            for (int vector = 0; vector < 256; vector++) PutGate(interrupts + (ulong)vector * 16, clock);
        }

        Put(task + 4, KernelLayout.StackBase(number));
    }

    // A 64-bit interrupt gate, present, for ring 0 (SDM 3A, 6.14.1).
    private void PutGate(ulong gate, ulong handler)
    {
        Put(gate, (handler & 0xFFFF) | (ulong)KernelLayout.CodeSelector << 16 | 0x8E00UL << 32 | (handler >> 16 & 0xFFFF) << 48);
        Put(gate + 8, handler >> 32);
    }

    private void WriteIdleThread(int number)
    {
        ulong thread = KernelLayout.IdleThread(number);
        ulong stack = KernelLayout.StackBase(number);
        Put(thread, 6, 1); // dispatcher type: thread
        Put(thread + KernelLayout.ThreadInitialStack, stack);
        Put(thread + KernelLayout.ThreadStackLimit, stack - KernelLayout.StackSize);
        Put(thread + KernelLayout.ThreadStackBase, stack);
        Put(thread + KernelLayout.ThreadKernelStack, stack);
        Put(thread + KernelLayout.ThreadApcProcess, KernelLayout.SystemProcess);
        Put(thread + KernelLayout.ThreadState, ThreadRunning, 1);
        Put(thread + KernelLayout.ThreadNextProcessor, (uint)number, 4);
    }

    private void WriteSystemProcess()
    {
        ulong process = KernelLayout.SystemProcess;
        ulong head = _kernel.Symbols["PsActiveProcessHead"];
        ulong links = process + KernelLayout.ProcessActiveLinks;
        Put(process, 3, 1); // dispatcher type: process
        Put(process + KernelLayout.ProcessDirectoryTableBase, KernelLayout.PageTableRoot);
        Put(process + KernelLayout.ProcessUniqueId, SystemProcessId);
        PutText(process + KernelLayout.ProcessImageName, "System");
        Put(head, links);
        Put(head + LinkBlink, links);
        Put(links, head);
        Put(links + LinkBlink, head);
    }

    // KLDR_DATA_TABLE_ENTRY of NT 10, with its names behind it. Those for whom there is no room are left out.
    private void WriteModules(IReadOnlyList<LoadedModule> modules)
    {
        int room = (int)((KernelLayout.Pool + KernelLayout.PoolSize - ModuleEntries) / ModuleEntryStride);
        ulong head = _kernel.Symbols["PsLoadedModuleList"];
        ulong previous = head;
        for (int i = 0; i < modules.Count && i < room; i++)
        {
            LoadedModule module = modules[i];
            ulong entry = ModuleEntries + (ulong)i * ModuleEntryStride;
            ulong path = entry + 0x100;
            ulong name = entry + 0x200;
            Put(previous, entry);
            Put(entry + LinkBlink, previous);
            Put(entry + 0x30, module.BaseAddress);
            Put(entry + 0x38, module.BaseAddress + module.EntryPoint);
            Put(entry + 0x40, module.Size, 4);
            PutCountedText(entry + 0x48, path, module.Path);
            PutCountedText(entry + 0x58, name, module.Name);
            Put(entry + 0x68, 0x0800_4000, 4); // entry processed, image linked
            Put(entry + 0x6C, 1, 2);
            Put(entry + 0x78, module.Checksum, 4);
            Put(entry + 0x98, module.Size, 4);
            Put(entry + 0x9C, module.TimeDateStamp, 4);
            previous = entry;
        }

        Put(previous, head);
        Put(head + LinkBlink, previous);
    }

    private void PutCountedText(ulong descriptor, ulong buffer, string text)
    {
        byte[] bytes = Encoding.Unicode.GetBytes(text.Length > MaxPath ? text[..MaxPath] : text);
        Put(descriptor, (uint)bytes.Length, 2);
        Put(descriptor + 2, (uint)bytes.Length + 2, 2);
        Put(descriptor + 8, buffer);
        Put(buffer, bytes);
    }

    private void PutText(ulong address, string text) => Put(address, Encoding.ASCII.GetBytes(text));

    private void Put(ulong address, ulong value, int size = 8)
    {
        Span<byte> bytes = stackalloc byte[8];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        Put(address, bytes[..size]);
    }

    private void Put(ulong address, ReadOnlySpan<byte> bytes)
    {
        if (AddressSpace.Write(_memory, KernelLayout.PageTableRoot, address, bytes) != bytes.Length)
            throw new InvalidOperationException($"kernel object at {address:x} is not mapped");
    }
}
