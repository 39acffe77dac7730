using NetKd.Symbols.Stores.Cabinet;

namespace NetKd.Symbols.Stores;

/// <summary>Brings a file that a store has into the stores before it.</summary>
/// <param name="search">The search that found it.</param>
/// <param name="nearer">The directories before the store, nearest first; empty when the file may stay where it is.</param>
/// <param name="defaultStore">Where a file goes that needs a place when none of those can be written.</param>
internal sealed class StoreDelivery(SymbolSearch search, IReadOnlyList<string> nearer, string defaultStore)
{
    private const int ReadBuffer = 1 << 16;

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
        string kept;
        try
        {
            kept = StoreWriter.Publish(hit.Path, folder, _key.FileName);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            StoreWriter.Delete(hit.Path);
            NoteUnwritable(folder, e);
            return null;
        }

        int before = nearer.TakeWhile(root => StoreLayout.Folder(root, _key) != folder).Count();
        return await CopyToEachAsync(kept, _key.FileName, before == nearer.Count ? 0 : before).ConfigureAwait(false) ?? kept;
    }

    /// <summary>Unpacks a compressed file into the nearest store that can be written, and keeps it as it is in those behind.</summary>
    private async Task<string?> UnpackAsync(StoreHit hit)
    {
        string? folder = null;
        string? temporary = null;
        foreach (string root in nearer.Contains(defaultStore) ? nearer : [.. nearer, defaultStore])
        {
            try
            {
                folder = StoreLayout.Folder(root, _key);
                temporary = StoreWriter.Temporary(folder, _key.FileName);
                break;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                NoteUnwritable(root, e);
            }
        }

        try
        {
            if (temporary is null || !Unpack(hit, temporary) || !IsWanted(temporary, hit.Place)) return null;
            await KeepCompressedAsync(hit, folder!).ConfigureAwait(false);
            return StoreWriter.Publish(temporary, folder!, _key.FileName);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            NoteUnwritable(folder!, e);
            return null;
        }
        finally
        {
            if (temporary is not null) StoreWriter.Delete(temporary);
            if (hit.IsDownload) StoreWriter.Delete(hit.Path);
        }
    }

    private bool Unpack(StoreHit hit, string destination)
    {
        search.TraceServer($"{hit.Place} - uncompressing");
        try
        {
            using FileStream source = new(hit.Path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, ReadBuffer);
            using FileStream target = new(destination, FileMode.Open, FileAccess.Write, FileShare.None, 0);
            CabinetFile.Open(source).Extract(target, search.Options.MaxFileBytes, search.Cancellation);
            target.Flush(flushToDisk: true);
            return true;
        }
        catch (Exception e) when (e is CabinetFormatException or IOException or UnauthorizedAccessException)
        {
            search.Note(hit.Place, e is CabinetFormatException ? SymbolAttemptOutcome.Rejected : SymbolAttemptOutcome.Unavailable, e.Message);
            search.TraceServer($"{hit.Place} - {e.Message}");
            return false;
        }
    }

    private async Task KeepCompressedAsync(StoreHit hit, string unpackedInto)
    {
        string name = StoreLayout.CompressedName(_key.FileName);
        for (int i = nearer.Count - 1; i > 0; i--)
        {
            string folder = StoreLayout.Folder(nearer[i], _key);
            if (folder == unpackedInto) return;
            try
            {
                await StoreWriter.CopyAsync(hit.Path, folder, name, search.Cancellation).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                NoteUnwritable(nearer[i], e);
            }
        }
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
