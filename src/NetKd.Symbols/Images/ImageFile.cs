using NetKd.Symbols.Pdb.Msf;

namespace NetKd.Symbols.Images;

/// <summary>
/// An image file, read as it would lie in memory: addresses are offsets from the image's base, sections are where the headers put them,
/// and what the file does not hold of a section is zero. Safe to use from several threads.
/// </summary>
public sealed class ImageFile : IAddressReader, IDisposable
{
    private readonly MappedFile _file;
    private readonly IReadOnlyList<PeSection> _sections = [];
    private readonly uint _firstSection = uint.MaxValue;

    private ImageFile(string path, MappedFile file)
    {
        Path = path;
        _file = file;
        // Without sections yet, so that the headers are read from the file's start.
        Image = PeImage.TryRead(this, 0) ?? throw new InvalidImageException($"{path} is no PE image: its headers are missing or damaged.");
        IReadOnlyList<PeSection> sections = Image.Sections;
        foreach (PeSection section in sections) _firstSection = Math.Min(_firstSection, section.VirtualAddress);
        _sections = sections;
    }

    /// <summary>The file's path.</summary>
    public string Path { get; }

    /// <summary>The file's size in bytes.</summary>
    public long Length => _file.Length;

    /// <summary>The image in it, at address 0.</summary>
    public PeImage Image { get; }

    /// <summary>Which image it is.</summary>
    public ImageIdentity Identity => new(System.IO.Path.GetFileName(Path), Image.Timestamp, Image.Size);

    /// <summary>Opens an image file.</summary>
    /// <exception cref="InvalidImageException">It is no PE image.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static ImageFile Open(string path)
    {
        MappedFile file = MappedFile.Open(path);
        try
        {
            return new ImageFile(path, file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public int Read(ulong address, Span<byte> destination)
    {
        int done = 0;
        while (done < destination.Length)
        {
            int piece = ReadPiece(address + (ulong)done, destination[done..]);
            if (piece == 0) break;
            done += piece;
        }

        return done;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private int ReadPiece(ulong address, Span<byte> destination)
    {
        if (address < _firstSection) return CopyFromFile((long)address, destination[..(int)Math.Min((ulong)destination.Length, _firstSection - address)]);
        foreach (PeSection section in _sections)
        {
            ulong within = address - section.VirtualAddress;
            ulong size = section.VirtualSize == 0 ? section.RawSize : section.VirtualSize;
            if (address < section.VirtualAddress || within >= size) continue;
            Span<byte> piece = destination[..(int)Math.Min((ulong)destination.Length, size - within)];
            if (within >= section.RawSize)
            {
                piece.Clear();
                return piece.Length;
            }

            return CopyFromFile(section.RawOffset + (long)within, piece[..(int)Math.Min((ulong)piece.Length, section.RawSize - within)]);
        }

        return 0;
    }

    private int CopyFromFile(long offset, Span<byte> destination)
    {
        int length = (int)Math.Clamp(_file.Length - offset, 0, destination.Length);
        if (length > 0) _file.Slice(offset, length).CopyTo(destination);
        return length;
    }
}
