namespace NetKd.Symbols.Stores;

/// <summary>Brings a file that a store has into the stores before it.</summary>
/// <param name="search">The search that found it.</param>
/// <param name="nearer">The directories before the store, nearest first; empty when the file may stay where it is.</param>
/// <param name="defaultStore">Where a file goes that needs a place when none of those can be written.</param>
internal sealed class StoreDelivery(SymbolSearch search, IReadOnlyList<string> nearer, string defaultStore)
{
    private readonly SymbolKey _key = search.Key;

    /// <summary>Delivers the file; its path in the nearest store that holds it now, or null when it is not the wanted one or cannot be kept.</summary>
    public async Task<string?> DeliverAsync(StoreHit hit)
    {
        if (hit.IsCompressed) return await UnpackAsync(hit).ConfigureAwait(false);
        if (!hit.IsDownload) return await CopyToEachAsync(hit.Path, _key.FileName, nearer.Count).ConfigureAwait(false) ?? hit.Path;
        if (!IsWanted(hit.Path, hit.Place))
        {
            StoreWriter.Delete(hit.Path);
            return null;
        }

        string folder = Path.GetDirectoryName(hit.Path)!;
        string kept = StoreWriter.Publish(hit.Path, folder, _key.FileName);
        int before = nearer.TakeWhile(root => StoreLayout.Folder(root, _key) != folder).Count();
        return await CopyToEachAsync(kept, _key.FileName, before == nearer.Count ? 0 : before).ConfigureAwait(false) ?? kept;
    }

    private async Task<string?> UnpackAsync(StoreHit hit)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        search.Note(hit.Place, SymbolAttemptOutcome.Rejected, "The file is compressed (a cabinet): unpack it beside itself, with cabextract or expand.");
        _ = defaultStore;
        return null;
    }

    /// <summary>Copies a file into the first stores, the farthest of them first; its path in the nearest that took it.</summary>
    private async Task<string?> CopyToEachAsync(string source, string fileName, int count)
    {
        string? nearest = null;
        for (int i = count - 1; i >= 0; i--)
        {
            string folder = StoreLayout.Folder(nearer[i], _key);
            try
            {
                nearest = await StoreWriter.CopyAsync(source, folder, fileName, search.Cancellation).ConfigureAwait(false);
                search.TraceServer($"{nearest} - copied from {source}");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                NoteUnwritable(nearer[i], e);
            }
        }

        return nearest;
    }

    private bool IsWanted(string path, string place)
    {
        (SymbolAttemptOutcome outcome, string reason) = IdentityCheck.Examine(path, _key);
        search.Note(place, outcome, reason);
        search.TraceServer(outcome == SymbolAttemptOutcome.Found ? $"{place} - OK" : $"{place} - {reason}");
        return outcome == SymbolAttemptOutcome.Found;
    }

    private void NoteUnwritable(string root, Exception e)
    {
        search.Note(root, SymbolAttemptOutcome.Unavailable, $"The store cannot be written and is skipped: {e.Message}");
        search.TraceServer($"{root} - cannot be written: {e.Message}");
    }
}
