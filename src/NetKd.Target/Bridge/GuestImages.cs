using NetKd.Symbols.Images;
using NetKd.Target.Simulation;
using DebugDirectory = NetKd.Symbols.Images.DebugDirectory;

namespace NetKd.Target.Bridge;

/// <summary>PE images in a machine's memory: those that hold some addresses, such as where its processors execute.</summary>
internal static class GuestImages
{
    private const ulong PageSize = 4096;
    private const int MaxDistance = 32 << 20;

    /// <summary>Looks backwards from an address for the image that holds it; null when there is none within 32 MiB, or memory ends before.</summary>
    public static PeImage? Find(GuestMemory memory, ulong address)
    {
        Span<byte> magic = stackalloc byte[2];
        ulong page = address & ~(PageSize - 1);
        for (ulong distance = 0; distance < MaxDistance && distance <= page; distance += PageSize)
        {
            if (memory.Read(page - distance, magic) != magic.Length) return null;
            if (magic.SequenceEqual("MZ"u8) && PeImage.TryRead(memory, page - distance) is { } image && address - image.Base < image.Size) return image;
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
