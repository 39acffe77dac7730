using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using NetKd.Engine;
using NetKd.Transport.Net;

namespace NetKd.Cli.Doctor;

/// <summary>One run of <c>netkd doctor</c>: examines this machine, watches the port, and maps the findings to an exit code.</summary>
internal static class DoctorProgram
{
    /// <summary>Runs to the end of the watch. Findings are printed as they are made.</summary>
    public static int Run(DoctorOptions options, ToolRunner tools, TextWriter writer, CancellationToken cancellation)
    {
        NetConnectionOptions connection = options.Connection;
        DoctorOutput output = new(writer, options.IsJson);
        IReadOnlyList<HostAddress> addresses = HostAddress.ReadAll();
        // With target= the target learns our address from the datagram, and its answers pass a firewall that let the question out.
        if (!connection.GoesToTarget)
        {
            output.Write(AddressExamination.Examine(addresses));
            output.Write(FirewallExamination.Examine(tools, connection.Port));
        }

        if (OperatingSystem.IsWindows()) output.Write(Kernel());
        output.Write(PortExamination.ExamineRange(connection));
        try
        {
            // Both families whatever target= says, so that a target of the other one is seen and explained.
            using NetSockets sockets = new(connection.GoesToTarget ? (ushort)0 : connection.Port, AddressFamilies.Both);
            output.Write(PortExamination.Free(connection, sockets));
            return Watch(options, sockets, output, cancellation);
        }
        catch (PortUnavailableException e)
        {
            output.Write(PortExamination.Held(connection, e));
            return ExitCode.ProblemFound;
        }
        catch (SocketException e)
        {
            output.Write(new Finding(Severity.Fail, "target", $"{connection.Target} has no address: {e.Message}", "give the target's address, or enter the name into DNS or the hosts file"));
            return ExitCode.ProblemFound;
        }
    }

    private static int Watch(DoctorOptions options, NetSockets sockets, DoctorOutput output, CancellationToken cancellation)
    {
        NetConnectionOptions connection = options.Connection;
        using HostPokes? pokes = connection is { GoesToTarget: true, Key: { } key } ? new HostPokes(connection, key) : null;
        using PokeWatch watch = new(sockets, connection.Key);
        watch.Run(options.Wait, seen => !options.Watches && (seen.Kind is SightingKind.Poke or SightingKind.UncheckedPoke), () => pokes?.Send(sockets), cancellation);
        output.Write(PokeAdvice.Explain(connection, watch.Sightings, [.. OwnAddresses()]));
        if (output.Worst == Severity.Fail) return ExitCode.ProblemFound;
        if (watch.Sightings.Any(seen => seen.Kind == SightingKind.Poke)) return ExitCode.Done;
        return watch.Sightings.Count == 0 ? ExitCode.NoTarget : ExitCode.ProblemFound;
    }

    // Loopback and addresses of interfaces that are down as well: a target on this machine is set up for 127.0.0.1.
    private static IEnumerable<IPAddress> OwnAddresses() =>
        NetworkInterface.GetAllNetworkInterfaces().SelectMany(i => i.GetIPProperties().UnicastAddresses).Select(a => a.Address);

    // Elsewhere there is no such setting: Linux shows its kernel to root at any rate.
    private static Finding Kernel() => OperatingSystem.IsWindows() && DebugClient.IsKernelDebuggerEnabled()
        ? new Finding(Severity.Warn, "kernel", "this machine's own kernel has debugging enabled: it is set up as a target too", "fine when that is wanted; \"bcdedit /debug off\" ends it")
        : new Finding(Severity.Ok, "kernel", "this machine's own kernel is not set up for debugging, as befits a host");
}
