using System.CommandLine;
using System.CommandLine.Help;
using NetKd.BootConfig.Kdnet;
using NetKd.Cli.Kdnet;

namespace NetKd.Cli.Commands;

/// <summary><c>netkd kdnet</c>: the automatic way to set a target up (facts: kernel-debugging-docs, C.9).</summary>
internal static class KdnetCommand
{
    private const string Description = """
        Sets a target up for network debugging: chooses the network adapter, writes the boot store, prints the key.

        Examples:
          netkd kdnet                                                  which adapters of this machine KDNET supports
          netkd kdnet --nics nics.txt                                  which of another machine's
          netkd kdnet 192.168.2.1 50000                                on Windows, as administrator: sets this machine up
          netkd kdnet 192.168.2.1 50000 --offline /mnt/esp/EFI/Microsoft/Boot/BCD --nics nics.txt
          netkd kdnet 192.168.2.1 50000 -bkw --busparams 0.25.0        boot manager, kernel and loader; this adapter

        HOST is the computer that runs the debugger, by its address or name, as the target reaches it. Options of the
        documented tool: -b, -w, -k, -h, also in one word, and /busparams. Help is --help.

        --nics takes what "lspci -nn -D" prints, or CSV or JSON from Windows; docs/kdnet.md has the line to type there.
        Without --offline, other systems than Windows write nothing and print the bcdedit commands to run on the target.

        Exit status: 0 done, 1 it could not be done and nothing was turned on, 2 wrong usage.
        """;

    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        Argument<string?> host = new("HOST") { Description = "The debugger's address or name; without it the adapters are listed", Arity = ArgumentArity.ZeroOrOne };
        Argument<int> port = new("PORT") { Description = "The debugger's UDP port, another one for each target: 50000 to 50039 are usual", DefaultValueFactory = _ => KdnetSettings.DefaultPort };
        Option<bool> bootManager = new("--bootmgr") { Description = "Debug the boot manager (-b)" };
        Option<bool> loader = new("--winload") { Description = "Debug the loader, winload (-w)" };
        Option<bool> kernel = new("--kernel") { Description = "Debug the kernel (-k); so without any of these four" };
        Option<bool> hypervisor = new("--hypervisor") { Description = "Debug the hypervisor (-h), with the kernel on PORT+1" };
        Option<string?> busParameters = new("--busparams") { Description = "The adapter, decimal bus.device.function; auto: KDNET takes the first that it supports", HelpName = "b.d.f" };
        Option<string?> key = new("--key") { Description = "Your own key w.x.y.z, or @FILE; with --offline only", HelpName = "key" };
        Option<bool> newKey = new("--newkey") { Description = "Make a new key even where there is one" };
        Option<bool> noDhcp = new("--nodhcp") { Description = "The target asks no DHCP server" };
        Option<string?> offline = new("--offline") { Description = "Write this boot store (BCD) file: an image's, or a Windows disk's that does not run", HelpName = "store" };
        Option<string?> adapters = new("--nics") { Description = "The target's network adapters; without it those of this machine", HelpName = "file" };
        Option<int?> build = new("--build") { Description = "The target's Windows build, such as 19045; without it the newest", HelpName = "number" };
        Option<bool> json = new("--json") { Description = "Print one JSON object" };
        Command command = new("kdnet", Description) { host, port, bootManager, loader, kernel, hypervisor, busParameters, key, newKey, noDhcp, offline, adapters, build, json };
        // Without -h, which is the hypervisor here.
        command.Options.Add(new HelpOption("--help", "-?"));
        command.SetAction(parsed => KdnetProgram.Run(new KdnetOptions
        {
            Host = parsed.GetValue(host),
            Port = parsed.GetValue(port),
            Stages = (parsed.GetValue(bootManager) ? KdnetStages.BootManager : 0) | (parsed.GetValue(loader) ? KdnetStages.Loader : 0)
                | (parsed.GetValue(kernel) ? KdnetStages.Kernel : 0) | (parsed.GetValue(hypervisor) ? KdnetStages.Hypervisor : 0),
            BusParameters = parsed.GetValue(busParameters),
            Key = parsed.GetValue(key),
            NewKey = parsed.GetValue(newKey),
            NoDhcp = parsed.GetValue(noDhcp),
            OfflineStore = parsed.GetValue(offline),
            AdapterFile = parsed.GetValue(adapters),
            WindowsBuild = parsed.GetValue(build),
            IsJson = parsed.GetValue(json),
        }));
        return command;
    }
}
