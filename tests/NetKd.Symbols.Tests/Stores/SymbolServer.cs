using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace NetKd.Symbols.Tests.Stores;

/// <summary>An HTTP server on this machine's loopback that answers as a test wants, well or badly.</summary>
internal sealed class SymbolServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<Request> _requests = new();

    public SymbolServer()
    {
        _listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>What was asked for, by path without the leading slash, and its headers.</summary>
    public sealed record Request(string Path, IReadOnlyDictionary<string, string> Headers);

    /// <summary>An answer.</summary>
    public sealed class Answer
    {
        public int Status { get; init; } = 200;

        public byte[] Body { get; init; } = [];

        /// <summary>Header lines other than the length.</summary>
        public string[] Headers { get; init; } = [];

        /// <summary>What the length header says; null for the truth, -1 for no such header.</summary>
        public long? Length { get; init; }

        /// <summary>The connection is closed after so many bytes of the body.</summary>
        public int CutAfter { get; init; } = int.MaxValue;

        /// <summary>Nothing more is sent after so many bytes of the body until this ends.</summary>
        public (int Bytes, Task Until)? Hold { get; init; }

        /// <summary>The body comes again and again.</summary>
        public bool IsEndless { get; init; }

        /// <summary>Nothing is answered at all.</summary>
        public bool IsSilent { get; init; }
    }

    public string Url => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/symbols";

    public Func<Request, Answer?> Handler { get; set; } = _ => null;

    public IReadOnlyList<Request> Requests => [.. _requests];

    public IReadOnlyList<string> Paths => [.. _requests.Select(r => r.Path)];

    /// <summary>Serves files by their path below /symbols, with ranges and a validator, as a web server of static files does.</summary>
    public void Serve(params (string Path, byte[] Content)[] files) => Handler = request => File(request, files);

    public static Answer? File(Request request, params (string Path, byte[] Content)[] files)
    {
        byte[]? content = files.Where(f => "symbols/" + f.Path == request.Path).Select(f => f.Content).FirstOrDefault();
        if (content is null) return null;
        string tag = $"\"{content.Length}-{Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(content))[..8]}\"";
        if (!request.Headers.TryGetValue("range", out string? range) || request.Headers.GetValueOrDefault("if-range") != tag) return new Answer { Body = content, Headers = [$"ETag: {tag}"] };
        int from = int.Parse(range.Replace("bytes=", "").TrimEnd('-'));
        return from >= content.Length
            ? new Answer { Status = 416 }
            : new Answer { Status = 206, Body = content[from..], Headers = [$"ETag: {tag}", $"Content-Range: bytes {from}-{content.Length - 1}/{content.Length}"] };
    }

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                _ = TalkAsync(client, _stop.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task TalkAsync(TcpClient client, CancellationToken stop)
    {
        using (client)
        {
            try
            {
                using NetworkStream stream = client.GetStream();
                using StreamReader reader = new(stream, Encoding.ASCII);
                while (await reader.ReadLineAsync(stop) is { Length: > 0 } line)
                {
                    Dictionary<string, string> headers = [];
                    while (await reader.ReadLineAsync(stop) is { Length: > 0 } header)
                    {
                        int colon = header.IndexOf(':');
                        headers[header[..colon].ToLowerInvariant()] = header[(colon + 1)..].Trim();
                    }

                    Request request = new(line.Split(' ')[1].TrimStart('/'), headers);
                    _requests.Enqueue(request);
                    if (!await SendAsync(stream, Handler(request) ?? new Answer { Status = 404 }, stop)) return;
                }
            }
            catch (Exception e) when (e is OperationCanceledException or IOException or SocketException)
            {
            }
        }
    }

    private static async Task<bool> SendAsync(NetworkStream stream, Answer answer, CancellationToken stop)
    {
        if (answer.IsSilent) await Task.Delay(Timeout.Infinite, stop);
        StringBuilder head = new($"HTTP/1.1 {answer.Status} Status\r\n");
        foreach (string header in answer.Headers) head.Append(header).Append("\r\n");
        if (answer.Length != -1) head.Append("Content-Length: ").Append(answer.Length ?? answer.Body.Length).Append("\r\n");
        else head.Append("Connection: close\r\n");
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()), stop);
        int end = Math.Min(answer.CutAfter, answer.Body.Length);
        int at = 0;
        if (answer.Hold is { } hold)
        {
            at = Math.Min(hold.Bytes, end);
            await stream.WriteAsync(answer.Body.AsMemory(0, at), stop);
            await hold.Until.WaitAsync(stop);
        }

        do await stream.WriteAsync(answer.Body.AsMemory(at, end - at), stop);
        while (answer.IsEndless);
        return answer.CutAfter == int.MaxValue && answer.Length is null;
    }
}
