using NetKd.Symbols.Images;
using NetKd.Target.Simulation;
using DebugDirectory = NetKd.Symbols.Images.DebugDirectory;

namespace NetKd.Target.Bridge;

/// <summary>PE images in a machine's memory: those that hold some addresses, such as where its processors execute.</summary>
internal static class GuestImages
{
    private const int PageSize = 4096;
    private const int MaxDistance = 32 << 20;

    // A stub is asked for the starts of this many pages before the first answer is looked at.
    private const int PagesAtOnce = 64;
    private const int MagicSize = 2;

    /// <summary>Looks backwards from an address for the image that holds it; null when there is none within 32 MiB, or memory ends before.</summary>
    public static PeImage? Find(GuestMemory memory, ulong address)
    {
        Span<byte> starts = stackalloc byte[PagesAtOnce * MagicSize];
        ulong page = address & ~(PageSize - 1UL);
        ulong pages = Math.Min(MaxDistance / PageSize, page / PageSize + 1);
        for (ulong first = 0; first < pages; first += PagesAtOnce)
        {
            int count = (int)Math.Min(PagesAtOnce, pages - first);
            int readable = memory.ReadPlaces(page - first * PageSize, -PageSize, MagicSize, starts[..(count * MagicSize)]);
            for (int i = 0; i < readable; i++)
            {
                ulong start = page - (first + (ulong)i) * PageSize;
                if (starts.Slice(i * MagicSize, MagicSize).SequenceEqual("MZ"u8) && PeImage.TryRead(memory, start) is { } image && address - image.Base < image.Size) return image;
            }

            if (readable < count) return null;
        }

        return null;
    }

    /// <summary>What a module list says of an image; its name is that of its PDB.</summary>
    public static LoadedModule Describe(PeImage image)
    {
        string name = DebugDirectory.Read(image).Pdb is { FileName: var pdb } ? Path.GetFileNameWithoutExtension(pdb) : $"image{image.Base:x}";
        return new LoadedModule(name + ".exe", name + ".exe", image.Base, image.Size, image.EntryPoint, image.Checksum, image.Timestamp);
    }
}
