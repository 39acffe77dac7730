namespace NetKd.Target.Server;

/// <summary>What becomes of a call.</summary>
public enum CallOutcome
{
    /// <summary>Nothing is sent.</summary>
    Silent,
    /// <summary>A reply was composed.</summary>
    Reply,
    /// <summary>The machine runs on.</summary>
    Continue,
    /// <summary>Another processor speaks now: a state change is due.</summary>
    SwitchProcessor,
}

/// <summary>
/// The debugger's calls, answered on a <see cref="Machine"/> (facts: kdnet-wire, section 5). Every count from the wire is cut to
/// what the packet and the reply can hold.
/// </summary>
public sealed class ManipulateCalls
{
    // A search holds the machine and the link: the debugger asks in pieces.
    private const ulong LongestSearch = 16 << 20;
    private const int SearchPiece = 0x400;

    private const uint QueryMemoryKernel = 2;
    private const uint QueryMemoryReadWriteExecute = 7;

    private readonly Machine _machine;
    private readonly byte[] _context;
    private readonly byte[] _piece = new byte[SearchPiece];

    /// <summary>Makes the calls for a machine.</summary>
    public ManipulateCalls(Machine machine)
    {
        _machine = machine;
        _context = new byte[machine.ContextSize];
        PayloadLimit = MemoryPayloadLimit = PayloadLimits.Net;
    }

    /// <summary>Calls so far.</summary>
    public RequestCounts Counts { get; } = new RequestCounts();

    /// <summary>The software breakpoints.</summary>
    public BreakpointTable Breakpoints { get; } = new BreakpointTable();

    /// <summary>The largest payload that the debugger takes.</summary>
    public int PayloadLimit { get; set; }

    /// <summary>The largest payload with memory that it asks for: what is larger than <see cref="PayloadLimit"/> is offered in the version.</summary>
    public int MemoryPayloadLimit { get; set; }

    /// <summary>Status of the last continue.</summary>
    public uint ContinueStatus { get; private set; }

    /// <summary>Answers one call: composes the reply, or says what else happens.</summary>
    public CallOutcome Answer(ReadOnlySpan<byte> request, Span<byte> reply, out int replyLength)
    {
        replyLength = 0;
        if (!ManipulateHeader.TryRead(request, out ManipulateHeader header)) return CallOutcome.Silent;
        Counts.Add(header.Api);
        ReadOnlySpan<byte> data = request.Slice(ManipulateHeader.Size);
        // The union goes back as it came, with the results written over it.
        request.Slice(0, ManipulateHeader.Size).CopyTo(reply);
        Span<byte> extra = reply.Slice(ManipulateHeader.Size, PayloadLimits.ManipulateData(PayloadLimit));
        Span<byte> memory = reply.Slice(ManipulateHeader.Size, PayloadLimits.ManipulateData(MemoryPayloadLimit));
        int extraLength = 0;

        switch (header.Api)
        {
            case ManipulateApi.DbgKdReadVirtualMemoryApi:
            case ManipulateApi.DbgKdReadPhysicalMemoryApi:
                header.ReturnStatus = ReadMemory(header.Api == ManipulateApi.DbgKdReadPhysicalMemoryApi, request, reply, memory, out extraLength);
                break;
            case ManipulateApi.DbgKdWriteVirtualMemoryApi:
            case ManipulateApi.DbgKdWritePhysicalMemoryApi:
                header.ReturnStatus = WriteMemory(header.Api == ManipulateApi.DbgKdWritePhysicalMemoryApi, request, reply, data);
                break;
            case ManipulateApi.DbgKdReadControlSpaceApi:
                header.ReturnStatus = ReadControlSpace(header.Processor, request, reply, extra, out extraLength);
                break;
            case ManipulateApi.DbgKdWriteControlSpaceApi:
                header.ReturnStatus = WriteControlSpace(header.Processor, request, reply, data);
                break;
            case ManipulateApi.DbgKdGetContextApi:
                header.ReturnStatus = GetContext(header.Processor, extra, out extraLength);
                break;
            case ManipulateApi.DbgKdSetContextApi:
                header.ReturnStatus = SetContext(header.Processor, data);
                break;
            case ManipulateApi.DbgKdGetContextExApi:
                header.ReturnStatus = GetContextPart(header.Processor, request, reply, extra, out extraLength);
                break;
            case ManipulateApi.DbgKdSetContextExApi:
                header.ReturnStatus = SetContextPart(header.Processor, request, data);
                break;
            case ManipulateApi.DbgKdWriteBreakPointApi:
                header.ReturnStatus = Breakpoints.Write(_machine, ManipulateUnion.ReadUInt64(request, ManipulateUnion.BreakPointAddress), out uint handle);
                ManipulateUnion.WriteUInt32(reply, ManipulateUnion.BreakPointHandle, handle);
                break;
            case ManipulateApi.DbgKdRestoreBreakPointApi:
                header.ReturnStatus = Breakpoints.Restore(_machine, ManipulateUnion.ReadUInt32(request, ManipulateUnion.RestoreHandle));
                break;
            case ManipulateApi.DbgKdGetVersionApi:
                WriteVersion(reply);
                header.ReturnStatus = NtStatus.Success;
                break;
            case ManipulateApi.DbgKdReadIoSpaceApi:
            case ManipulateApi.DbgKdWriteIoSpaceApi:
                header.ReturnStatus = Io(header.Api == ManipulateApi.DbgKdWriteIoSpaceApi, request, reply);
                break;
            case ManipulateApi.DbgKdReadMachineSpecificRegister:
            case ManipulateApi.DbgKdWriteMachineSpecificRegister:
                header.ReturnStatus = Msr(header.Api == ManipulateApi.DbgKdWriteMachineSpecificRegister, request, reply);
                break;
            case ManipulateApi.DbgKdGetBusDataApi:
            case ManipulateApi.DbgKdSetBusDataApi:
                header.ReturnStatus = BusData(header.Api == ManipulateApi.DbgKdSetBusDataApi, request, reply, data, extra, out extraLength);
                break;
            case ManipulateApi.DbgKdSearchMemoryApi:
                header.ReturnStatus = Search(request, reply, data);
                break;
            case ManipulateApi.DbgKdFillMemoryApi:
                header.ReturnStatus = Fill(request, data);
                break;
            case ManipulateApi.DbgKdQueryMemoryApi:
                ManipulateUnion.WriteUInt32(reply, ManipulateUnion.QueryAddressSpace, QueryMemoryKernel);
                ManipulateUnion.WriteUInt32(reply, ManipulateUnion.QueryFlags, QueryMemoryReadWriteExecute);
                header.ReturnStatus = NtStatus.Success;
                break;
            case ManipulateApi.DbgKdClearAllInternalBreakpointsApi:
                return CallOutcome.Silent;
            case ManipulateApi.DbgKdSwitchProcessor:
                _machine.SwitchProcessor(header.Processor);
                return CallOutcome.SwitchProcessor;
            case ManipulateApi.DbgKdContinueApi:
                return Continue(request, trace: false, setDebugControl: false, dr7: 0);
            case ManipulateApi.DbgKdContinueApi2:
                bool trace = ContinueControl.ReadTrace(request, _machine.MachineType, out bool hasDr7, out ulong dr7);
                return Continue(request, trace, hasDr7, dr7);
            case ManipulateApi.DbgKdRebootApi:
                _machine.Reboot();
                return CallOutcome.Continue;
            case ManipulateApi.DbgKdCauseBugCheckApi:
                _machine.CauseBugCheck(ManipulateUnion.ReadUInt32(request, ManipulateUnion.BugCheckCode));
                return CallOutcome.Continue;
            default:
                header.ReturnStatus = NtStatus.Unsuccessful;
                break;
        }

        header.Write(reply);
        replyLength = ManipulateHeader.Size + extraLength;
        return CallOutcome.Reply;
    }

    private CallOutcome Continue(ReadOnlySpan<byte> request, bool trace, bool setDebugControl, ulong dr7)
    {
        ContinueStatus = ManipulateUnion.ReadUInt32(request, ManipulateUnion.ContinueStatus);
        _machine.PrepareContinue(trace, setDebugControl, dr7);
        return CallOutcome.Continue;
    }

    private uint ReadMemory(bool physical, ReadOnlySpan<byte> request, Span<byte> reply, Span<byte> extra, out int actual)
    {
        ulong address = ManipulateUnion.ReadUInt64(request, ManipulateUnion.MemoryAddress);
        Span<byte> destination = Cut(extra, ManipulateUnion.ReadUInt32(request, ManipulateUnion.MemoryCount));
        actual = physical ? _machine.ReadPhysical(address, destination) : _machine.ReadVirtual(address, destination);
        ManipulateUnion.WriteUInt32(reply, ManipulateUnion.MemoryActual, (uint)actual);
        return actual == 0 ? NtStatus.Unsuccessful : NtStatus.Success;
    }

    private uint WriteMemory(bool physical, ReadOnlySpan<byte> request, Span<byte> reply, ReadOnlySpan<byte> data)
    {
        ulong address = ManipulateUnion.ReadUInt64(request, ManipulateUnion.MemoryAddress);
        ReadOnlySpan<byte> source = Cut(data, ManipulateUnion.ReadUInt32(request, ManipulateUnion.MemoryCount));
        int actual = physical ? _machine.WritePhysical(address, source) : _machine.WriteVirtual(address, source);
        ManipulateUnion.WriteUInt32(reply, ManipulateUnion.MemoryActual, (uint)actual);
        return actual == source.Length && actual != 0 ? NtStatus.Success : NtStatus.Unsuccessful;
    }

    private uint ReadControlSpace(int processor, ReadOnlySpan<byte> request, Span<byte> reply, Span<byte> extra, out int actual)
    {
        ulong set = ManipulateUnion.ReadUInt64(request, ManipulateUnion.MemoryAddress);
        actual = _machine.ReadControlSpace(processor, set, Cut(extra, ManipulateUnion.ReadUInt32(request, ManipulateUnion.MemoryCount)));
        ManipulateUnion.WriteUInt32(reply, ManipulateUnion.MemoryActual, (uint)actual);
        return actual == 0 ? NtStatus.Unsuccessful : NtStatus.Success;
    }

    private uint WriteControlSpace(int processor, ReadOnlySpan<byte> request, Span<byte> reply, ReadOnlySpan<byte> data)
    {
        ulong set = ManipulateUnion.ReadUInt64(request, ManipulateUnion.MemoryAddress);
        int actual = _machine.WriteControlSpace(processor, set, Cut(data, ManipulateUnion.ReadUInt32(request, ManipulateUnion.MemoryCount)));
        ManipulateUnion.WriteUInt32(reply, ManipulateUnion.MemoryActual, (uint)actual);
        return actual == 0 ? NtStatus.Unsuccessful : NtStatus.Success;
    }

    private uint GetContext(int processor, Span<byte> extra, out int length)
    {
        // Version 5 packets do not hold a whole amd64 record: such debuggers use GetContextEx.
        length = 0;
        if (_context.Length > extra.Length || !_machine.ReadContext(processor, _context)) return NtStatus.Unsuccessful;
        length = _context.Length;
        ((ReadOnlySpan<byte>)_context).CopyTo(extra);
        return NtStatus.Success;
    }

    private uint SetContext(int processor, ReadOnlySpan<byte> data)
    {
        // Microsoft's engine was seen to get and set only the first 0x3d0 bytes of an amd64 record: the rest stays as it is.
        if (data.Length == 0 || !_machine.ReadContext(processor, _context)) return NtStatus.InvalidParameter;
        Cut(data, (uint)_context.Length).CopyTo(_context);
        return _machine.WriteContext(processor, _context) ? NtStatus.Success : NtStatus.Unsuccessful;
    }

    private uint GetContextPart(int processor, ReadOnlySpan<byte> request, Span<byte> reply, Span<byte> extra, out int length)
    {
        length = 0;
        uint offset = ManipulateUnion.ReadUInt32(request, ManipulateUnion.ContextExOffset);
        uint count = ManipulateUnion.ReadUInt32(request, ManipulateUnion.ContextExByteCount);
        if (offset >= (uint)_context.Length) return NtStatus.InvalidParameter;
        if (!_machine.ReadContext(processor, _context)) return NtStatus.Unsuccessful;
        ReadOnlySpan<byte> part = Cut(((ReadOnlySpan<byte>)_context).Slice((int)offset), count);
        if (part.Length > extra.Length) part = part.Slice(0, extra.Length);
        part.CopyTo(extra);
        length = part.Length;
        ManipulateUnion.WriteUInt32(reply, ManipulateUnion.ContextExBytesCopied, (uint)length);
        return NtStatus.Success;
    }

    private uint SetContextPart(int processor, ReadOnlySpan<byte> request, ReadOnlySpan<byte> data)
    {
        uint offset = ManipulateUnion.ReadUInt32(request, ManipulateUnion.ContextExOffset);
        uint count = ManipulateUnion.ReadUInt32(request, ManipulateUnion.ContextExByteCount);
        if (offset >= (uint)_context.Length || count > (uint)_context.Length - offset || count > (uint)data.Length) return NtStatus.InvalidParameter;
        if (!_machine.ReadContext(processor, _context)) return NtStatus.Unsuccessful;
        data.Slice(0, (int)count).CopyTo(((Span<byte>)_context).Slice((int)offset));
        return _machine.WriteContext(processor, _context) ? NtStatus.Success : NtStatus.Unsuccessful;
    }

    private uint Io(bool write, ReadOnlySpan<byte> request, Span<byte> reply)
    {
        ulong port = ManipulateUnion.ReadUInt64(request, ManipulateUnion.IoAddress);
        uint size = ManipulateUnion.ReadUInt32(request, ManipulateUnion.IoSize);
        uint value = ManipulateUnion.ReadUInt32(request, ManipulateUnion.IoValue);
        if (size != 1 && size != 2 && size != 4) return NtStatus.InvalidParameter;
        if (write) return _machine.WriteIo(port, size, value) ? NtStatus.Success : NtStatus.Unsuccessful;
        bool done = _machine.ReadIo(port, size, out value);
        ManipulateUnion.WriteUInt32(reply, ManipulateUnion.IoValue, value);
        return done ? NtStatus.Success : NtStatus.Unsuccessful;
    }

    private uint Msr(bool write, ReadOnlySpan<byte> request, Span<byte> reply)
    {
        uint register = ManipulateUnion.ReadUInt32(request, ManipulateUnion.Msr);
        if (write)
        {
            ulong given = (ulong)ManipulateUnion.ReadUInt32(request, ManipulateUnion.MsrHigh) << 32 | ManipulateUnion.ReadUInt32(request, ManipulateUnion.MsrLow);
            return _machine.WriteMsr(register, given) ? NtStatus.Success : NtStatus.Unsuccessful;
        }

        bool done = _machine.ReadMsr(register, out ulong value);
        ManipulateUnion.WriteUInt32(reply, ManipulateUnion.MsrLow, unchecked((uint)value));
        ManipulateUnion.WriteUInt32(reply, ManipulateUnion.MsrHigh, (uint)(value >> 32));
        return done ? NtStatus.Success : NtStatus.Unsuccessful;
    }

    private uint BusData(bool write, ReadOnlySpan<byte> request, Span<byte> reply, ReadOnlySpan<byte> data, Span<byte> extra, out int length)
    {
        length = 0;
        uint type = ManipulateUnion.ReadUInt32(request, ManipulateUnion.BusDataType);
        uint bus = ManipulateUnion.ReadUInt32(request, ManipulateUnion.BusNumber);
        uint slot = ManipulateUnion.ReadUInt32(request, ManipulateUnion.BusSlot);
        uint offset = ManipulateUnion.ReadUInt32(request, ManipulateUnion.BusOffset);
        uint count = ManipulateUnion.ReadUInt32(request, ManipulateUnion.BusLength);
        int moved = write
            ? _machine.WriteBusData(type, bus, slot, offset, Cut(data, count))
            : _machine.ReadBusData(type, bus, slot, offset, Cut(extra, count));
        if (!write) length = moved;
        ManipulateUnion.WriteUInt32(reply, ManipulateUnion.BusLength, (uint)moved);
        return moved == 0 ? NtStatus.Unsuccessful : NtStatus.Success;
    }

    private uint Search(ReadOnlySpan<byte> request, Span<byte> reply, ReadOnlySpan<byte> data)
    {
        ulong address = ManipulateUnion.ReadUInt64(request, ManipulateUnion.SearchAddress);
        ulong length = ManipulateUnion.ReadUInt64(request, ManipulateUnion.SearchLength);
        uint patternLength = ManipulateUnion.ReadUInt32(request, ManipulateUnion.SearchPatternLength);
        if (patternLength == 0 || patternLength > (uint)data.Length || patternLength > SearchPiece / 2) return NtStatus.InvalidParameter;
        if (length > LongestSearch || unchecked(address + length) < address) return NtStatus.InvalidParameter;
        ReadOnlySpan<byte> pattern = data.Slice(0, (int)patternLength);

        // Pieces overlap by a pattern less one byte, so that a match across their border is seen.
        ulong end = address + length;
        while (address < end && end - address >= patternLength)
        {
            int want = end - address < SearchPiece ? (int)(end - address) : SearchPiece;
            int got = _machine.ReadVirtual(address, ((Span<byte>)_piece).Slice(0, want));
            for (int i = 0; i + pattern.Length <= got; i++)
            {
                if (!((ReadOnlySpan<byte>)_piece).Slice(i, pattern.Length).SequenceEqual(pattern)) continue;
                ManipulateUnion.WriteUInt64(reply, ManipulateUnion.SearchAddress, address + (ulong)i);
                return NtStatus.Success;
            }

            if (got < want)
            {
                ulong nextPage = ((address + (ulong)got) | 0xFFF) + 1;
                if (nextPage <= address) break;
                address = nextPage;
            }
            else
            {
                if (address + (ulong)want == end) break;
                address += (ulong)(want - pattern.Length + 1);
            }
        }

        return NtStatus.NoMoreEntries;
    }

    private uint Fill(ReadOnlySpan<byte> request, ReadOnlySpan<byte> data)
    {
        ulong address = ManipulateUnion.ReadUInt64(request, ManipulateUnion.FillAddress);
        uint length = ManipulateUnion.ReadUInt32(request, ManipulateUnion.FillLength);
        ushort flags = ManipulateUnion.ReadUInt16(request, ManipulateUnion.FillFlags);
        ushort patternLength = ManipulateUnion.ReadUInt16(request, ManipulateUnion.FillPatternLength);
        if (patternLength == 0 || patternLength > data.Length || length > LongestSearch) return NtStatus.InvalidParameter;
        int pieceLength = SearchPiece / patternLength * patternLength;
        if (pieceLength == 0) return NtStatus.InvalidParameter;
        Span<byte> piece = ((Span<byte>)_piece).Slice(0, pieceLength);
        for (int i = 0; i < pieceLength; i++) piece[i] = data[i % patternLength];

        while (length > 0)
        {
            int want = length < (uint)pieceLength ? (int)length : pieceLength;
            ReadOnlySpan<byte> source = piece.Slice(0, want);
            int done = flags == ManipulateUnion.FillPhysical ? _machine.WritePhysical(address, source) : _machine.WriteVirtual(address, source);
            if (done != want) return NtStatus.AccessViolation;
            address = unchecked(address + (ulong)want);
            length -= (uint)want;
        }

        return NtStatus.Success;
    }

    private void WriteVersion(Span<byte> reply)
    {
        VersionBlock block = default;
        block.MajorVersion = _machine.MajorVersion;
        block.MinorVersion = _machine.BuildNumber;
        block.ProtocolVersion = VersionBlock.CurrentProtocolVersion;
        block.SecondaryVersion = VersionBlock.SecondaryAmd64Context;
        block.Flags = VersionBlock.FlagData;
        if (_machine.Is64Bit) block.Flags |= VersionBlock.FlagPointer64;
        if (_machine.ProcessorCount > 1) block.Flags |= VersionBlock.FlagMultiprocessor;
        block.MachineType = _machine.MachineType;
        block.LargeMemory = MemoryPayloadLimit > PayloadLimits.Net ? PayloadLimits.ManipulateData(MemoryPayloadLimit) : 0;
        block.KernelBase = _machine.KernelBase;
        block.LoadedModuleList = _machine.LoadedModuleList;
        block.DebuggerDataList = _machine.DebuggerDataList;
        block.Write(reply);
    }

    private static Span<byte> Cut(Span<byte> span, uint count) => count < (uint)span.Length ? span.Slice(0, (int)count) : span;

    private static ReadOnlySpan<byte> Cut(ReadOnlySpan<byte> span, uint count) => count < (uint)span.Length ? span.Slice(0, (int)count) : span;
}
