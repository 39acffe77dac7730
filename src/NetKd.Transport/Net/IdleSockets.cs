using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace NetKd.Transport.Net;

/// <summary>
/// Waits for the idle sessions of the whole process on one thread: a hundred of them cost one blocked system call. The runtime's own
/// asynchronous receive will not do beside blocking calls on the same socket: those then queue behind its unfinished work, and a hundred
/// sessions that are woken at once wait for each other's threads.
/// </summary>
internal static class IdleSockets
{
    private static readonly object s_turn = new();
    private static readonly List<Waiter> s_waiters = [];
    private static readonly List<Socket> s_polled = [];
    private static Socket? s_wakeReceiver;
    private static Socket? s_wakeSender;

    /// <summary>
    /// Completes when one of the sockets can be read, at the latest after a time in milliseconds, or when it is cancelled: without an
    /// exception in each case.
    /// </summary>
    internal static async Task WaitAsync(Socket first, Socket? second, int milliseconds, CancellationToken cancellation)
    {
        Waiter waiter = new(first, second, Stopwatch.GetTimestamp() + milliseconds * (Stopwatch.Frequency / 1000));
        lock (s_turn)
        {
            if (s_wakeReceiver is null) Start();
            s_waiters.Add(waiter);
        }

        Wake();
        await using (cancellation.UnsafeRegister(static state => ((Waiter)state!).Done.TrySetResult(), waiter).ConfigureAwait(false))
        {
            await waiter.Done.Task.ConfigureAwait(false);
        }

        lock (s_turn) s_waiters.Remove(waiter);
    }

    /// <summary>Makes sure that a socket is in no system call here any more, so that closing it frees its port at once.</summary>
    internal static void Forget(Socket? socket)
    {
        if (socket is null) return;
        lock (s_turn)
        {
            foreach (Waiter waiter in s_waiters)
            {
                if (waiter.First == socket || waiter.Second == socket) waiter.Done.TrySetResult();
            }

            s_waiters.RemoveAll(w => w.Done.Task.IsCompleted);
            while (s_polled.Contains(socket))
            {
                Wake();
                Monitor.Wait(s_turn);
            }
        }
    }

    private static void Start()
    {
        s_wakeReceiver = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        s_wakeReceiver.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        s_wakeSender = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        s_wakeSender.Connect(s_wakeReceiver.LocalEndPoint!);
        new Thread(Poll) { IsBackground = true, Name = "idle sessions" }.Start();
    }

    private static void Wake() => s_wakeSender!.Send([0]);

    private static void Poll()
    {
        List<Socket> readable = [];
        byte[] ignored = new byte[1];
        while (true)
        {
            int wait = Prepare(readable);
            try
            {
                Socket.Select(readable, null, null, wait);
            }
            catch (Exception e) when (e is ObjectDisposedException or SocketException)
            {
                // A session ended between the two lines above; the next preparation leaves its sockets out.
                readable.Clear();
            }

            lock (s_turn)
            {
                s_polled.Clear();
                Monitor.PulseAll(s_turn);
                Complete(readable);
            }

            while (s_wakeReceiver!.Available > 0) s_wakeReceiver.Receive(ignored);
        }
    }

    // Fills the list with what to wait for. Returns the time until the first deadline, in microseconds.
    private static int Prepare(List<Socket> sockets)
    {
        sockets.Clear();
        sockets.Add(s_wakeReceiver!);
        long now = Stopwatch.GetTimestamp();
        long first = now + Stopwatch.Frequency * 60;
        lock (s_turn)
        {
            foreach (Waiter waiter in s_waiters)
            {
                if (IsClosed(waiter.First) || IsClosed(waiter.Second)) waiter.Done.TrySetResult();
                if (waiter.Done.Task.IsCompleted) continue;
                sockets.Add(waiter.First);
                if (waiter.Second is { } second) sockets.Add(second);
                first = Math.Min(first, waiter.Deadline);
            }

            s_polled.AddRange(sockets);
        }

        return first <= now ? 0 : (int)((first - now) * 1_000_000 / Stopwatch.Frequency + 1);
    }

    private static bool IsClosed(Socket? socket) => socket is { SafeHandle.IsClosed: true };

    private static void Complete(List<Socket> readable)
    {
        HashSet<Socket> ready = [.. readable];
        long now = Stopwatch.GetTimestamp();
        foreach (Waiter waiter in s_waiters)
        {
            if (now >= waiter.Deadline || ready.Contains(waiter.First) || (waiter.Second is { } second && ready.Contains(second))) waiter.Done.TrySetResult();
        }
    }

    private sealed class Waiter(Socket first, Socket? second, long deadline)
    {
        public Socket First => first;

        public Socket? Second => second;

        public long Deadline => deadline;

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
