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
            return (SymbolAttemptOutcome.Rejected, e.Message.Replace(path + " ", "The file ", StringComparison.Ordinal));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (SymbolAttemptOutcome.Unavailable, e.Message);
        }
    }

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
        return found.Timestamp == wanted.Timestamp && found.Size == wanted.Size
            ? (SymbolAttemptOutcome.Found, "The wanted image.")
            : (SymbolAttemptOutcome.Mismatched, $"An image of another build: wanted is {wanted}; the file has timestamp {found.Timestamp:X8}, size {found.Size:x}.");
    }
}
