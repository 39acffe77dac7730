using NetKd.TargetOs.Memory;

namespace NetKd.TargetOs.Devices;

/// <summary>
/// Driver for VMware's paravirtual adapter, which QEMU calls vmxnet3: polled, one queue each way. Registers, the shared area and the
/// descriptors are laid out as the device's public header (vmxnet3_defs.h) gives them; that header is the specification there is.
/// Not reentrant: interrupts are masked around it.
/// </summary>
internal sealed unsafe class Vmxnet3Adapter : NetworkAdapter
{
    private const uint Identity = 0x07B0_15AD;
    private const ulong RegisterBytes = 0x1000;

    // The first block: doorbells. The second: configuration.
    private const int InterruptMask = 0x000;
    private const int TransmitProducer = 0x600;
    private const int ReceiveProducer = 0x800;
    private const int RevisionSelect = 0x00;
    private const int UptVersionSelect = 0x08;
    private const int SharedLow = 0x10;
    private const int SharedHigh = 0x18;
    private const int Command = 0x20;
    private const int HardwareLow = 0x28;
    private const int HardwareHigh = 0x30;

    private const uint CommandActivate = 0xCAFE_0000;
    private const uint CommandReset = 0xCAFE_0002;
    private const uint CommandUpdateReceiveMode = 0xCAFE_0003;

    private const uint SharedMagic = 0xBABE_FEE1;
    private const uint FirstRevision = 1;

    // 64-bit, of no system in the list: as an "other" one.
    private const uint GuestKind = 2;
    private const uint ReceiveUnicast = 1, ReceiveBroadcast = 4, ReceiveAllMulticast = 8;
    private const uint AllInterruptsOff = 1;
    private const uint MaxTransfer = 1500;

    // Within the two pages that hold everything but the buffers. Rings are aligned to 512 bytes, the queues to 128.
    private const int QueuesAt = 0x400;
    private const int QueueSize = 0x100;
    private const int TransmitAt = 0x800;
    private const int TransmitDoneAt = 0xA00;
    private const int ReceiveAt = 0xC00;
    private const int SecondReceiveAt = 0xE00;
    private const int ReceiveDoneAt = 0x1000;

    private const int RingSize = 32;
    private const int BufferSize = 2048;

    private const uint LengthMask = 0x3FFF;
    private const uint TransmitGeneration = 1 << 14;
    private const uint EndOfPacket = 1 << 12;
    private const uint ReportCompletion = 1 << 13;
    private const uint Generation = 1u << 31;
    private const uint DoneEndOfPacket = 1 << 14;
    private const uint DoneStartOfPacket = 1 << 15;
    private const uint DoneError = 1 << 14;
    private const uint IndexMask = 0xFFF;

    private readonly byte* _doorbells;
    private readonly byte* _configuration;
    private readonly byte* _shared;
    private readonly byte* _receiveBuffers;
    private readonly byte* _transmitBuffers;
    private readonly byte[] _hardwareAddress = new byte[6];
    private int _nextTransmit;
    private int _transmitFree = RingSize - 1;
    private int _nextTransmitDone;
    private int _nextReceiveDone;
    private uint _transmitGeneration = TransmitGeneration;
    private uint _transmitDoneGeneration = Generation;
    private uint _receiveDoneGeneration = Generation;
    private readonly bool _active;

    /// <summary>Resets the adapter and starts it.</summary>
    public Vmxnet3Adapter(PciFunction function)
    {
        function.EnableBusMaster();
        RegistersPhysical = function.MemoryBlock(0);
        _doorbells = PageTables.MapDevice(RegistersPhysical, RegisterBytes);
        _configuration = PageTables.MapDevice(function.MemoryBlock(1), RegisterBytes);
        Write(_configuration, Command, CommandReset);
        Write(_configuration, RevisionSelect, FirstRevision);
        Write(_configuration, UptVersionSelect, FirstRevision);
        uint low = Read(_configuration, HardwareLow), high = Read(_configuration, HardwareHigh);
        for (int i = 0; i < 6; i++) _hardwareAddress[i] = (byte)((i < 4 ? low : high) >> (8 * (i & 3)));

        ulong shared = Arena.Allocate(2);
        ulong receive = Arena.Allocate(RingSize * BufferSize / Arena.PageSize);
        ulong transmit = Arena.Allocate(RingSize * BufferSize / Arena.PageSize);
        _shared = PhysicalWindow.Pointer(shared);
        _receiveBuffers = PhysicalWindow.Pointer(receive);
        _transmitBuffers = PhysicalWindow.Pointer(transmit);
        Describe(shared);
        for (int i = 0; i < RingSize; i++)
        {
            *(ulong*)(_shared + ReceiveAt + (16 * i)) = receive + (ulong)(i * BufferSize);
            *(ulong*)(_shared + TransmitAt + (16 * i)) = transmit + (ulong)(i * BufferSize);
            Give(i);
        }

        Write(_configuration, SharedLow, (uint)shared);
        Write(_configuration, SharedHigh, (uint)(shared >> 32));
        Write(_configuration, Command, CommandActivate);

        // Reading the command back gives its result; 0 is success.
        _active = Read(_configuration, Command) == 0;
        if (!_active) return;
        Write(_doorbells, InterruptMask, 1);
        Write(_configuration, Command, CommandUpdateReceiveMode);
        Write(_doorbells, ReceiveProducer, RingSize - 1);
    }

    public override ulong RegistersPhysical { get; }

    public override ulong RegisterSpace => RegisterBytes;

    public override ReadOnlySpan<byte> HardwareAddress => _hardwareAddress;

    /// <summary>True for the PCI identity that this driver was written for.</summary>
    public static bool Drives(uint identity) => identity == Identity;

    public override int Receive(Span<byte> frame)
    {
        if (!_active) return 0;

        // One ring's worth at most: damaged frames that keep coming must not hold the caller.
        for (int i = 0; i < RingSize; i++)
        {
            int done = ReceiveDoneAt + (16 * _nextReceiveDone);
            uint last = Read(_shared, done + 12);
            if ((last & Generation) != _receiveDoneGeneration) return 0;
            uint first = Read(_shared, done);
            uint middle = Read(_shared, done + 8);
            int index = (int)(first & IndexMask) % RingSize;
            int length = (int)(middle & LengthMask);
            const uint whole = DoneStartOfPacket | DoneEndOfPacket;
            bool good = (first & whole) == whole && (middle & DoneError) == 0 && length <= frame.Length && length <= BufferSize;
            if (good) new ReadOnlySpan<byte>(_receiveBuffers + (index * BufferSize), length).CopyTo(frame);
            Step(ref _nextReceiveDone, 2 * RingSize, ref _receiveDoneGeneration, Generation);
            Give(index);
            Write(_doorbells, ReceiveProducer, (uint)index);
            if (good && length != 0) return length;
        }

        return 0;
    }

    /// <inheritdoc/>
    /// <remarks>Dropped when the adapter is a whole ring behind, as without a cable.</remarks>
    public override void Send(ReadOnlySpan<byte> frame)
    {
        TakeTransmitted();
        if (!_active || frame.Length > BufferSize || _transmitFree == 0) return;
        const int shortest = 60;
        Span<byte> buffer = new(_transmitBuffers + (_nextTransmit * BufferSize), BufferSize);
        frame.CopyTo(buffer);
        int length = frame.Length;
        if (length < shortest)
        {
            buffer.Slice(length, shortest - length).Clear();
            length = shortest;
        }

        int descriptor = TransmitAt + (16 * _nextTransmit);
        Write(_shared, descriptor + 12, EndOfPacket | ReportCompletion);

        // The generation hands the descriptor over, so it is written last.
        Write(_shared, descriptor + 8, (uint)length | _transmitGeneration);
        Step(ref _nextTransmit, RingSize, ref _transmitGeneration, TransmitGeneration);
        _transmitFree--;
        Write(_doorbells, TransmitProducer, (uint)_nextTransmit);
    }

    private void TakeTransmitted()
    {
        while (_transmitFree < RingSize - 1 && (Read(_shared, TransmitDoneAt + (16 * _nextTransmitDone) + 12) & Generation) == _transmitDoneGeneration)
        {
            Step(ref _nextTransmitDone, RingSize, ref _transmitDoneGeneration, Generation);
            _transmitFree++;
        }
    }

    /// <summary>
    /// Gives a receive buffer to the device. Buffers come back in order, so each goes out again one lap later with the other generation.
    /// </summary>
    private void Give(int index)
    {
        int descriptor = ReceiveAt + (16 * index) + 8;
        uint generation = (Read(_shared, descriptor) & Generation) ^ Generation;
        Write(_shared, descriptor, BufferSize | generation);
    }

    /// <summary>Fills the shared area: what the driver is, and where its queues are.</summary>
    private void Describe(ulong shared)
    {
        Write(_shared, 0, SharedMagic);
        Write(_shared, 8, FirstRevision);
        Write(_shared, 12, GuestKind);
        Write(_shared, 16, FirstRevision);
        Write(_shared, 20, FirstRevision);
        WriteAddress(40, shared + QueuesAt);
        Write(_shared, 52, 2 * QueueSize);
        Write(_shared, 56, MaxTransfer);
        _shared[60] = 1;
        _shared[62] = 1;
        _shared[63] = 1;
        _shared[81] = 1;
        Write(_shared, 108, AllInterruptsOff);
        Write(_shared, 120, ReceiveUnicast | ReceiveBroadcast | ReceiveAllMulticast);

        WriteAddress(QueuesAt + 16, shared + TransmitAt);
        WriteAddress(QueuesAt + 32, shared + TransmitDoneAt);
        Write(_shared, QueuesAt + 56, RingSize);
        Write(_shared, QueuesAt + 64, RingSize);

        const int receive = QueuesAt + QueueSize;
        WriteAddress(receive + 16, shared + ReceiveAt);
        WriteAddress(receive + 24, shared + SecondReceiveAt);
        WriteAddress(receive + 32, shared + ReceiveDoneAt);
        Write(_shared, receive + 56, RingSize);

        // The second ring is for the bodies of large frames; it stays empty.
        Write(_shared, receive + 60, RingSize);
        Write(_shared, receive + 64, 2 * RingSize);
    }

    private static void Step(ref int index, int size, ref uint generation, uint bit)
    {
        if (++index != size) return;
        index = 0;
        generation ^= bit;
    }

    private void WriteAddress(int offset, ulong value)
    {
        Write(_shared, offset, (uint)value);
        Write(_shared, offset + 4, (uint)(value >> 32));
    }

    private static uint Read(byte* block, int offset) => ((Register*)(block + offset))->Value;

    private static void Write(byte* block, int offset, uint value) => ((Register*)(block + offset))->Value = value;

    /// <summary>A register or a word of shared memory: every access in the code is one access on the bus, in its order.</summary>
    private struct Register
    {
        public volatile uint Value;
    }
}
