using NetKd.Engine;
using NetKd.Symbols;
using NetKd.Symbols.Scopes;
using NetKd.Target.Simulation;

namespace NetKd.Commands.Tests;

/// <summary>
/// A session whose kernel has a symbol file with lines, and the source text beside it: SimWorkerLoop and SimAddToCounter have source,
/// SimComputePrimes between them has a name only.
/// </summary>
public sealed class SourceSessionFixture : CommandSessionFixture
{
    private const string BuildFolder = "c:\\build\\sim\\";

    private static readonly SimulatedMachine s_machine = new();

    private readonly string _folder;

    public SourceSessionFixture()
        : this(Directory.CreateTempSubdirectory("netkd-source").FullName)
    {
    }

    private SourceSessionFixture(string folder)
        : base(new DebugClientOptions
        {
            InitialBreak = true,
            SymbolPath = "/symbols",
            SourcePath = folder,
            SymbolSource = new HandMadeSource().Give("nt", Kernel),
        })
    {
        _folder = folder;
        // In capital letters: sources of a Windows build lie on other disks under other spellings.
        Directory.CreateDirectory(Path.Combine(folder, "SIM"));
        File.WriteAllLines(Path.Combine(folder, "SIM", "work.c"), Enumerable.Range(1, 30).Select(i => $"text of line {i};"));
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static HandMadeSymbols Kernel()
    {
        uint loop = Offset("SimWorkerLoop");
        uint add = Offset("SimAddToCounter");
        // By the code that the simulated kernel emits: prologue, mov ebx, the call, dec and jne, epilogue.
        return new HandMadeSymbols("/symbols/netkd-sim-kernel.pdb")
            .Add("DbgBreakPointWithStatus", Offset("DbgBreakPointWithStatus"), 2, SymbolKind.Public)
            .Add("SimWorkerLoop", loop, 30)
            .Add("SimComputePrimes", Offset("SimComputePrimes"), 0, SymbolKind.Public)
            .Add("SimAddToCounter", add, 14)
            .Add("SimCounter", Offset("SimCounter"), 8, SymbolKind.Data)
            .AddVariables("SimAddToCounter", new LocalVariable("amount", LocalKind.Parameter, 0, [new LocationRange(new RegisterLocation("rcx"), [])]))
            .AddLine(BuildFolder + "work.c", 10, loop, 5)
            .AddLine(BuildFolder + "work.c", 11, loop + 5, 5)
            .AddLine(BuildFolder + "work.c", 13, loop + 10, 10)
            .AddLine(BuildFolder + "work.c", 14, loop + 20, 4)
            .AddLine(BuildFolder + "work.c", 16, loop + 24, 6)
            .AddLine(BuildFolder + "work.c", 20, add, 7)
            .AddLine(BuildFolder + "work.c", 21, add + 7, 3)
            .AddLine(BuildFolder + "work.c", 22, add + 10, 4);
    }

    private static uint Offset(string name) => (uint)(s_machine.AddressOf(name) - KernelLayout.KernelBase);
}
