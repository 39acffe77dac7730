using System.Buffers.Text;
using System.Text;

namespace NetKd.Linux.Kallsyms;

/// <summary>
/// The text of <c>/proc/kallsyms</c>: a line for each name, <c>ffffffff81000000 T _text</c>, with the module in brackets behind a tab where it is a
/// module's (kernel documentation: proc(5)).
/// </summary>
public sealed class KallsymsText
{
    private const int BufferSize = 256 * 1024;
    private const int MaxModules = 16 * 1024;

    private readonly KernelNamesBuilder _kernel = new();
    private readonly Dictionary<string, KernelNamesBuilder> _modules = [];
    private readonly Dictionary<string, KernelNamesBuilder>.AlternateLookup<ReadOnlySpan<char>> _moduleByName;
    private KernelNamesBuilder _last;
    private string _lastModule = "";

    private KallsymsText()
    {
        _last = _kernel;
        _moduleByName = _modules.GetAlternateLookup<ReadOnlySpan<char>>();
        Kernel = null!;
        Modules = null!;
    }

    /// <summary>The names of the kernel itself.</summary>
    public KernelNames Kernel { get; private set; }

    /// <summary>The names of its modules, by module.</summary>
    public IReadOnlyDictionary<string, KernelNames> Modules { get; private set; }

    /// <summary>True when the kernel shows no addresses, only zeros: to readers without the right to see them (kernel.kptr_restrict).</summary>
    public bool HidesAddresses { get; private set; }

    /// <summary>Lines that are none.</summary>
    public int BadLines { get; private set; }

    /// <summary>Reads a text to its end.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static KallsymsText Read(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        KallsymsText text = new() { HidesAddresses = true };
        byte[] buffer = new byte[BufferSize];
        int filled = 0;
        bool skips = false;
        while (true)
        {
            int read = stream.Read(buffer, filled, buffer.Length - filled);
            filled += read;
            ReadOnlySpan<byte> rest = buffer.AsSpan(0, filled);
            while (rest.IndexOf((byte)'\n') is >= 0 and int end)
            {
                if (!skips) text.Take(rest[..end]);
                skips = false;
                rest = rest[(end + 1)..];
            }

            if (read == 0)
            {
                if (!rest.IsEmpty && !skips) text.Take(rest);
                break;
            }

            // A line as long as the buffer is none, to its end.
            if (rest.Length == buffer.Length)
            {
                if (!skips) text.BadLines++;
                skips = true;
                rest = [];
            }

            filled = rest.Length;
            rest.CopyTo(buffer);
        }

        text.Kernel = text._kernel.Build();
        text.Modules = text._modules.ToDictionary(pair => pair.Key, pair => pair.Value.Build());
        text.HidesAddresses &= text.Kernel.Count > 0;
        return text;
    }

    private void Take(ReadOnlySpan<byte> line)
    {
        if (!Utf8Parser.TryParse(line, out ulong address, out int digits, 'x') || line.Length < digits + 4 || line[digits] != ' ' || line[digits + 2] != ' ')
        {
            BadLines++;
            return;
        }

        if (address != 0) HidesAddresses = false;
        byte type = line[digits + 1];
        ReadOnlySpan<byte> name = line[(digits + 3)..];
        int tab = name.IndexOf((byte)'\t');
        if (tab < 0)
        {
            _kernel.Add(address, type, name);
            return;
        }

        ReadOnlySpan<byte> module = name[(tab + 1)..].Trim("[] "u8);
        BuilderOf(module)?.Add(address, type, name[..tab]);
    }

    // Names of one module stand together.
    private KernelNamesBuilder? BuilderOf(ReadOnlySpan<byte> module)
    {
        Span<char> name = stackalloc char[128];
        if (module.IsEmpty || !Encoding.UTF8.TryGetChars(module, name, out int length)) return null;
        name = name[..length];
        if (name.SequenceEqual(_lastModule)) return _last;
        if (!_moduleByName.TryGetValue(name, out KernelNamesBuilder? builder))
        {
            if (_modules.Count >= MaxModules) return null;
            _modules.Add(name.ToString(), builder = new KernelNamesBuilder());
        }

        (_last, _lastModule) = (builder, name.ToString());
        return builder;
    }
}
