using System.Net;
using System.Net.Sockets;
using NetKd.Capture.Recording;
using NetKd.Engine;
using NetKd.Target.Hosting;

namespace NetKd.Capture.Tests;

/// <summary>A debugger and a simulated target talk once, over the loopback; all that passed is in <see cref="File"/>.</summary>
public sealed class RecordedSession : IAsyncLifetime
{
    /// <summary>The pcapng file.</summary>
    public byte[] File { get; private set; } = [];

    /// <summary>Datagrams that the debugger counted.</summary>
    public long Datagrams { get; private set; }

    public async ValueTask InitializeAsync()
    {
        int port;
        using (Socket probe = new(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp))
        {
            probe.Bind(new IPEndPoint(IPAddress.IPv6Any, 0));
            port = ((IPEndPoint)probe.LocalEndPoint!).Port;
        }

        MemoryStream stream = new();
        using (SessionRecorder recorder = new(stream))
        {
            using DebugClient client = new(new DebugClientOptions { InitialBreak = true, Tap = recorder });
            client.AttachKernel(AttachKernelFlags.KernelConnection, $"net:port={port},key={ScriptedSession.KeyString}");
            using SimulatedTarget target = new(new SimulatedTargetOptions { Host = IPAddress.Loopback, Port = port, Key = ScriptedSession.Key });
            target.Start();
            using CancellationTokenSource patience = new(TimeSpan.FromSeconds(60));
            await client.WaitForEventAsync(patience.Token);
            client.Virtual.Read(client.Registers.InstructionPointer, new byte[16]);
            client.EndSession(EndSessionKind.ActiveDetach);
            Datagrams = client.LinkStatistics is { } counted ? counted.DatagramsReceived + counted.DatagramsSent : recorder.Count;
            Assert.Null(recorder.Failure);
            Assert.Equal(Datagrams, recorder.Count);
        }

        File = stream.ToArray();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
