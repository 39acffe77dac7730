using NetKd.Engine.Symbols;
using NetKd.Symbols;
using NetKd.Symbols.Stores;

namespace NetKd.Testing;

/// <summary>Gives symbol files that a test made, when and as often as the test says.</summary>
internal sealed class HandMadeSource : SymbolSource
{
    private readonly Dictionary<string, Func<SymbolRequest, FoundSymbols>> _files = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The requests so far.</summary>
    public List<SymbolRequest> Requests { get; } = [];

    /// <summary>A search ends when this does.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    /// <summary>Gives a file of its own to each that asks for a module.</summary>
    public HandMadeSource Give(string module, Func<SymbolFile> file) => Answer(module, _ => new FoundSymbols(SymbolFileLease.Own(file()), ""));

    /// <summary>Answers as it is told to.</summary>
    public HandMadeSource Answer(string module, Func<SymbolRequest, FoundSymbols> answer)
    {
        _files[module] = answer;
        return this;
    }

    public override async Task<FoundSymbols> FindAsync(SymbolRequest request, SymbolPath path, CancellationToken cancellation)
    {
        lock (Requests) Requests.Add(request);
        await Gate.WaitAsync(cancellation);
        return _files.TryGetValue(request.ModuleName, out Func<SymbolRequest, FoundSymbols>? answer)
            ? answer(request)
            : new FoundSymbols(null, $"{request.Pdb?.FileName} was not found");
    }
}
