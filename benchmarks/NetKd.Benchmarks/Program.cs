using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using NetKd.Benchmarks;

// dotnet run -c Release --project benchmarks/NetKd.Benchmarks -- codec | writemem | attach | link | idle | serial | boot | bcd | symbols | gdb | lkd
switch (args.FirstOrDefault())
{
    case "codec":
        // In this process: the packages are pinned centrally, and a project that BenchmarkDotNet generates does not know the pins.
        BenchmarkRunner.Run<PacketCodec>(DefaultConfig.Instance.AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance)));
        return 0;
    case "writemem":
        await BulkRead.RunAsync();
        return 0;
    case "attach":
        await AttachCost.RunAsync();
        return 0;
    case "boot":
        await BootTime.RunAsync();
        return 0;
    case "link":
        await LinkSpeed.RunAsync();
        return 0;
    case "idle":
        await IdleSessions.RunAsync();
        return 0;
    case "serial":
        await SerialSpeed.RunAsync();
        return 0;
    case "bcd":
        StoreSave.Run();
        return 0;
    case "symbols":
        await NetKd.Benchmarks.Symbols.SymbolSpeed.RunAsync(args.ElementAtOrDefault(1));
        return 0;
    case "gdb":
        await GdbBulkRead.RunAsync();
        return 0;
    case "lkd":
        await LocalKernelSpeed.RunAsync();
        return 0;
    case "symbols-child":
        return NetKd.Benchmarks.Symbols.SymbolChild.Run(args[1], args[2], args[3]);
    case "sim":
        SimulatedPeer.Serve(int.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture));
        return 0;
    case "timed":
        SimulatedPeer.ServeTimed(int.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture));
        return 0;
    case "many":
        SimulatedPeer.ServeMany(int.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture));
        return 0;
    case "exchange":
        BareExchange.Serve(int.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture), args[2] == "sealed");
        return 0;
    default:
        Console.Error.WriteLine("""
            usage: NetKd.Benchmarks codec      packets sealed and opened per second, and bytes allocated
                   NetKd.Benchmarks writemem   16 MiB by .writemem from the simulated target: NetKd beside Microsoft's engine
                   NetKd.Benchmarks attach     requests from the first poke to the first prompt: NetKd beside Microsoft's engine
                   NetKd.Benchmarks link       turnaround, allocations, and a bulk read beside what stopping and waiting can reach
                   NetKd.Benchmarks idle       a hundred idle sessions in one process: processor time and memory
                   NetKd.Benchmarks serial     a bulk read at 115200 baud: NetKd beside Microsoft's engine
                   NetKd.Benchmarks boot       the bundled target computer from power to its first poke
                   NetKd.Benchmarks bcd        open, change and save a boot configuration store of 10 000 objects: NetKd beside hivexsh
                   NetKd.Benchmarks gdb        a guest's memory through QEMU's gdb stub: NetKd beside gdb, and through the bridge
                   NetKd.Benchmarks lkd        kd -kl: start to prompt, first name, first type, memory
                   NetKd.Benchmarks symbols    a large generated PDB (or [FILE.pdb], its image beside it): NetKd beside dbghelp and llvm-symbolizer
            """);
        return 2;
}
