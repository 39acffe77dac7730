using System.Reflection;
using NetKd.Commands;
using NetKd.Commands.Language;
using NetKd.Engine;

namespace NetKd.Cli.Kd;

/// <summary>One run of <c>netkd kd</c>: sets the session up and maps its end to an exit code.</summary>
internal static class KdProgram
{
    /// <summary>Runs until the user leaves, the input ends, or the target cannot be had.</summary>
    public static async Task<int> RunAsync(KdOptions options)
    {
        if (options.ShowsVersion)
        {
            Console.WriteLine($"NetKd Kernel Debugger Version {Version}");
            return ExitCode.Done;
        }

        try
        {
            int kernels = (options.Connection is null ? 0 : 1) + (options.Exdi is null ? 0 : 1) + (options.IsLocal ? 1 : 0);
            if (kernels != 1) throw new UsageException("one kernel is needed, as in: netkd kd -k net:port=50000,key=@FILE, or -kx exdi:gdb=127.0.0.1:1234, or -kl");
            string connection = options.Connection is { } given ? KeySource.Resolve(given, Environment.GetEnvironmentVariable) : options.Exdi ?? "";
            KdEnvironment environment = new(Environment.GetEnvironmentVariable);
            return await RunSessionAsync(environment.WithLog(options), connection, environment).ConfigureAwait(false);
        }
        catch (UsageException e)
        {
            return Fail(e.Message, ExitCode.Usage);
        }
        catch (CommandException e)
        {
            return Fail(e.Message, ExitCode.Usage);
        }
        catch (DebugException e)
        {
            return Fail(e.Message, e.HResult == DebugException.InvalidArgument ? ExitCode.Usage : ExitCode.NoConnection);
        }
    }

    private static async Task<int> RunSessionAsync(KdOptions options, string connection, KdEnvironment environment)
    {
        bool isTerminal = !Console.IsInputRedirected && !Console.IsOutputRedirected && !options.IsJson;
        // Outlives the client: what is sent on leaving belongs to the session.
        using SessionCapture? capture = options.CaptureFile is { } file ? new SessionCapture(file) : null;
        DebugClientOptions engine = new()
        {
            Tap = capture?.Tap,
            InitialBreak = options.InitialBreak,
            InitialModuleBreak = options.InitialModuleBreak,
            AllowUnencrypted = options.AllowsUnencrypted,
            SourcePath = options.SourcePath,
        };
        environment.Apply(engine);
        using DebugClient client = new(engine);
        JsonOutput? json = options.IsJson ? new JsonOutput(Console.Out) : null;
        TextOutput text = new(isTerminal, options.IsVerbose);
        using CommandInterpreter interpreter = new(client, json is not null ? json : text);
        interpreter.SymbolPath = options.SymbolPath ?? environment.SymbolPath;
        if (options.ImagePath is { } images) client.SymbolLoading.ImagePath = images;
        client.SymbolLoading.IsNoisy = options.IsNoisy;
        if (options.LogFile is { } log) interpreter.OpenLog(log, options.AppendsLog);
        AttachKernelFlags kind = options.IsLocal ? AttachKernelFlags.LocalKernel : options.Exdi is null ? AttachKernelFlags.KernelConnection : AttachKernelFlags.ExdiDriver;
        client.AttachKernel(kind, connection);
        ICommandInput input = isTerminal
            ? new TerminalInput(interpreter, new CommandHistory(CommandHistory.DefaultPath()))
            : new PipedInput(Console.In);
        using KdSession session = new(client, interpreter, input, options, text, json);
        return await session.RunAsync(isTerminal).ConfigureAwait(false);
    }

    private static string Version =>
        typeof(KdProgram).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "?";

    private static int Fail(string message, int code)
    {
        Console.Error.WriteLine($"netkd: {message}");
        return code;
    }
}
