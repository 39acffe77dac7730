using System.Buffers.Binary;
using System.Text;

namespace NetKd.Symbols.Images;

/// <summary>
/// What an image says about its debug information. Read from a target it costs two requests: the directory, and the record that names
/// the PDB.
/// </summary>
public sealed class DebugDirectory
{
    private const int EntrySize = 28;
    private const int MaxEntries = 32;
    private const int MaxRecord = 1200;
    private const int RsdsHeader = 24;
    private const int Nb10Header = 16;
    private static readonly UTF8Encoding s_strict = new(false, true);

    private DebugDirectory(DebugDirectoryEntry[] entries, PdbIdentity? pdb, string? problem)
    {
        Entries = entries;
        Pdb = pdb;
        Problem = problem;
    }

    /// <summary>The entries, in the image's order.</summary>
    public IReadOnlyList<DebugDirectoryEntry> Entries { get; }

    /// <summary>The PDB that belongs to the image; null when the image does not say or it cannot be read.</summary>
    public PdbIdentity? Pdb { get; }

    /// <summary>Why there is no <see cref="Pdb"/>, in words; null when there is one.</summary>
    public string? Problem { get; }

    /// <summary>Reads an image's debug directory.</summary>
    public static DebugDirectory Read(PeImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        uint address = image.DirectoryAddress(PeDirectory.Debug);
        if (address == 0) return new DebugDirectory([], null, "The image has no debug directory: it was linked without /debug, or stripped.");
        byte[] bytes = image.ReadDirectory(PeDirectory.Debug, MaxEntries * EntrySize);
        if (bytes.Length < EntrySize) return new DebugDirectory([], null, $"The image's debug directory at {image.Base + address:x} cannot be read: it is paged out, or its size is impossible.");

        DebugDirectoryEntry[] entries = new DebugDirectoryEntry[bytes.Length / EntrySize];
        for (int i = 0; i < entries.Length; i++) entries[i] = Entry(bytes.AsSpan(i * EntrySize, EntrySize));
        string problem = "The image's debug directory names no PDB (no CodeView entry).";
        foreach (DebugDirectoryEntry entry in entries)
        {
            if (entry.Type != DebugDirectoryEntry.CodeView) continue;
            PdbIdentity? pdb = ReadCodeView(image, entry, out problem);
            if (pdb is not null) return new DebugDirectory(entries, pdb, null);
        }

        return new DebugDirectory(entries, null, problem);
    }

    private static DebugDirectoryEntry Entry(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]),
        BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]),
        BinaryPrimitives.ReadUInt32LittleEndian(bytes[16..]),
        BinaryPrimitives.ReadUInt32LittleEndian(bytes[20..]),
        BinaryPrimitives.ReadUInt32LittleEndian(bytes[24..]));

    private static PdbIdentity? ReadCodeView(PeImage image, DebugDirectoryEntry entry, out string problem)
    {
        problem = "";
        if (entry.Address == 0 || entry.Address >= image.Size)
        {
            problem = "The record that names the image's PDB is not mapped into memory.";
            return null;
        }

        byte[] bytes = new byte[Math.Min(entry.Size, MaxRecord)];
        int read = image.Reader.Read(image.Base + entry.Address, bytes);
        ReadOnlySpan<byte> record = bytes.AsSpan(0, read);
        if (record.Length < Nb10Header || read < bytes.Length)
        {
            problem = $"The record that names the image's PDB, {entry.Size} bytes at {image.Base + entry.Address:x}, cannot be read: it is paged out or too short.";
            return null;
        }

        PdbIdentity? pdb = null;
        if (record.StartsWith("RSDS"u8) && record.Length > RsdsHeader && Text(record[RsdsHeader..]) is { } path)
            pdb = new PdbIdentity(path, new Guid(record.Slice(4, 16)), BinaryPrimitives.ReadUInt32LittleEndian(record[20..]));
        else if (record.StartsWith("NB10"u8) && Text(record[Nb10Header..]) is { } oldPath)
            pdb = new PdbIdentity(oldPath, Guid.Empty, BinaryPrimitives.ReadUInt32LittleEndian(record[12..]), BinaryPrimitives.ReadUInt32LittleEndian(record[8..]));
        if (pdb is not null && Stores.SymbolKey.IsFileName(pdb.FileName)) return pdb;
        problem = pdb is not null || record.StartsWith("RSDS"u8) || record.StartsWith("NB10"u8)
            ? "The image's PDB has a name that no file can have."
            : $"The record that names the image's PDB is of an unknown kind ({Convert.ToHexStringLower(record[..4])}); RSDS and NB10 are known.";
        return null;
    }

    // Paths go into messages and onto terminals, so no control characters. Linkers write UTF-8; older ones the build machine's code page.
    private static string? Text(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOf((byte)0);
        if (end >= 0) bytes = bytes[..end];
        string text;
        try
        {
            text = s_strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            text = Encoding.Latin1.GetString(bytes);
        }

        return text.Length == 0 || text.Any(char.IsControl) ? null : text;
    }
}
