using System.Buffers.Binary;
using NetKd.Protocol.Kd;
using NetKd.Symbols.Images;
using NetKd.Symbols.Unwinding;
using NetKd.Target.Simulation;

namespace NetKd.Symbols.Tests.Unwinding;

/// <summary>
/// A program that runs on the simulated processor, with a shadow stack: what each function's caller really looks like. The truth that
/// unwinding is compared with.
/// </summary>
internal sealed class ExecutedProgram : IAddressReader, IDisposable
{
    public const ulong Base = 0x1_4000_0000;

    // Where Main returns to.
    public const ulong Outside = 0x7777_0000;

    private const ulong StackTop = 0x2_0000_0000;
    private const ulong StackBytes = 4 << 20;
    private const ulong Root = 0x1000;

    private readonly ImageFile _file;
    private readonly PhysicalMemory _memory = new(32 << 20);
    private readonly Interpreter _interpreter;
    private readonly List<Caller> _callers = [];

    public ExecutedProgram(string image)
    {
        _file = ImageFile.Open(image);
        Image = new UnwindImage(Base, new RebasedReader(_file, Base), FunctionTable.Of(_file.Image));
        uint size = (_file.Image.Size + 0xFFF) & ~0xFFFu;
        ulong freeTable = Root + PhysicalMemory.PageSize, free = 1 << 20;
        PageTables.Map(_memory, Root, ref freeTable, Base, free, size, PageTables.Writable);
        byte[] bytes = new byte[size];
        for (int page = 0; page < bytes.Length; page += PhysicalMemory.PageSize) _file.Read((ulong)page, bytes.AsSpan(page, PhysicalMemory.PageSize));
        _memory.Write(free, bytes);
        free += size;
        PageTables.Map(_memory, Root, ref freeTable, StackTop - StackBytes, free, StackBytes, PageTables.Writable);
        Processor = new Amd64Processor(0) { Cr3 = Root, Rip = Base + _file.Image.EntryPoint, Rsp = StackTop - 0x1008 };
        for (int i = 0; i < 16; i++)
        {
            if (i != Amd64Frame.Rsp) Processor.General[i] = 0x1111_1111_1111_1111ul * (ulong)i;
        }

        for (int i = 0; i < Processor.Vectors.Length; i++) Processor.Vectors[i] = (byte)i;
        _interpreter = new Interpreter(_memory, new MachineDevices(), Processor);
        Write(Processor.Rsp, Outside);
        Push(Outside);
    }

    public UnwindImage Image { get; }

    public Amd64Processor Processor { get; }

    /// <summary>The functions that have called, innermost first.</summary>
    public IEnumerable<Caller> Callers => Enumerable.Reverse(_callers);

    public int Depth => _callers.Count;

    /// <summary>Runs one instruction. False when Main has returned.</summary>
    public bool Step()
    {
        byte[] code = new byte[4];
        Read(Processor.Rip, code);
        ulong stack = Processor.Rsp;
        Amd64Frame before = Registers();
        Assert.True(_interpreter.Step(Processor, out ExceptionRecord exception) == StepOutcome.Done, $"exception {exception.Code:x8} at offset {Processor.Rip - Base:x}");
        bool call = code is [0xE8, ..] || (code[0] == 0xFF && (code[1] >> 3 & 7) == 2) || (code[0] is >= 0x40 and <= 0x4F && code[1] == 0xFF && (code[2] >> 3 & 7) == 2);
        if (call)
        {
            Assert.Equal(stack - 8, Processor.Rsp);
            _callers.Add(new Caller(ReadWord(Processor.Rsp), stack, before));
        }
        else if (code[0] is 0xC3)
        {
            Caller caller = _callers[^1];
            Assert.Equal(caller.ReturnAddress, Processor.Rip);
            Assert.Equal(caller.StackPointer, Processor.Rsp);
            _callers.RemoveAt(_callers.Count - 1);
        }

        return _callers.Count > 0;
    }

    /// <summary>The processor's registers as a frame.</summary>
    public Amd64Frame Registers()
    {
        Amd64Frame frame = new() { InstructionPointer = Processor.Rip };
        Processor.General.CopyTo(frame.Registers);
        for (int i = 0; i < 16; i++) frame.Vectors[i] = BinaryPrimitives.ReadUInt128LittleEndian(Processor.Vectors.AsSpan(16 * i));
        return frame;
    }

    public int Read(ulong address, Span<byte> destination) => AddressSpace.Read(_memory, Root, address, destination);

    public void Dispose() => _file.Dispose();

    private void Push(ulong returnAddress) => _callers.Add(new Caller(returnAddress, Processor.Rsp + 8, Registers()));

    private ulong ReadWord(ulong address)
    {
        Span<byte> bytes = stackalloc byte[8];
        Assert.Equal(8, Read(address, bytes));
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    private void Write(ulong address, ulong value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        Assert.Equal(8, AddressSpace.Write(_memory, Root, address, bytes));
    }
}

/// <summary>A function that has called another.</summary>
/// <param name="ReturnAddress">Where it goes on.</param>
/// <param name="StackPointer">Its stack pointer then.</param>
/// <param name="Registers">Its registers at the call.</param>
internal sealed record Caller(ulong ReturnAddress, ulong StackPointer, Amd64Frame Registers);
