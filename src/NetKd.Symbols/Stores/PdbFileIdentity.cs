using System.Globalization;
using NetKd.Symbols.Images;
using NetKd.Symbols.Pdb;
using NetKd.Symbols.Pdb.Msf;

namespace NetKd.Symbols.Stores;

/// <summary>What a PDB file says of itself (LLVM documentation, "The PDB Info Stream" and "The PDB DBI Stream").</summary>
/// <param name="Guid">Its signature.</param>
/// <param name="Signature">Its older signature, a time or a hash.</param>
/// <param name="Age">How often it was written.</param>
/// <param name="LinkedAge">Its age when the image was linked, from the DBI stream; null when it has none.</param>
internal sealed record PdbFileIdentity(Guid Guid, uint Signature, uint Age, uint? LinkedAge)
{
    private const int InfoStream = 1;
    private const int DebugInformationStream = 3;
    private const int DebugInformationBytes = 12;

    /// <summary>Reads a file's identity.</summary>
    /// <exception cref="PdbFormatException">It is no PDB, or damaged.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static PdbFileIdentity Read(string path)
    {
        using MsfFile file = MsfFile.Open(path);
        long whole = file.BlockCount * (long)file.BlockSize;
        if (file.Length < whole) throw new PdbFormatException($"{path} is cut off: it has {file.Length} bytes of {whole}.");
        PdbInfo info = PdbInfo.Read(file);
        MsfStream? debugInformation = file.Stream(DebugInformationStream);
        uint? linkedAge = debugInformation?.Length >= DebugInformationBytes ? debugInformation.ReadUInt32(8) : null;
        return new PdbFileIdentity(info.Signature, file.Stream(InfoStream)!.ReadUInt32(4), info.Age, linkedAge);
    }

    /// <summary>
    /// True when it is the wanted PDB. The image has the DBI stream's age; tools that write to a PDB afterwards (source indexing, stripping)
    /// raise the other one only.
    /// </summary>
    public bool Is(PdbIdentity wanted) =>
        (wanted.Signature is { } signature ? signature == Signature : wanted.Guid == Guid) && (wanted.Age == (LinkedAge ?? Age) || wanted.Age == Age);

    /// <summary>The identity in words, in the terms of the wanted one.</summary>
    public string Describe(PdbIdentity wanted)
    {
        string signature = wanted.Signature is null ? $"GUID {Guid.ToString("B").ToUpperInvariant()}" : string.Create(CultureInfo.InvariantCulture, $"signature {Signature:X8}");
        string age = LinkedAge is { } linked && linked != Age ? string.Create(CultureInfo.InvariantCulture, $"{linked:x} (written {Age:x} times)") : Age.ToString("x", CultureInfo.InvariantCulture);
        return $"{signature}, age {age}";
    }
}
