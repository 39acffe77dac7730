using System.Runtime.InteropServices;
using NetKd.TargetOs.Cpu;
using NetKd.TargetOs.Memory;

namespace NetKd.TargetOs.Devices;

/// <summary>
/// Driver for Intel's 82540EM and 82574L gigabit adapters, which QEMU calls e1000 and e1000e: polled, legacy descriptors.
/// Register names and bits: 82574 data sheet, chapter 10, and the PCI/PCI-X Family of Gigabit Ethernet Controllers Software
/// Developer's Manual, chapter 13. Not reentrant: interrupts are masked around it.
/// </summary>
internal sealed unsafe class IntelAdapter : NetworkAdapter
{
    /// <summary>Bytes of a buffer, more than any frame on an Ethernet with the ordinary MTU.</summary>
    public const int BufferSize = 2048;

    private const ulong RegisterBytes = 0x2_0000;

    private const uint Identity82540 = 0x100E_8086;
    private const uint Identity82574 = 0x10D3_8086;

    private const int Control = 0x0000;
    private const int InterruptMaskClear = 0x00D8;
    private const int ReceiveControl = 0x0100;
    private const int TransmitControl = 0x0400;
    private const int TransmitGap = 0x0410;
    private const int ReceiveRing = 0x2800;
    private const int TransmitRing = 0x3800;
    private const int MulticastTable = 0x5200;
    private const int ReceiveAddress = 0x5400;

    // Offsets within either ring's register group.
    private const int RingLow = 0x00;
    private const int RingHigh = 0x04;
    private const int RingLength = 0x08;
    private const int RingHead = 0x10;
    private const int RingTail = 0x18;

    private const uint ControlAutoSpeed = 1 << 5;
    private const uint ControlLinkUp = 1 << 6;
    private const uint ControlReset = 1 << 26;
    private const uint ReceiveEnable = 1 << 1;
    private const uint ReceiveAllMulticast = 1 << 4;
    private const uint ReceiveBroadcast = 1 << 15;
    private const uint ReceiveStripChecksum = 1 << 26;
    private const uint TransmitEnable = 1 << 1;
    private const uint TransmitPad = 1 << 3;
    private const uint TransmitCollisions = (0x0F << 4) | (0x40 << 12);

    // The recommended inter-packet gap for copper: 8, 8 and 6 clocks.
    private const uint CopperGap = 8 | (8 << 10) | (6 << 20);

    private const byte CommandEndOfPacket = 1;
    private const byte CommandInsertChecksum = 2;
    private const byte CommandReportStatus = 8;
    private const byte DescriptorDone = 1;
    private const byte DescriptorEndOfPacket = 2;

    private const int RingSize = 32;
    private const int MulticastWords = 128;
    private const int ResetMicroseconds = 10_000;

    private readonly byte* _registers;
    private readonly Descriptor* _receive;
    private readonly Descriptor* _transmit;
    private readonly byte* _receiveBuffers;
    private readonly byte* _transmitBuffers;
    private readonly byte[] _hardwareAddress = new byte[6];
    private int _nextReceive;
    private int _nextTransmit;

    /// <summary>Resets the adapter and starts it.</summary>
    public IntelAdapter(PciFunction function)
    {
        function.EnableBusMaster();
        RegistersPhysical = function.MemoryBlock(0);
        _registers = PageTables.MapDevice(RegistersPhysical, RegisterBytes);
        Write(InterruptMaskClear, uint.MaxValue);
        Write(Control, Read(Control) | ControlReset);
        Clock.Delay(ResetMicroseconds);
        Write(InterruptMaskClear, uint.MaxValue);
        Write(Control, (Read(Control) | ControlLinkUp | ControlAutoSpeed) & ~ControlReset);
        for (int i = 0; i < MulticastWords; i++) Write(MulticastTable + (4 * i), 0);
        for (int i = 0; i < 6; i++) _hardwareAddress[i] = (byte)(Read(ReceiveAddress + (i & 4)) >> (8 * (i & 3)));

        ulong receive = StartRing(ReceiveRing, out ulong receiveBuffers);
        _receive = (Descriptor*)PhysicalWindow.Pointer(receive);
        _receiveBuffers = PhysicalWindow.Pointer(receiveBuffers);
        ulong transmit = StartRing(TransmitRing, out ulong transmitBuffers);
        _transmit = (Descriptor*)PhysicalWindow.Pointer(transmit);
        _transmitBuffers = PhysicalWindow.Pointer(transmitBuffers);
        for (int i = 0; i < RingSize; i++)
        {
            _receive[i].Buffer = receiveBuffers + (ulong)(i * BufferSize);
            _transmit[i].Buffer = transmitBuffers + (ulong)(i * BufferSize);
            _transmit[i].Status = DescriptorDone;
        }

        Write(ReceiveControl, ReceiveEnable | ReceiveAllMulticast | ReceiveBroadcast | ReceiveStripChecksum);
        Write(ReceiveRing + RingTail, RingSize - 1);
        Write(TransmitGap, CopperGap);
        Write(TransmitControl, TransmitEnable | TransmitPad | TransmitCollisions);
    }

    public override ulong RegistersPhysical { get; }

    public override ulong RegisterSpace => RegisterBytes;

    public override ReadOnlySpan<byte> HardwareAddress => _hardwareAddress;

    /// <summary>True for the PCI identities that this driver was written for and tried with.</summary>
    public static bool Drives(uint identity) => identity is Identity82540 or Identity82574;

    public override int Receive(Span<byte> frame)
    {
        // One ring's worth at most: damaged frames that keep coming must not hold the caller.
        for (int i = 0; i < RingSize && (_receive[_nextReceive].Status & DescriptorDone) != 0; i++)
        {
            Descriptor* descriptor = &_receive[_nextReceive];
            int length = descriptor->Length;
            bool whole = (descriptor->Status & DescriptorEndOfPacket) != 0 && descriptor->Errors == 0 && length <= frame.Length;
            if (whole) new ReadOnlySpan<byte>(_receiveBuffers + (_nextReceive * BufferSize), length).CopyTo(frame);
            descriptor->Status = 0;
            Write(ReceiveRing + RingTail, (uint)_nextReceive);
            _nextReceive = (_nextReceive + 1) % RingSize;
            if (whole && length != 0) return length;
        }

        return 0;
    }

    /// <inheritdoc/>
    /// <remarks>Dropped when the adapter is a whole ring behind, as without a cable.</remarks>
    public override void Send(ReadOnlySpan<byte> frame)
    {
        Descriptor* descriptor = &_transmit[_nextTransmit];
        if (frame.Length > BufferSize || (descriptor->Status & DescriptorDone) == 0) return;
        frame.CopyTo(new Span<byte>(_transmitBuffers + (_nextTransmit * BufferSize), BufferSize));
        descriptor->Length = (ushort)frame.Length;
        descriptor->Command = CommandEndOfPacket | CommandInsertChecksum | CommandReportStatus;
        descriptor->Status = 0;
        _nextTransmit = (_nextTransmit + 1) % RingSize;
        Write(TransmitRing + RingTail, (uint)_nextTransmit);
    }

    private ulong StartRing(int group, out ulong buffers)
    {
        ulong ring = Arena.Allocate(1);
        buffers = Arena.Allocate(RingSize * BufferSize / Arena.PageSize);
        Write(group + RingLow, (uint)ring);
        Write(group + RingHigh, (uint)(ring >> 32));
        Write(group + RingLength, (uint)(RingSize * sizeof(Descriptor)));
        Write(group + RingHead, 0);
        Write(group + RingTail, 0);
        return ring;
    }

    private uint Read(int register) => ((Register*)(_registers + register))->Value;

    private void Write(int register, uint value) => ((Register*)(_registers + register))->Value = value;

    /// <summary>A device register: every access in the code is one access on the bus.</summary>
    private struct Register
    {
        public volatile uint Value;
    }

    /// <summary>
    /// A legacy receive descriptor (82574 data sheet, chapter 7); a transmit descriptor has its command where the first has its
    /// checksum, and the same status byte.
    /// </summary>
    [StructLayout(LayoutKind.Explicit, Size = 16)]
    private struct Descriptor
    {
        [FieldOffset(0)] public ulong Buffer;
        [FieldOffset(8)] public ushort Length;
        [FieldOffset(11)] public byte Command;
        [FieldOffset(12)] public volatile byte Status;
        [FieldOffset(13)] public byte Errors;
    }
}
