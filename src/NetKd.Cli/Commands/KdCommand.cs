using System.CommandLine;
using NetKd.Cli.Kd;

namespace NetKd.Cli.Commands;

/// <summary><c>netkd kd</c>: the debugger, with the options that users of kd know (facts: kernel-debugging-docs, A.6).</summary>
internal static class KdCommand
{
    private const string Description = """
        Debugs a kernel through the network (KDNET), a serial line, or a gdb stub (eXDI), or looks into the one of this machine.

        Examples:
          netkd kd -k net:port=50000,key=@target.key
          netkd kd -k net:port=50000,key=@target.key -b -c "lm;k;qd" --wait 30
          netkd kd -k net:port=50000,key=@target.key,target=10.0.0.10
          netkd kd -k com:port=com1,baud=115200
          netkd kd -k com:pipe,port=/tmp/vm.sock,resets=0,reconnect
          netkd kd -k com:ipport=5555,port=127.0.0.1
          netkd kd -kx exdi:gdb=127.0.0.1:1234 -y /home/me/symbols
          sudo netkd kd -kl -c "lm;dt task_struct init_task"
          echo "r;k" | netkd kd -k net:port=50000,key=@target.key -b --wait 30

        The key: every user of this machine can read command lines, so put the key into a file that only you can read
        and name it with key=@FILE, or leave key= out and set NETKD_KEY. key=w.x.y.z works too.

        Without target= the debugger listens on IPv4 and IPv6 and the target, whose hostip names this machine, comes to it.
        target=ADDRESS or target=NAME goes to the target instead, and takes it over from another debugger;
        target=0.0.0.0 and target=:: listen on IPv4 or IPv6 only. Without port= the port is 5364.

        com: is a serial device, a pipe (a Unix-domain socket outside Windows) or a TCP port. -k alone, or com: without
        options, takes the device from _NT_DEBUG_PORT and the speed from _NT_DEBUG_BAUD_RATE, else COM1 at 19200 baud.

        Leaving: q leaves a stopped target stopped, qd lets it run; at the end of a redirected input the target runs on.
        CTRL+C stops the running target. Before ENTER at the prompt: CTRL+B leaves at once, CTRL+R resynchronises,
        CTRL+A takes the next baud rate, CTRL+D traces packets, CTRL+K cycles the break after a restart, CTRL+V is verbose, CTRL+W shows versions.

        Exit status: 0 done, 1 a command of -c or -cf failed, 2 wrong usage, 3 no target stopped within --wait,
        4 no connection, or it was lost.
        """;

    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        Option<string?> connection = new("-k") { Description = "Connection string: net:port=N,key=w.x.y.z[,target=ADDRESS] or com:port=DEVICE,baud=N", HelpName = "connection" };
        Option<string?> exdi = new("-kx") { Description = "eXDI connection: exdi:gdb=HOST:PORT[,arch=amd64|arm64|x86][,kd=guess|off], a machine behind a gdb stub", HelpName = "connection" };
        Option<bool> local = new("-kl") { Description = "The kernel of this machine: memory, names and types, while it runs on" };
        Option<string?> commands = new("-c") { Description = "Commands to run at the first stop", HelpName = "commands" };
        Option<string?> script = new("-cf") { Description = "File of commands to run at the first stop, before -c", HelpName = "file" };
        Option<string?> symbols = new("-y") { Description = "Symbol path", HelpName = "path" };
        Option<string?> images = new("-i") { Description = "Image path: PDBs beside images are found too", HelpName = "path" };
        Option<string?> sources = new("-srcpath") { Description = "Where source files are looked for", HelpName = "path" };
        Option<bool> breaks = new("-b") { Description = "Break in as soon as the target has connected" };
        Option<bool> moduleBreak = new("-d") { Description = "Break at the first module that a restarted target loads" };
        Option<string?> log = new("-logo") { Description = "Log file, overwritten", HelpName = "file" };
        Option<string?> append = new("-loga") { Description = "Log file, appended to", HelpName = "file" };
        Option<bool> verbose = new("-v") { Description = "Show module loads" };
        Option<bool> noisy = new("-n") { Description = "Tell every place where symbols are looked for (!sym noisy)" };
        Option<bool> lines = new("-lines") { Description = "Accepted for kd's sake: source lines are on from the start" };
        Option<bool> noShell = new("-noshell") { Description = "Accepted for kd's sake: .shell is never available" };
        Option<double?> wait = new("--wait") { Description = "Give up when no target has stopped within this time (600 without a terminal)", HelpName = "seconds" };
        Option<string?> capture = new("--capture") { Description = "Record the connection's datagrams, encrypted, as pcapng (see netkd decode)", HelpName = "file" };
        Option<bool> unencrypted = new("--allow-unencrypted") { Description = "Accept a net: connection without a key: everybody on the network can read and change the target" };
        Option<bool> json = new("--json") { Description = "Print each event and command result as one JSON object a line" };
        Option<bool> version = new("-version") { Description = "Show the version" };

        Command command = new("kd", Description)
        {
            connection, exdi, local, commands, script, symbols, images, sources, breaks, moduleBreak, log, append, verbose, noisy, lines, noShell, wait, capture, unencrypted, json, version,
        };
        command.SetAction((parsed, _) => KdProgram.RunAsync(new KdOptions
        {
            Connection = parsed.GetValue(connection),
            Exdi = parsed.GetValue(exdi),
            IsLocal = parsed.GetValue(local),
            Commands = parsed.GetValue(commands),
            ScriptFile = parsed.GetValue(script),
            SymbolPath = parsed.GetValue(symbols),
            ImagePath = parsed.GetValue(images),
            SourcePath = parsed.GetValue(sources),
            IsNoisy = parsed.GetValue(noisy),
            InitialBreak = parsed.GetValue(breaks),
            InitialModuleBreak = parsed.GetValue(moduleBreak),
            LogFile = parsed.GetValue(log) ?? parsed.GetValue(append),
            AppendsLog = parsed.GetValue(log) is null,
            IsVerbose = parsed.GetValue(verbose),
            Wait = parsed.GetValue(wait) is { } seconds ? TimeSpan.FromSeconds(Math.Clamp(seconds, 0, 1_000_000)) : null,
            CaptureFile = parsed.GetValue(capture),
            AllowsUnencrypted = parsed.GetValue(unencrypted),
            IsJson = parsed.GetValue(json),
            ShowsVersion = parsed.GetValue(version),
        }));
        return command;
    }
}
