using NetKd.Symbols.Images;
using NetKd.Symbols.Pdb;

namespace NetKd.Symbols.Stores;

/// <summary>Says whether a file is the one that is looked for, by what it holds.</summary>
internal static class IdentityCheck
{
    /// <summary>Looks into a file. The reason names both identities where they differ.</summary>
    public static (SymbolAttemptOutcome Outcome, string Reason) Examine(string path, SymbolKey key)
    {
        try
        {
            return key.Pdb is { } pdb ? ExaminePdb(path, pdb) : ExamineImage(path, key.Image!);
        }
        catch (Exception e) when (e is PdbFormatException or InvalidImageException)
        {
            return (SymbolAttemptOutcome.Rejected, WithoutPath(e.Message, path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (SymbolAttemptOutcome.Unavailable, e.Message);
        }
    }

    // The place is told beside the reason, and a downloaded file's path is only a temporary one.
    private static string WithoutPath(string message, string path) =>
        message.StartsWith(path, StringComparison.Ordinal) ? "The file" + message[path.Length..].Replace(path, "the file", StringComparison.Ordinal) : message.Replace(path, "the file", StringComparison.Ordinal);

    private static (SymbolAttemptOutcome, string) ExaminePdb(string path, PdbIdentity wanted)
    {
        PdbFileIdentity found = PdbFileIdentity.Read(path);
        return found.Is(wanted)
            ? (SymbolAttemptOutcome.Found, "The wanted PDB.")
            : (SymbolAttemptOutcome.Mismatched, $"A PDB of another build: the image wants {wanted}; the file has {found.Describe(wanted)}.");
    }

    private static (SymbolAttemptOutcome, string) ExamineImage(string path, ImageIdentity wanted)
    {
        using ImageFile file = ImageFile.Open(path);
        ImageIdentity found = file.Identity;
        long whole = file.Image.Sections.Max(s => (long?)s.RawOffset + s.RawSize) ?? 0;
        if (file.Length < whole) throw new InvalidImageException($"{path} is cut off: it has {file.Length} bytes of {whole}.");
        return found.Timestamp == wanted.Timestamp && found.Size == wanted.Size
            ? (SymbolAttemptOutcome.Found, "The wanted image.")
            : (SymbolAttemptOutcome.Mismatched, $"An image of another build: wanted is {wanted}; the file has timestamp {found.Timestamp:X8}, size {found.Size:x}.");
    }
}
