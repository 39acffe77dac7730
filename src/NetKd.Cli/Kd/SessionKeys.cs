using NetKd.Commands;
using NetKd.Engine;

namespace NetKd.Cli.Kd;

/// <summary>What the control keys do (facts: kernel-debugging-docs, A.7).</summary>
internal sealed class SessionKeys(DebugClient client, CommandInterpreter interpreter, TextOutput output)
{
    /// <summary>Does what a key asks for; how to leave, when it asks for that.</summary>
    public async Task<EndSessionKind?> PressAsync(char letter)
    {
        switch (letter)
        {
            case 'A':
                client.SetKernelConnectionOptions("cycle_speed");
                break;
            case 'B':
                // Abruptly: the target keeps running or stays stopped, breakpoints are not removed.
                return EndSessionKind.Reentrant;
            case 'R':
                client.SetKernelConnectionOptions("resync");
                Say("Resynchronising with the target");
                break;
            case 'D':
                client.Trace = client.Trace is null ? PacketTracePrinter.Print : null;
                Say(client.Trace is null ? "Packet trace off" : "Packet trace on");
                break;
            case 'K':
                Say(CycleInitialBreak());
                break;
            case 'V':
                output.IsVerbose = !output.IsVerbose;
                Say(output.IsVerbose ? "Verbose mode ON" : "Verbose mode OFF");
                break;
            case 'W':
                await interpreter.ExecuteAsync("version").ConfigureAwait(false);
                break;
        }

        return null;
    }

    // No break, break when the kernel has started, break at its first module: the two breaks exclude each other.
    private string CycleInitialBreak()
    {
        DebugClientOptions options = client.Options;
        (options.InitialBreak, options.InitialModuleBreak) = (options.InitialBreak, options.InitialModuleBreak) switch
        {
            (false, false) => (true, false),
            (true, _) => (false, true),
            _ => (false, false),
        };
        return options.InitialBreak
            ? "Will request initial break-in at next boot"
            : options.InitialModuleBreak ? "Will break at first module load of next boot" : "Will not break in at next boot";
    }

    private void Say(string line) => output.Write(OutputMask.Normal, line + "\n");
}
