using NetKd.Target.Server;
using NetKd.TargetOs.Cpu;
using NetKd.TargetOs.Devices;
using NetKd.TargetOs.Memory;
using NetKd.TargetOs.Nt;

namespace NetKd.TargetOs.Debugger;

/// <summary>This machine as the debugging server sees it. What concerns registers is in TargetMachine.Registers.cs.</summary>
internal sealed unsafe partial class TargetMachine : Machine
{
    private const uint PciConfiguration = 4;

    public override int ProcessorCount => 1;

    public override ushort MachineType => 0x8664;

    public override ushort MajorVersion => 0x000F;

    public override ushort BuildNumber => NtKernel.BuildNumber;

    public override ulong KernelBase => PageTables.ImageBase;

    public override ulong LoadedModuleList => (ulong)&NtKernel.Variables->PsLoadedModuleList;

    public override ulong DebuggerDataList => (ulong)&NtKernel.Variables->KdpDebuggerDataListHead;

    public override int CurrentProcessor => 0;

    /// <summary>The code of a bug check that the debugger asked for, to be made when the machine goes on; 0 for none.</summary>
    public uint RequestedBugCheck { get; set; }

    public override ulong CurrentThread(int processor) => (ulong)NtKernel.Processor0->Block.CurrentThread;

    public override int ReadVirtual(ulong address, Span<byte> destination)
    {
        int done = 0;
        while (done < destination.Length)
        {
            ulong run = PageTables.Translate(address + (ulong)done, out ulong physical);
            int count = (int)Math.Min(run, (ulong)(destination.Length - done));
            int read = PhysicalMemory.Read(physical, destination.Slice(done, count));
            done += read;
            if (read < count || count == 0) break;
        }

        return done;
    }

    /// <summary>Writes through the direct map, where every page is writable, so that breakpoints go into read-only code.</summary>
    public override int WriteVirtual(ulong address, ReadOnlySpan<byte> source)
    {
        int done = 0;
        while (done < source.Length)
        {
            ulong run = PageTables.Translate(address + (ulong)done, out ulong physical);
            int count = (int)Math.Min(run, (ulong)(source.Length - done));
            int written = PhysicalMemory.Write(physical, source.Slice(done, count));
            done += written;
            if (written < count || count == 0) break;
        }

        return done;
    }

    public override int ReadPhysical(ulong address, Span<byte> destination) => PhysicalMemory.Read(address, destination);

    public override int WritePhysical(ulong address, ReadOnlySpan<byte> source) => PhysicalMemory.Write(address, source);

    public override bool ReadIo(ulong port, uint size, out uint value)
    {
        value = 0;
        if (port > ushort.MaxValue) return false;
        if (size == 1) value = Port.In8((ushort)port);
        else if (size == 2) value = Port.In16((ushort)port);
        else if (size == 4) value = Port.In32((ushort)port);
        else return false;
        return true;
    }

    public override bool WriteIo(ulong port, uint size, uint value)
    {
        if (port > ushort.MaxValue) return false;
        if (size == 1) Port.Out8((ushort)port, (byte)value);
        else if (size == 2) Port.Out16((ushort)port, (ushort)value);
        else if (size == 4) Port.Out32((ushort)port, value);
        else return false;
        return true;
    }

    public override bool ReadMsr(uint register, out ulong value)
    {
        ulong read = 0;
        bool done = Processor.TryReadMsr(register, &read) != 0;
        value = read;
        return done;
    }

    public override bool WriteMsr(uint register, ulong value) => Processor.TryWriteMsr(register, value) != 0;

    public override int ReadBusData(uint busDataType, uint bus, uint slot, uint offset, Span<byte> destination)
    {
        if (!FindFunction(busDataType, bus, slot, out PciFunction function)) return 0;
        int count = 0;
        for (; count < destination.Length && offset + (uint)count < PciFunction.ConfigurationSize; count++)
        {
            int at = (int)offset + count;
            destination[count] = (byte)(function.Read(at & ~3) >> (8 * (at & 3)));
        }

        return count;
    }

    public override int WriteBusData(uint busDataType, uint bus, uint slot, uint offset, ReadOnlySpan<byte> source)
    {
        if (!FindFunction(busDataType, bus, slot, out PciFunction function)) return 0;
        int count = 0;
        for (; count < source.Length && offset + (uint)count < PciFunction.ConfigurationSize; count++)
        {
            function.WriteByte((int)offset + count, source[count]);
        }

        return count;
    }

    /// <summary>Resets through the chipset's reset control register (Intel ICH data sheets, port 0xCF9): full reset.</summary>
    public override void Reboot()
    {
        Log.Line("restart asked for by the debugger"u8);
        Port.Out8(0xCF9, 0x02);
        Port.Out8(0xCF9, 0x06);
        Processor.HaltForever();
    }

    public override void CauseBugCheck(uint code) => RequestedBugCheck = code == 0 ? BugCheck.Manual : code;

    private static bool FindFunction(uint busDataType, uint bus, uint slot, out PciFunction function)
    {
        function = new PciFunction(bus & 0xFF, slot & 31, slot >> 5 & 7);
        return busDataType == PciConfiguration && bus <= 0xFF && function.Exists;
    }
}
