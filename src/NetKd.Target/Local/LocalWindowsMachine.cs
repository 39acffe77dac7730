using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using NetKd.Protocol.Kd;

namespace NetKd.Target.Local;

/// <summary>
/// A Windows machine by its own kernel's debugging call, NtSystemDebugControl, which works for administrators while the system is booted with
/// debugging (command numbers and records: the public phnt headers, SYSDBG_COMMAND).
/// </summary>
[SupportedOSPlatform("windows")]
public sealed partial class LocalWindowsMachine : LocalMachine
{
    private const int QueryVersion = 7;
    private const int ReadVirtualCommand = 8;
    private const int WriteVirtualCommand = 9;
    private const int ReadPhysicalCommand = 10;
    private const int WritePhysicalCommand = 11;
    private const int VersionSize = 40;
    private const uint PartialCopy = 0x8000000D;
    private const uint DebugPrivilege = 20;

    private readonly VersionBlock _version;

    private LocalWindowsMachine(VersionBlock version) => _version = version;

    /// <summary>Opens the kernel.</summary>
    /// <exception cref="IOException">Windows does not permit it; the message has the status.</exception>
    public static LocalWindowsMachine Open()
    {
        // Held by administrators, but not switched on. Where it is not held, the call below says so.
        _ = RtlAdjustPrivilege(DebugPrivilege, 1, 0, out _);
        Span<byte> reply = stackalloc byte[ManipulateHeader.Size];
        reply.Clear();
        uint status = NtSystemDebugControl(QueryVersion, [], 0, reply[ManipulateHeader.UnionOffset..], VersionSize, out _);
        if (status != NtStatus.Success) throw new IOException($"Windows refuses (status {status:x8})");
        return new LocalWindowsMachine(VersionBlock.Read(reply));
    }

    /// <inheritdoc/>
    public override ushort MachineType => _version.MachineType;

    /// <inheritdoc/>
    public override ushort MajorVersion => _version.MajorVersion;

    /// <inheritdoc/>
    public override ushort BuildNumber => _version.MinorVersion;

    /// <inheritdoc/>
    public override ulong KernelBase => _version.KernelBase;

    /// <inheritdoc/>
    public override ulong LoadedModuleList => _version.LoadedModuleList;

    /// <inheritdoc/>
    public override ulong DebuggerDataList => _version.DebuggerDataList;

    /// <inheritdoc/>
    public override unsafe int ReadVirtual(ulong address, Span<byte> destination)
    {
        fixed (byte* buffer = destination) return Transfer(ReadVirtualCommand, new VirtualRequest(address, (ulong)buffer, (uint)destination.Length));
    }

    /// <inheritdoc/>
    public override unsafe int WriteVirtual(ulong address, ReadOnlySpan<byte> source)
    {
        fixed (byte* buffer = source) return Transfer(WriteVirtualCommand, new VirtualRequest(address, (ulong)buffer, (uint)source.Length));
    }

    /// <inheritdoc/>
    public override unsafe int ReadPhysical(ulong address, Span<byte> destination)
    {
        fixed (byte* buffer = destination) return Transfer(ReadPhysicalCommand, new VirtualRequest(address, (ulong)buffer, (uint)destination.Length));
    }

    /// <inheritdoc/>
    public override unsafe int WritePhysical(ulong address, ReadOnlySpan<byte> source)
    {
        fixed (byte* buffer = source) return Transfer(WritePhysicalCommand, new VirtualRequest(address, (ulong)buffer, (uint)source.Length));
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
    }

    private static int Transfer(int command, VirtualRequest request)
    {
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(new ReadOnlySpan<VirtualRequest>(in request));
        uint status = NtSystemDebugControl(command, bytes, bytes.Length, [], 0, out uint done);
        return status is NtStatus.Success or PartialCopy ? (int)Math.Min(done, request.Size) : 0;
    }

    // SYSDBG_VIRTUAL and SYSDBG_PHYSICAL have the same shape.
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct VirtualRequest(ulong address, ulong buffer, uint size)
    {
        public readonly ulong Address = address;
        public readonly ulong Buffer = buffer;
        public readonly uint Size = size;
        private readonly uint _padding;
    }

    [LibraryImport("ntdll.dll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial uint NtSystemDebugControl(int command, ReadOnlySpan<byte> input, int inputLength, Span<byte> output, int outputLength, out uint returned);

    [LibraryImport("ntdll.dll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial uint RtlAdjustPrivilege(uint privilege, byte enable, byte currentThread, out byte wasEnabled);
}
