using System.Buffers.Binary;
using System.IO.Enumeration;
using System.Text;
using NetKd.Engine.Symbols;

namespace NetKd.Engine.Modules;

/// <summary>
/// The modules that the target has loaded. The kernel is known from the start; the others are read from the target's list when
/// somebody first asks for what may be theirs, since a Windows target has two hundred.
/// </summary>
public sealed class ModuleList
{
    private const int MaxModules = 4096;
    private const int MaxNameBytes = 1024;

    private readonly DebugClient _client;
    private readonly List<Module> _modules = [];
    private bool _complete;

    internal ModuleList(DebugClient client) => _client = client;

    /// <summary>All modules, in the order of the target's list.</summary>
    public IReadOnlyList<Module> All
    {
        get
        {
            if (!_complete) Reload();
            return _modules;
        }
    }

    /// <summary>The kernel itself; null when it is not in the list.</summary>
    public Module? Kernel => FindByName(_client.Target.IsLinux ? LinuxSymbols.KernelImage : "nt");

    /// <summary>The module that holds an address, or null.</summary>
    public Module? FindByAddress(ulong address)
    {
        // The one at hand first: at most stops the kernel is all that is asked for, and the list need not be read.
        foreach (Module module in _modules)
        {
            if (module.Contains(address)) return module;
        }

        return _complete ? null : All.FirstOrDefault(m => m.Contains(address));
    }

    /// <summary>The module of a name, letter case not counting, or null.</summary>
    public Module? FindByName(string name) =>
        _modules.Find(m => m.IsNamed(name)) ?? (_complete ? null : All.FirstOrDefault(m => m.IsNamed(name)));

    /// <summary>The modules whose names match a pattern with * and ?, letter case not counting; one without wildcards also finds a module by its image's name.</summary>
    public IReadOnlyList<Module> FindMatching(string pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        if (!pattern.AsSpan().ContainsAny('*', '?')) return FindByName(pattern) is { } named ? [named] : [];
        return [.. All.Where(m => FileSystemName.MatchesSimpleExpression(pattern, m.Name))];
    }

    /// <summary>
    /// Looks into the modules whose symbols are loaded, and only where none of them has it into the others: loading one costs requests and
    /// perhaps a download, so the first that has it ends the search.
    /// </summary>
    internal List<T> FindLoadedFirst<T>(Func<Module, IEnumerable<T>> findIn, bool loadedOnly)
    {
        List<T> found = [];
        List<Module> deferred = [];
        foreach (Module module in All)
        {
            if (module.SymbolStatus == SymbolStatus.Deferred) deferred.Add(module);
            else found.AddRange(findIn(module));
        }

        for (int i = 0; !loadedOnly && i < deferred.Count && found.Count == 0; i++) found.AddRange(findIn(deferred[i]));
        return found;
    }

    /// <summary>Reads the target's module list anew (.reload).</summary>
    public void Reload(CancellationToken cancellation = default)
    {
        ulong head = _client.Target.LoadedModuleList;
        Dictionary<ulong, Module> known = _modules.ToDictionary(m => m.Base);
        List<Module> found = [];
        if (head != 0 && _client.Virtual.TryReadPointer(head, out ulong entry))
        {
            HashSet<ulong> seen = [];
            HashSet<ulong> bases = [];
            while (entry != head && seen.Add(entry) && found.Count < MaxModules)
            {
                cancellation.ThrowIfCancellationRequested();
                if (ReadEntry(entry, known, bases, out ulong next) is { } module) found.Add(module);
                else _client.WriteOutput(OutputMask.Warning, $"The module list entry at {entry:x16} cannot be read or repeats an address; the list may be incomplete.\n");
                entry = next;
                if (next == 0) break;
            }
        }

        _complete = true;
        if (found.Count == 0) return;
        if (!found.Exists(m => m.Base == _client.Target.KernelBase) && known.TryGetValue(_client.Target.KernelBase, out Module? kernel)) found.Insert(0, kernel);
        found.AddRange(_modules.Where(m => m.IsGivenByUser && !found.Exists(f => f.Base == m.Base)));
        // Behind Linux there is no NT: the one that a bridge makes up for debuggers' sake is of no use to anybody here.
        if (found.Exists(LinuxSymbols.IsKernel)) found.RemoveAll(m => m.Base == _client.Target.KernelBase && !LinuxSymbols.IsKernel(m));
        foreach (Module gone in _modules.Except(found)) gone.UnloadSymbols();
        _modules.Clear();
        _modules.AddRange(found);
    }

    /// <summary>
    /// Adds a module that the target's list does not have (.reload module=address,size), in place of what was at that address. With a size of
    /// 0 the image's headers say it.
    /// </summary>
    public Module AddByUser(string imageName, ulong baseAddress, uint size)
    {
        ArgumentNullException.ThrowIfNull(imageName);
        string file = FileName(imageName);
        Remove(baseAddress);
        Module module = new(_client, ModuleName(baseAddress, file), file, imageName, baseAddress, size, null, null) { IsGivenByUser = true };
        _modules.Add(module);
        return module;
    }

    /// <summary>Takes a module off the list and gives its symbols back (.reload /u).</summary>
    public bool RemoveByUser(Module module)
    {
        ArgumentNullException.ThrowIfNull(module);
        return Remove(module.Base) is not null;
    }

    internal void StartWith(Module kernel)
    {
        Forget();
        _modules.Add(kernel);
    }

    internal Module Add(string path, ulong baseAddress, uint size, uint checksum)
    {
        string file = FileName(path);
        Remove(baseAddress);
        Module module = new(_client, ModuleName(baseAddress, file), file, path, baseAddress, size, null, checksum);
        _modules.Add(module);
        return module;
    }

    internal Module? Remove(ulong baseAddress)
    {
        Module? module = _modules.Find(m => m.Base == baseAddress);
        if (module is null) return null;
        module.UnloadSymbols();
        _modules.Remove(module);
        return module;
    }

    /// <summary>Forgets what was kept of images where the debugger writes.</summary>
    internal void ForgetConstant(ulong address, int length)
    {
        foreach (Module module in _modules) module.ForgetConstant(address, length);
    }

    /// <summary>Forgets all that was kept of images.</summary>
    internal void ForgetConstants()
    {
        foreach (Module module in _modules) module.ForgetConstants();
    }

    internal void Forget()
    {
        foreach (Module module in _modules) module.UnloadSymbols();
        _modules.Clear();
        _complete = false;
    }

    private Module? ReadEntry(ulong address, Dictionary<ulong, Module> known, HashSet<ulong> bases, out ulong next)
    {
        next = 0;
        ModuleEntryLayout layout = ModuleEntryLayout.For(_client.Target);
        Span<byte> entry = stackalloc byte[layout.Size];
        if (_client.Virtual.Read(address, entry) != entry.Length) return null;
        next = layout.ReadPointer(entry);
        ulong baseAddress = layout.ReadPointer(entry[layout.Base..]);
        if (!bases.Add(baseAddress)) return null;
        if (known.TryGetValue(baseAddress, out Module? old) && baseAddress != _client.Target.KernelBase) return old;
        uint size = BinaryPrimitives.ReadUInt32LittleEndian(entry[layout.ImageSize..]);
        string path = ReadUnicode(layout, entry[layout.FullName..]);
        string file = ReadUnicode(layout, entry[layout.BaseName..]);
        if (file.Length == 0) file = FileName(path);
        if (path.Length == 0) path = file;
        if (old is not null)
        {
            old.Describe(file, path, size);
            return old;
        }

        return new Module(_client, ModuleName(baseAddress, file), file, path, baseAddress, size, null, null);
    }

    private string ModuleName(ulong baseAddress, string file)
    {
        if (baseAddress == _client.Target.KernelBase) return "nt";
        string name = Path.GetFileNameWithoutExtension(file);
        StringBuilder clean = new();
        foreach (char c in name) clean.Append(char.IsAsciiLetterOrDigit(c) || c == '_' ? c : '_');
        return clean.Length == 0 ? $"image{baseAddress:x}" : clean.ToString();
    }

    private string ReadUnicode(ModuleEntryLayout layout, ReadOnlySpan<byte> counted)
    {
        int length = BinaryPrimitives.ReadUInt16LittleEndian(counted) & ~1;
        ulong buffer = layout.ReadPointer(counted[layout.PointerSize..]);
        if (length == 0 || length > MaxNameBytes) return "";
        byte[] bytes = new byte[length];
        int read = _client.Virtual.Read(buffer, bytes);
        return Encoding.Unicode.GetString(bytes, 0, read & ~1);
    }

    private static string FileName(string path) => path[(path.LastIndexOfAny(['\\', '/']) + 1)..];
}
