using System.Buffers.Binary;

namespace NetKd.Protocol.Kd;

/// <summary>What happened on the target.</summary>
public enum StateChangeKind : uint
{
    /// <summary>DbgKdExceptionStateChange: an exception, a breakpoint, a step, a break-in.</summary>
    Exception = 0x3030,
    /// <summary>DbgKdLoadSymbolsStateChange: a module came or went.</summary>
    LoadSymbols = 0x3031,
    /// <summary>DbgKdCommandStringStateChange: the target asks for a debugger command.</summary>
    CommandString = 0x3032,
}

/// <summary>The exception of a state change.</summary>
public struct ExceptionRecord
{
    /// <summary>The most parameters of an exception.</summary>
    public const int MaxParameters = 15;

    /// <summary>Exception code.</summary>
    public uint Code;

    /// <summary>EXCEPTION_* flags.</summary>
    public uint Flags;

    /// <summary>Address of a nested record, or 0.</summary>
    public ulong Record;

    /// <summary>Address of the instruction.</summary>
    public ulong Address;

    /// <summary>How many of the information values count, at most <see cref="MaxParameters"/>.</summary>
    public uint ParameterCount;

    /// <summary>The first two information values, which are all that processor exceptions use.</summary>
    public ulong Information0, Information1;

    /// <summary>True before the target has looked for a handler.</summary>
    public bool FirstChance;
}

/// <summary>The module event of a state change.</summary>
public struct LoadSymbolsRecord
{
    /// <summary>The base address that a target reports when it shuts down or restarts.</summary>
    public const ulong ShutdownBase = 0xFFFF_FFFF_FFFF_FFFF;

    /// <summary>Bytes of the path behind the state change, its NUL counted; 0 for none.</summary>
    public uint PathNameLength;

    /// <summary>Base address of the module.</summary>
    public ulong Base;

    /// <summary>Process that loaded it.</summary>
    public ulong ProcessId;

    /// <summary>Checksum of the image header.</summary>
    public uint Checksum;

    /// <summary>Size of the image in memory.</summary>
    public uint SizeOfImage;

    /// <summary>True when the module went.</summary>
    public bool Unload;
}

/// <summary>
/// A state change in its 64-bit form: 240 bytes, then a name for module events (facts: kdnet-wire, section 4).
/// </summary>
public struct StateChange
{
    /// <summary>Bytes of the 64-bit form without the name.</summary>
    public const int Size = 0xF0;

    /// <summary>Where the 48-byte control report stands.</summary>
    public const int ControlReportOffset = 0xC0;

    /// <summary>Bytes of the control report.</summary>
    public const int ControlReportSize = 0x30;

    /// <summary>Bytes of code at the program counter that the amd64 control report carries.</summary>
    public const int InstructionStreamSize = 16;

    private const int UnionOffset = 0x20;
    private const int FirstChanceOffset = 0xB8;

    /// <summary>What happened.</summary>
    public StateChangeKind Kind;

    /// <summary>Architecture-defined processor level.</summary>
    public ushort ProcessorLevel;

    /// <summary>The processor that reports.</summary>
    public ushort Processor;

    /// <summary>How many processors the target has.</summary>
    public uint ProcessorCount;

    /// <summary>Address of the current thread object.</summary>
    public ulong Thread;

    /// <summary>Where execution stopped.</summary>
    public ulong ProgramCounter;

    /// <summary>The exception, when it is one.</summary>
    public ExceptionRecord Exception;

    /// <summary>The module event, when it is one.</summary>
    public LoadSymbolsRecord LoadSymbols;

    /// <summary>Reads the 64-bit form; false when it is too short or of an unknown kind.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, out StateChange change)
    {
        change = default;
        if (payload.Length < Size) return false;
        change.Kind = (StateChangeKind)BinaryPrimitives.ReadUInt32LittleEndian(payload);
        change.ProcessorLevel = BinaryPrimitives.ReadUInt16LittleEndian(payload.Slice(4));
        change.Processor = BinaryPrimitives.ReadUInt16LittleEndian(payload.Slice(6));
        change.ProcessorCount = BinaryPrimitives.ReadUInt32LittleEndian(payload.Slice(8));
        change.Thread = BinaryPrimitives.ReadUInt64LittleEndian(payload.Slice(0x10));
        change.ProgramCounter = BinaryPrimitives.ReadUInt64LittleEndian(payload.Slice(0x18));
        ReadOnlySpan<byte> union = payload.Slice(UnionOffset);
        if (change.Kind == StateChangeKind.Exception)
        {
            change.Exception.Code = BinaryPrimitives.ReadUInt32LittleEndian(union);
            change.Exception.Flags = BinaryPrimitives.ReadUInt32LittleEndian(union.Slice(4));
            change.Exception.Record = BinaryPrimitives.ReadUInt64LittleEndian(union.Slice(8));
            change.Exception.Address = BinaryPrimitives.ReadUInt64LittleEndian(union.Slice(16));
            uint count = BinaryPrimitives.ReadUInt32LittleEndian(union.Slice(24));
            change.Exception.ParameterCount = count > ExceptionRecord.MaxParameters ? ExceptionRecord.MaxParameters : count;
            change.Exception.Information0 = BinaryPrimitives.ReadUInt64LittleEndian(union.Slice(32));
            change.Exception.Information1 = BinaryPrimitives.ReadUInt64LittleEndian(union.Slice(40));
            change.Exception.FirstChance = BinaryPrimitives.ReadUInt32LittleEndian(payload.Slice(FirstChanceOffset)) != 0;
            return true;
        }

        if (change.Kind == StateChangeKind.LoadSymbols)
        {
            change.LoadSymbols.PathNameLength = BinaryPrimitives.ReadUInt32LittleEndian(union);
            change.LoadSymbols.Base = BinaryPrimitives.ReadUInt64LittleEndian(union.Slice(8));
            change.LoadSymbols.ProcessId = BinaryPrimitives.ReadUInt64LittleEndian(union.Slice(16));
            change.LoadSymbols.Checksum = BinaryPrimitives.ReadUInt32LittleEndian(union.Slice(24));
            change.LoadSymbols.SizeOfImage = BinaryPrimitives.ReadUInt32LittleEndian(union.Slice(28));
            change.LoadSymbols.Unload = union[32] != 0;
            return true;
        }

        return change.Kind == StateChangeKind.CommandString;
    }

    /// <summary>Writes the first 192 bytes; the control report follows, then the name.</summary>
    public readonly void Write(Span<byte> payload)
    {
        payload.Slice(0, ControlReportOffset).Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(payload, (uint)Kind);
        BinaryPrimitives.WriteUInt16LittleEndian(payload.Slice(4), ProcessorLevel);
        BinaryPrimitives.WriteUInt16LittleEndian(payload.Slice(6), Processor);
        BinaryPrimitives.WriteUInt32LittleEndian(payload.Slice(8), ProcessorCount);
        BinaryPrimitives.WriteUInt64LittleEndian(payload.Slice(0x10), Thread);
        BinaryPrimitives.WriteUInt64LittleEndian(payload.Slice(0x18), ProgramCounter);
        Span<byte> union = payload.Slice(UnionOffset);
        if (Kind == StateChangeKind.Exception)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(union, Exception.Code);
            BinaryPrimitives.WriteUInt32LittleEndian(union.Slice(4), Exception.Flags);
            BinaryPrimitives.WriteUInt64LittleEndian(union.Slice(8), Exception.Record);
            BinaryPrimitives.WriteUInt64LittleEndian(union.Slice(16), Exception.Address);
            BinaryPrimitives.WriteUInt32LittleEndian(union.Slice(24), Exception.ParameterCount);
            BinaryPrimitives.WriteUInt64LittleEndian(union.Slice(32), Exception.Information0);
            BinaryPrimitives.WriteUInt64LittleEndian(union.Slice(40), Exception.Information1);
            BinaryPrimitives.WriteUInt32LittleEndian(payload.Slice(FirstChanceOffset), Exception.FirstChance ? 1u : 0u);
        }
        else if (Kind == StateChangeKind.LoadSymbols)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(union, LoadSymbols.PathNameLength);
            BinaryPrimitives.WriteUInt64LittleEndian(union.Slice(8), LoadSymbols.Base);
            BinaryPrimitives.WriteUInt64LittleEndian(union.Slice(16), LoadSymbols.ProcessId);
            BinaryPrimitives.WriteUInt32LittleEndian(union.Slice(24), LoadSymbols.Checksum);
            BinaryPrimitives.WriteUInt32LittleEndian(union.Slice(28), LoadSymbols.SizeOfImage);
            union[32] = LoadSymbols.Unload ? (byte)1 : (byte)0;
        }
    }
}
