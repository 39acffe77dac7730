using System.Buffers.Binary;
using System.Text;
using NetKd.Linux.Btf;
using NetKd.Linux.Kallsyms;
using NetKd.Linux.Local;
using NetKd.Symbols;

namespace NetKd.Linux.Guests;

/// <summary>A Linux kernel for amd64 that was found in a machine's memory.</summary>
public sealed class LinuxGuest
{
    // Where the kernel image lies, wherever in it chance put it (kernel documentation: x86_64/mm), and its alignment there.
    private const ulong ImageArea = 0xFFFFFFFF_80000000;
    private const ulong ImageAreaEnd = 0xFFFFFFFF_C0000000;
    private const ulong ImageAlignment = 2 << 20;
    private const ulong MaxImage = 256 << 20;
    private const ulong MaxTypes = 256 << 20;
    private const int MaxBanner = 256;

    private readonly ulong _bannerAddress;
    private readonly string _banner;
    private BtfTypes? _types;
    private bool _typesRead;
    private GuestModules? _modules;

    private LinuxGuest(ulong start, ulong end, KernelNames names, ulong bannerAddress, string banner)
    {
        Base = start;
        Size = (uint)(end - start);
        Names = names;
        _bannerAddress = bannerAddress;
        _banner = banner;
    }

    /// <summary>Where the image begins (<c>_text</c>).</summary>
    public ulong Base { get; }

    /// <summary>Its bytes in memory (to <c>_end</c>).</summary>
    public uint Size { get; }

    /// <summary>Its names.</summary>
    public KernelNames Names { get; }

    /// <summary>What <c>uname -r</c> says, such as 6.1.0-56-cloud-amd64; empty when its banner is not like others.</summary>
    public string Release => ReleaseOf(_banner);

    /// <summary>Looks for a kernel where kernels are; null when there is none that keeps its names.</summary>
    public static LinuxGuest? Find(IAddressReader memory)
    {
        ArgumentNullException.ThrowIfNull(memory);
        Span<byte> probe = stackalloc byte[1];
        for (ulong start = ImageArea; start < ImageAreaEnd; start += ImageAlignment)
        {
            if (memory.Read(start, probe) == 1) return At(memory, start);
        }

        return null;
    }

    /// <summary>Looks for a kernel whose image begins at an address.</summary>
    public static LinuxGuest? At(IAddressReader memory, ulong start)
    {
        if (KallsymsMemory.Read(memory, start, Math.Min(MaxImage, ImageAreaEnd - start)) is not { } names) return null;
        if (!names.TryFind("_text", out ulong text) || !names.TryFind("_end", out ulong end) || text != start || end <= text || end - text > MaxImage) return null;
        names.TryFind("linux_banner", out ulong bannerAddress);
        return new LinuxGuest(start, end, names, bannerAddress, ReadText(memory, bannerAddress));
    }

    /// <summary>True while the same kernel is at the same place: a guest that was restarted has another.</summary>
    public bool IsStillThere(IAddressReader memory) => _banner.Length > 0 && ReadText(memory, _bannerAddress) == _banner;

    /// <summary>Its types, megabytes of BTF that are read once; null when it has none, or none that can be read.</summary>
    public BtfTypes? Types(IAddressReader memory)
    {
        ArgumentNullException.ThrowIfNull(memory);
        if (!_typesRead) _types = ReadTypes(memory);
        _typesRead = true;
        return _types;
    }

    /// <summary>What is wrong with its types, once they were read; empty when nothing is.</summary>
    public string TypesProblem { get; private set; } = "";

    /// <summary>Its loadable modules at this moment, by address; none when its types do not describe them.</summary>
    public IReadOnlyList<KernelModule> Modules(IAddressReader memory)
    {
        ArgumentNullException.ThrowIfNull(memory);
        // Without modules the types are not read for their sake.
        Span<byte> link = stackalloc byte[8];
        if (!Names.TryFind("modules", out ulong head) || memory.Read(head, link) != link.Length || BinaryPrimitives.ReadUInt64LittleEndian(link) == head) return [];
        return ModuleReader(memory)?.Read(memory) ?? [];
    }

    /// <summary>The names of the module at an address; null when there is none, or it keeps none.</summary>
    public KernelNames? NamesOfModule(IAddressReader memory, ulong moduleBase) => ModuleReader(memory)?.ReadNames(memory, moduleBase);

    /// <summary>The release in a kernel's banner, <c>Linux version 6.1.0-56-cloud-amd64 (...</c>.</summary>
    public static string ReleaseOf(string banner)
    {
        ArgumentNullException.ThrowIfNull(banner);
        string[] words = banner.Split(' ', 4);
        return words is ["Linux", "version", var release, ..] ? release : "";
    }

    private GuestModules? ModuleReader(IAddressReader memory) => Types(memory) is { } types ? _modules ??= GuestModules.Of(Names, types) : null;

    private BtfTypes? ReadTypes(IAddressReader memory)
    {
        if (!Names.TryFind("__start_BTF", out ulong start) || !Names.TryFind("__stop_BTF", out ulong stop) || stop <= start || stop - start > MaxTypes) return null;
        byte[] bytes = new byte[stop - start];
        if (memory.Read(start, bytes) != bytes.Length) return null;
        try
        {
            BtfTypes types = BtfTypes.Parse(bytes);
            TypesProblem = types.Problem;
            return types;
        }
        catch (BtfFormatException e)
        {
            TypesProblem = e.Message;
            return null;
        }
    }

    private static string ReadText(IAddressReader memory, ulong address)
    {
        byte[] bytes = new byte[MaxBanner];
        int read = memory.Read(address, bytes);
        int end = bytes.AsSpan(0, read).IndexOf((byte)0);
        return end < 0 ? "" : Encoding.ASCII.GetString(bytes, 0, end);
    }
}
