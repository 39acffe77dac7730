using System.Text;
using NetKd.Capture.Text;

namespace NetKd.Capture.Sessions;

/// <summary>State changes in words (facts: kdnet-wire, section 4).</summary>
internal static class StateChangeDescription
{
    public static void Add(List<PacketField> fields, PacketType type, ReadOnlySpan<byte> payload)
    {
        bool isWide = type == PacketType.StateChange64;
        bool isRead = isWide ? StateChange.TryRead(payload, out StateChange change) : StateChange32.TryRead(payload, out change);
        if (!isRead) return;
        fields.Add(new PacketField("kind", $"{change.Kind}"));
        ReadOnlySpan<byte> behind = payload[(isWide ? StateChange.Size : StateChange32.Size)..];
        if (change.Kind == StateChangeKind.Exception) AddException(fields, change);
        else if (change.Kind == StateChangeKind.LoadSymbols) AddModule(fields, change.LoadSymbols, behind);
        else fields.Add(new PacketField("command", $"\"{Text(behind)}\""));
        fields.Add(new PacketField("pc", $"{change.ProgramCounter:x16}", IsMain: change.Kind == StateChangeKind.Exception));
        fields.Add(new PacketField("processor", $"{change.Processor}", IsMain: change.ProcessorCount > 1));
        fields.Add(new PacketField("processors", $"{change.ProcessorCount}", IsMain: false));
        fields.Add(new PacketField("thread", $"{change.Thread:x16}", IsMain: false));
    }

    private static void AddException(List<PacketField> fields, in StateChange change)
    {
        ExceptionRecord exception = change.Exception;
        fields.Add(new PacketField("code", NtStatusText.Format(exception.Code)));
        fields.Add(new PacketField("chance", exception.FirstChance ? "first" : "second"));
        fields.Add(new PacketField("address", $"{exception.Address:x16}", IsMain: false));
        fields.Add(new PacketField("flags", $"{exception.Flags:x}", IsMain: false));
        if (exception.ParameterCount > 0) fields.Add(new PacketField("information0", $"{exception.Information0:x}", IsMain: false));
        if (exception.ParameterCount > 1) fields.Add(new PacketField("information1", $"{exception.Information1:x}", IsMain: false));
    }

    private static void AddModule(List<PacketField> fields, in LoadSymbolsRecord module, ReadOnlySpan<byte> behind)
    {
        if (module.Unload && module.Base == LoadSymbolsRecord.ShutdownBase)
        {
            fields.Add(new PacketField("event", "shutdown or restart"));
            return;
        }

        fields.Add(new PacketField("event", module.Unload ? "unload" : "load"));
        if (module.PathNameLength > 0)
            fields.Add(new PacketField("module", $"\"{Text(behind[..(int)Math.Min(module.PathNameLength, (uint)behind.Length)])}\""));
        fields.Add(new PacketField("base", $"{module.Base:x16}"));
        fields.Add(new PacketField("size", $"0x{module.SizeOfImage:x}"));
        fields.Add(new PacketField("checksum", $"{module.Checksum:x}", IsMain: false));
        fields.Add(new PacketField("process", $"{module.ProcessId:x}", IsMain: false));
    }

    private static string Text(ReadOnlySpan<byte> bytes) => SafeText.Clean(Encoding.Latin1.GetString(bytes.TrimEnd((byte)0)));
}
