using System.Buffers;
using System.Diagnostics;
using System.IO.Compression;
using System.Net;

namespace NetKd.Symbols.Stores.Http;

/// <summary>Downloads one file from one address into a folder: goes on where an earlier one stopped, and again when the connection breaks.</summary>
internal sealed class Download(ServerConnection connection, SymbolSearch search, Uri address, string fileName, IReadOnlyList<string> folders)
{
    private const int BufferBytes = 1 << 17;
    private const int MaxResumes = 3;
    private static readonly TimeSpan s_reportInterval = TimeSpan.FromMilliseconds(100);

    private readonly string _place = StoreLocation.Masked(address);
    private readonly long _limit = search.Options.MaxFileBytes;
    private readonly Stopwatch _running = Stopwatch.StartNew();
    private PartialFile? _part;
    private TimeSpan _lastReport;
    private long _received;

    /// <summary>Downloads the file.</summary>
    public async Task<DownloadResult> RunAsync()
    {
        _part = folders.Select(f => PartialFile.TryFind(f, fileName, address)).FirstOrDefault(p => p is not null);
        try
        {
            for (int resumes = 0; ; resumes++)
            {
                long before = _received;
                try
                {
                    return await RequestAsync().ConfigureAwait(false);
                }
                catch (InterruptedDownload e)
                {
                    if (_part!.Validator is null || resumes == MaxResumes || _received == before)
                        return new DownloadResult(SymbolAttemptOutcome.Unavailable, e.Message, Verdict: AskAgain.Allowed);
                    search.TraceServer($"{_place} - {e.Message} Going on from there.");
                }
            }
        }
        catch (RequestFailure e)
        {
            return new DownloadResult(SymbolAttemptOutcome.Unavailable, e.Message, Verdict: e.Verdict);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new DownloadResult(SymbolAttemptOutcome.Unavailable, $"The download cannot be written: {e.Message}", Verdict: AskAgain.Allowed);
        }
        finally
        {
            _part?.Dispose();
        }
    }

    private async Task<DownloadResult> RequestAsync()
    {
        using SilenceLimit silence = new(search.Options.StallTimeout, search.Cancellation);
        search.TraceServer($"HTTPGET: {address.AbsolutePath}{(_part is null ? "" : $" (from byte {_part.Length})")}");
        using HttpResponseMessage response = await connection.GetAsync(address, _part, silence).ConfigureAwait(false);
        search.TraceServer($"HttpQueryStatusCode: {(int)response.StatusCode} - {response.StatusCode}");
        switch (response.StatusCode)
        {
            case HttpStatusCode.OK:
                _part ??= Create();
                _part.Begin(address, Validator(response), ContentLength(response));
                break;
            case HttpStatusCode.PartialContent when _part is not null && GoesOn(response, _part):
                _part.GoOn();
                break;
            case HttpStatusCode.PartialContent or HttpStatusCode.RequestedRangeNotSatisfiable when _part is not null:
                // The part is of no use: ask for the whole.
                _part.Discard();
                _part = null;
                return await RequestAsync().ConfigureAwait(false);
            default:
                return Refused(response.StatusCode);
        }

        return _part.Total > _limit ? TooLarge(_part) : await ReceiveAsync(response, _part, silence).ConfigureAwait(false);
    }

    private async Task<DownloadResult> ReceiveAsync(HttpResponseMessage response, PartialFile part, SilenceLimit silence)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            Stream body = Decoded(response, await response.Content.ReadAsStreamAsync(silence.Token).ConfigureAwait(false));
            await using (body.ConfigureAwait(false))
            {
                while (await ReadAsync(body, buffer, part, silence).ConfigureAwait(false) is > 0 and var read)
                {
                    if (part.Length + read > (part.Total ?? _limit) || part.Length + read > _limit) return TooLarge(part);

                    await part.WriteAsync(buffer.AsMemory(0, read), search.Cancellation).ConfigureAwait(false);
                    _received += read;
                    Report(part, isLast: false);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        if (part.Total is { } total && part.Length < total) throw new InterruptedDownload($"The server sent {part.Length} of {total} bytes.");
        Report(part, isLast: true);
        return new DownloadResult(SymbolAttemptOutcome.Found, "Downloaded.", part.Complete());
    }

    private async Task<int> ReadAsync(Stream body, byte[] buffer, PartialFile part, SilenceLimit silence)
    {
        try
        {
            int read = await body.ReadAsync(buffer, silence.Token).ConfigureAwait(false);
            silence.Heard(read);
            return read;
        }
        catch (OperationCanceledException) when (!silence.IsCancelledByCaller)
        {
            throw new InterruptedDownload($"The server sent next to nothing for {search.Options.StallTimeout.TotalSeconds:0.#} s, after {part.Length} bytes{Of(part)}.");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or InvalidDataException)
        {
            throw new InterruptedDownload($"The connection broke after {part.Length} bytes{Of(part)}.");
        }
    }

    private static string Of(PartialFile part) => part.Total is { } total ? $" of {total}" : "";

    private PartialFile Create()
    {
        for (int i = 0; ; i++)
        {
            try
            {
                return PartialFile.Create(folders[i], fileName);
            }
            catch (Exception e) when (i < folders.Count - 1 && e is IOException or UnauthorizedAccessException)
            {
                search.Note(folders[i], SymbolAttemptOutcome.Unavailable, $"The store cannot be written and is skipped: {e.Message}");
            }
        }
    }

    private void Report(PartialFile part, bool isLast)
    {
        TimeSpan now = _running.Elapsed;
        if (search.Progress is null || !isLast && now - _lastReport < s_reportInterval) return;
        _lastReport = now;
        search.Progress.Report(new DownloadProgress(search.Key.FileName, _place, part.Length, part.Total, _received / Math.Max(now.TotalSeconds, 0.001)));
    }

    private static bool GoesOn(HttpResponseMessage response, PartialFile part) =>
        response.Content.Headers.ContentRange is { HasRange: true } range && range.From == part.Length && (part.Total is null || range.Length is null || range.Length == part.Total);

    // A weak validator does not say that the bytes are the same (RFC 9110, 13.1.5).
    private static string? Validator(HttpResponseMessage response) =>
        response.Content.Headers.ContentEncoding.Count > 0 ? null
        : response.Headers.ETag is { IsWeak: false } tag ? tag.Tag
        : response.Headers.ETag is null && response.Content.Headers.LastModified is { } modified ? modified.ToString("R")
        : null;

    private static long? ContentLength(HttpResponseMessage response) => response.Content.Headers.ContentEncoding.Count > 0 ? null : response.Content.Headers.ContentLength;

    // Some stores keep their files compressed and say so though asked not to.
    private static Stream Decoded(HttpResponseMessage response, Stream body) => string.Join(',', response.Content.Headers.ContentEncoding).ToLowerInvariant() switch
    {
        "" or "identity" => body,
        "gzip" => new GZipStream(body, CompressionMode.Decompress),
        "br" => new BrotliStream(body, CompressionMode.Decompress),
        "deflate" => new ZLibStream(body, CompressionMode.Decompress),
        string other => throw new RequestFailure($"The server sends the file in an encoding that is not known ({new string([.. other.Where(char.IsAsciiLetterOrDigit)])}).", AskAgain.Forbidden),
    };

    private DownloadResult TooLarge(PartialFile part)
    {
        string reason = part.Total <= _limit ? $"The server sends more than the {part.Total} bytes that it announced." : $"The file is larger than what is taken ({_limit} bytes).";
        part.Discard();
        _part = null;
        return new DownloadResult(SymbolAttemptOutcome.Rejected, reason);
    }

    private static DownloadResult Refused(HttpStatusCode status) => status switch
    {
        HttpStatusCode.NotFound or HttpStatusCode.Gone => new DownloadResult(SymbolAttemptOutcome.NotFound, $"The server does not have it ({(int)status})."),
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.ProxyAuthenticationRequired =>
            new DownloadResult(SymbolAttemptOutcome.Unavailable, $"The server wants to know who asks ({(int)status}): put user and password into its address (https://USER:PASSWORD@SERVER/...)."),
        HttpStatusCode.TooManyRequests => new DownloadResult(SymbolAttemptOutcome.Unavailable, "The server is asked too often (429): wait, then .reload.", Verdict: AskAgain.ServerIsOffline),
        >= HttpStatusCode.InternalServerError => new DownloadResult(SymbolAttemptOutcome.Unavailable, $"The server has trouble of its own ({(int)status}); .reload asks again."),
        _ => new DownloadResult(SymbolAttemptOutcome.Unavailable, $"The server answers with status {(int)status}."),
    };

    private sealed class InterruptedDownload(string message) : Exception(message);
}
