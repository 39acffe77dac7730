using NetKd.Capture.Text;

namespace NetKd.Capture.Sessions;

/// <summary>Calls and their replies in words: the fields of each call's union (facts: kdnet-wire, section 5).</summary>
internal static class ManipulateDescription
{
    private const int ShownPattern = 16;

    public static void Add(List<PacketField> fields, in ManipulateHeader header, ReadOnlySpan<byte> payload, bool isReply)
    {
        AddUnion(fields, header, payload, isReply);
        if (isReply) fields.Add(new PacketField("status", NtStatusText.Format(header.ReturnStatus), IsMain: header.ReturnStatus != NtStatus.Success));
        fields.Add(new PacketField("processor", $"{header.Processor}", IsMain: header.Api == ManipulateApi.DbgKdSwitchProcessor));
        int data = payload.Length - ManipulateHeader.Size;
        if (data > 0) fields.Add(new PacketField("data", $"0x{data:x} bytes", IsMain: false));
    }

    private static void AddUnion(List<PacketField> fields, in ManipulateHeader header, ReadOnlySpan<byte> payload, bool isReply)
    {
        switch (header.Api)
        {
            case ManipulateApi.DbgKdReadVirtualMemoryApi or ManipulateApi.DbgKdWriteVirtualMemoryApi:
            case ManipulateApi.DbgKdReadPhysicalMemoryApi or ManipulateApi.DbgKdWritePhysicalMemoryApi:
                Add64(fields, "address", payload, ManipulateUnion.MemoryAddress);
                AddMoved(fields, payload, isReply);
                break;
            case ManipulateApi.DbgKdReadControlSpaceApi or ManipulateApi.DbgKdWriteControlSpaceApi:
                fields.Add(new PacketField("set", ControlSpaceName(ManipulateUnion.ReadUInt64(payload, ManipulateUnion.MemoryAddress))));
                AddMoved(fields, payload, isReply);
                break;
            case ManipulateApi.DbgKdGetContextApi or ManipulateApi.DbgKdSetContextApi:
                fields.Add(new PacketField("context-flags", $"{ManipulateUnion.ReadUInt32(payload, ManipulateUnion.ContextFlags):x}", IsMain: false));
                break;
            case ManipulateApi.DbgKdGetContextExApi or ManipulateApi.DbgKdSetContextExApi:
                AddCount(fields, "offset", payload, ManipulateUnion.ContextExOffset);
                AddCount(fields, "count", payload, ManipulateUnion.ContextExByteCount);
                if (isReply) AddCount(fields, "copied", payload, ManipulateUnion.ContextExBytesCopied);
                break;
            case ManipulateApi.DbgKdWriteBreakPointApi:
                Add64(fields, "address", payload, ManipulateUnion.BreakPointAddress);
                if (isReply) AddCount(fields, "handle", payload, ManipulateUnion.BreakPointHandle);
                break;
            case ManipulateApi.DbgKdRestoreBreakPointApi:
                AddCount(fields, "handle", payload, ManipulateUnion.RestoreHandle);
                break;
            case ManipulateApi.DbgKdContinueApi or ManipulateApi.DbgKdContinueApi2:
                AddContinue(fields, header.Api, payload);
                break;
            case ManipulateApi.DbgKdReadIoSpaceApi or ManipulateApi.DbgKdWriteIoSpaceApi:
                AddCount(fields, "port", payload, ManipulateUnion.IoAddress);
                AddCount(fields, "size", payload, ManipulateUnion.IoSize);
                if (isReply || header.Api == ManipulateApi.DbgKdWriteIoSpaceApi) AddCount(fields, "value", payload, ManipulateUnion.IoValue);
                break;
            case ManipulateApi.DbgKdReadMachineSpecificRegister or ManipulateApi.DbgKdWriteMachineSpecificRegister:
                AddRegister(fields, payload, isReply || header.Api == ManipulateApi.DbgKdWriteMachineSpecificRegister);
                break;
            case ManipulateApi.DbgKdSearchMemoryApi:
                Add64(fields, isReply ? "found" : "address", payload, ManipulateUnion.SearchAddress);
                if (isReply) break;
                fields.Add(new PacketField("length", $"0x{ManipulateUnion.ReadUInt64(payload, ManipulateUnion.SearchLength):x}"));
                AddPattern(fields, payload);
                break;
            case ManipulateApi.DbgKdFillMemoryApi:
                Add64(fields, "address", payload, ManipulateUnion.FillAddress);
                AddCount(fields, "length", payload, ManipulateUnion.FillLength);
                fields.Add(new PacketField("memory", ManipulateUnion.ReadUInt16(payload, ManipulateUnion.FillFlags) switch
                {
                    ManipulateUnion.FillVirtual => "virtual",
                    ManipulateUnion.FillPhysical => "physical",
                    ushort other => $"flags {other:x}",
                }));
                AddPattern(fields, payload);
                break;
            case ManipulateApi.DbgKdQueryMemoryApi:
                Add64(fields, "address", payload, ManipulateUnion.QueryAddress);
                if (isReply) AddCount(fields, "address-space", payload, ManipulateUnion.QueryAddressSpace);
                break;
            case ManipulateApi.DbgKdGetBusDataApi or ManipulateApi.DbgKdSetBusDataApi:
                AddCount(fields, "bus", payload, ManipulateUnion.BusNumber);
                AddCount(fields, "slot", payload, ManipulateUnion.BusSlot);
                AddCount(fields, "offset", payload, ManipulateUnion.BusOffset);
                AddCount(fields, "length", payload, ManipulateUnion.BusLength);
                break;
            case ManipulateApi.DbgKdCauseBugCheckApi:
                AddCount(fields, "code", payload, ManipulateUnion.BugCheckCode);
                break;
            case ManipulateApi.DbgKdGetVersionApi when isReply:
                AddVersion(fields, VersionBlock.Read(payload));
                break;
        }
    }

    private static void AddMoved(List<PacketField> fields, ReadOnlySpan<byte> payload, bool isReply)
    {
        AddCount(fields, "count", payload, ManipulateUnion.MemoryCount);
        if (isReply) AddCount(fields, "actual", payload, ManipulateUnion.MemoryActual);
    }

    private static void AddContinue(List<PacketField> fields, ManipulateApi api, ReadOnlySpan<byte> payload)
    {
        fields.Add(new PacketField("status", NtStatusText.Format(ManipulateUnion.ReadUInt32(payload, ManipulateUnion.ContinueStatus))));
        if (api == ManipulateApi.DbgKdContinueApi) return;
        uint trace = ManipulateUnion.ReadUInt32(payload, ManipulateUnion.ContinueTraceFlag);
        if (trace != 0) fields.Add(new PacketField("trace", $"{trace}"));
        fields.Add(new PacketField("dr7", $"{ManipulateUnion.ReadUInt64(payload, ManipulateUnion.ContinueDr7):x}", IsMain: false));
        fields.Add(new PacketField("symbol-start", $"{ManipulateUnion.ReadUInt64(payload, ManipulateUnion.ContinueSymbolStart):x}", IsMain: false));
        fields.Add(new PacketField("symbol-end", $"{ManipulateUnion.ReadUInt64(payload, ManipulateUnion.ContinueSymbolEnd):x}", IsMain: false));
    }

    private static void AddRegister(List<PacketField> fields, ReadOnlySpan<byte> payload, bool hasValue)
    {
        AddCount(fields, "msr", payload, ManipulateUnion.Msr);
        if (!hasValue) return;
        ulong value = ((ulong)ManipulateUnion.ReadUInt32(payload, ManipulateUnion.MsrHigh) << 32) | ManipulateUnion.ReadUInt32(payload, ManipulateUnion.MsrLow);
        fields.Add(new PacketField("value", $"{value:x16}"));
    }

    private static void AddPattern(List<PacketField> fields, ReadOnlySpan<byte> payload)
    {
        ReadOnlySpan<byte> pattern = payload[ManipulateHeader.Size..];
        string more = pattern.Length > ShownPattern ? "..." : "";
        fields.Add(new PacketField("pattern", Convert.ToHexStringLower(pattern[..Math.Min(pattern.Length, ShownPattern)]) + more));
    }

    private static void AddVersion(List<PacketField> fields, in VersionBlock version)
    {
        fields.Add(new PacketField("build", $"{version.MinorVersion}"));
        fields.Add(new PacketField("machine", $"{version.MachineType:x4}"));
        fields.Add(new PacketField("kernel-base", $"{version.KernelBase:x16}"));
        fields.Add(new PacketField("major", $"{version.MajorVersion:x4}", IsMain: false));
        fields.Add(new PacketField("protocol", $"{version.ProtocolVersion}.{version.SecondaryVersion}", IsMain: false));
        fields.Add(new PacketField("flags", $"{version.Flags:x}", IsMain: false));
        if (version.LargeMemory > 0) fields.Add(new PacketField("large-memory", $"{version.LargeMemory:x}", IsMain: false));
        fields.Add(new PacketField("loaded-module-list", $"{version.LoadedModuleList:x16}", IsMain: false));
        fields.Add(new PacketField("debugger-data-list", $"{version.DebuggerDataList:x16}", IsMain: false));
    }

    // Register sets of amd64 kernels.
    private static string ControlSpaceName(ulong set) => set switch
    {
        0 => "0 (KPCR)",
        1 => "1 (KPRCB)",
        2 => "2 (special registers)",
        3 => "3 (thread)",
        _ => $"{set:x}",
    };

    private static void Add64(List<PacketField> fields, string name, ReadOnlySpan<byte> payload, int field) =>
        fields.Add(new PacketField(name, $"{ManipulateUnion.ReadUInt64(payload, field):x16}"));

    private static void AddCount(List<PacketField> fields, string name, ReadOnlySpan<byte> payload, int field) =>
        fields.Add(new PacketField(name, $"0x{ManipulateUnion.ReadUInt32(payload, field):x}"));
}
