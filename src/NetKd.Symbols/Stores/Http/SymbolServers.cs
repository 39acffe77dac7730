using System.Collections.Concurrent;

namespace NetKd.Symbols.Stores.Http;

/// <summary>
/// The HTTP(S) symbol servers of a session: their connections, and what is known of them. A server is not asked twice for a file that it
/// does not have, and not at all after it could not be reached, until <see cref="Forget"/>. Safe to use from several threads.
/// </summary>
internal sealed class SymbolServers(SymbolFinderOptions options) : IDisposable
{
    private readonly ServerConnection _connection = new(options);
    private readonly SemaphoreSlim _downloads = new(options.MaxDownloads);
    private readonly ConcurrentDictionary<string, string> _offline = new();
    private readonly ConcurrentDictionary<string, DownloadResult> _answers = new();
    private readonly ConcurrentDictionary<string, bool> _twoTier = new();

    /// <summary>Looks for a file on a server and downloads it.</summary>
    /// <param name="search">What is looked for.</param>
    /// <param name="server">The server.</param>
    /// <param name="roots">Stores that may hold the file on its way, the preferred one first.</param>
    public async Task<StoreHit?> FindAsync(SymbolSearch search, Uri server, IReadOnlyList<string> roots)
    {
        string place = StoreLocation.Masked(server);
        if (!search.Visit(server.AbsoluteUri)) return null;
        if (IsKnown(search, server, place)) return null;
        await _downloads.WaitAsync(search.Cancellation).ConfigureAwait(false);
        try
        {
            // Others may have learned it while this one waited.
            if (IsKnown(search, server, place)) return null;
            bool known = _twoTier.TryGetValue(server.AbsoluteUri, out bool twoTier);
            ServerAnswer answer = await AskAsync(search, server, twoTier, roots).ConfigureAwait(false);
            if (!known && answer is { Hit: null, Last.Outcome: SymbolAttemptOutcome.NotFound } && await IsTwoTierAsync(search, server).ConfigureAwait(false))
                answer = await AskAsync(search, server, twoTier: true, roots).ConfigureAwait(false);
            if (answer.Hit is null) Remember(search.Key, server, answer.Last);
            return answer.Hit;
        }
        finally
        {
            _downloads.Release();
        }
    }

    /// <summary>Remembers that what a server gave is not the wanted file, so that it is not downloaded again.</summary>
    public void Refuse(SymbolKey key, Uri server, SymbolAttempt attempt) => _answers[Name(key, server)] = new DownloadResult(attempt.Outcome, attempt.Reason);

    /// <summary>Forgets what is known of servers.</summary>
    public void Forget()
    {
        _offline.Clear();
        _answers.Clear();
        _twoTier.Clear();
    }

    // Searches that were told to stop may still be leaving, so the semaphore is left to them.
    public void Dispose() => _connection.Dispose();

    private bool IsKnown(SymbolSearch search, Uri server, string place)
    {
        if (_offline.TryGetValue(server.Authority, out string? reason))
        {
            search.Note(place, SymbolAttemptOutcome.Unavailable, $"Not asked again before .reload: {reason}");
            return true;
        }

        if (!_answers.TryGetValue(Name(search.Key, server), out DownloadResult? answer)) return false;
        search.Note(place, answer.Outcome, $"Not asked again before .reload: {answer.Reason}");
        return true;
    }

    private void Remember(SymbolKey key, Uri server, DownloadResult answer)
    {
        if (answer.Verdict == AskAgain.Forbidden) _answers[Name(key, server)] = answer;
        else if (answer.Verdict == AskAgain.ServerIsOffline) _offline[server.Authority] = answer.Reason;
    }

    private async Task<ServerAnswer> AskAsync(SymbolSearch search, Uri server, bool twoTier, IReadOnlyList<string> roots)
    {
        string folder = StoreLayout.RelativeFolder(search.Key, twoTier);
        string[] folders = [.. roots.Select(r => StoreLayout.Folder(Path.GetFullPath(r), search.Key)).Distinct()];
        DownloadResult result = null!;
        foreach (string name in (string[])[search.Key.FileName, StoreLayout.CompressedName(search.Key.FileName)])
        {
            Uri address = Address(server, $"{folder}/{Uri.EscapeDataString(name)}");
            result = await new Download(_connection, search, address, name, folders).RunAsync().ConfigureAwait(false);
            string place = StoreLocation.Masked(address);
            if (result.Path is { } path) return new ServerAnswer(new StoreHit(path, place, name != search.Key.FileName, IsDownload: true), result);
            search.Note(place, result.Outcome, result.Reason);
            search.TraceServer($"{place} - {result.Reason}");
            if (result.Outcome != SymbolAttemptOutcome.NotFound) return new ServerAnswer(null, result);
        }

        StoreHit? pointed = await FollowPointerAsync(search, Address(server, $"{folder}/{StoreLayout.PointerName}")).ConfigureAwait(false);
        return new ServerAnswer(pointed, result);
    }

    private async Task<StoreHit?> FollowPointerAsync(SymbolSearch search, Uri address)
    {
        string place = StoreLocation.Masked(address);
        if (await ReadSmallAsync(search, address).ConfigureAwait(false) is not { } bytes)
        {
            search.Note(place, SymbolAttemptOutcome.NotFound, "The server has no pointer to it either.");
            return null;
        }

        PointerFile pointer = PointerFile.Parse(bytes);
        // Whoever is on the way of an http request could name a share of theirs, to which the system would log on.
        if (address.Scheme == Uri.UriSchemeHttp && pointer.Path is { } path && (path.StartsWith(@"\\", StringComparison.Ordinal) || path.StartsWith("//", StringComparison.Ordinal)))
            pointer = new PointerFile(null, "The pointer came by http, where anybody on the way could change it, and names a share: it is not followed. Use https.");
        return DirectoryStore.Follow(search, place, pointer);
    }

    private async Task<bool> IsTwoTierAsync(SymbolSearch search, Uri server)
    {
        bool twoTier = await ReadSmallAsync(search, Address(server, StoreLayout.TwoTierMarker)).ConfigureAwait(false) is not null;
        return _twoTier.GetOrAdd(server.AbsoluteUri, twoTier);
    }

    /// <summary>The first bytes of a small file of a server's; null when there is none or it does not come.</summary>
    private async Task<byte[]?> ReadSmallAsync(SymbolSearch search, Uri address)
    {
        using SilenceLimit silence = new(options.StallTimeout, search.Cancellation);
        search.TraceServer($"HTTPGET: {address.AbsolutePath}");
        try
        {
            using HttpResponseMessage response = await _connection.GetAsync(address, null, silence).ConfigureAwait(false);
            search.TraceServer($"HttpQueryStatusCode: {(int)response.StatusCode} - {response.StatusCode}");
            if (response.StatusCode != System.Net.HttpStatusCode.OK) return null;
            Stream body = await response.Content.ReadAsStreamAsync(silence.Token).ConfigureAwait(false);
            await using (body.ConfigureAwait(false))
            {
                byte[] bytes = new byte[PointerFile.MaxBytes];
                return bytes[..await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, silence.Token).ConfigureAwait(false)];
            }
        }
        catch (Exception e) when (e is RequestFailure or HttpRequestException or IOException || e is OperationCanceledException && !silence.IsCancelledByCaller)
        {
            search.TraceServer($"{StoreLocation.Masked(address)} - {(e is RequestFailure ? e.Message : "no answer")}");
            return null;
        }
    }

    private static Uri Address(Uri server, string relative) => new UriBuilder(server) { Path = $"{server.AbsolutePath.TrimEnd('/')}/{relative}" }.Uri;

    private static string Name(SymbolKey key, Uri server) => $"{server.AbsoluteUri}|{key.RelativePath}";

    private readonly record struct ServerAnswer(StoreHit? Hit, DownloadResult Last);
}
