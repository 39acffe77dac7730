using System.Buffers.Binary;
using System.Text;

namespace NetKd.Target.Simulation;

/// <summary>The export directory of a simulated image: names in ordinal order, as loaders search them.</summary>
internal static class ExportDirectory
{
    private const int DirectorySize = 40;

    /// <summary>Writes the directory. Returns its relative address and size.</summary>
    public static (uint Address, uint Size) Write(ImageBuilder image, string moduleName, List<string> names, uint timeDateStamp)
    {
        names.Sort(StringComparer.Ordinal);
        int stringsSize = moduleName.Length + 1;
        foreach (string name in names) stringsSize += name.Length + 1;
        int size = DirectorySize + names.Count * 10 + stringsSize;
        uint start = image.ReserveReadOnly(size);
        uint functions = start + DirectorySize;
        uint nameTable = functions + (uint)names.Count * 4;
        uint ordinals = nameTable + (uint)names.Count * 4;
        uint strings = ordinals + (uint)names.Count * 2;

        Span<byte> directory = image.At(start);
        BinaryPrimitives.WriteUInt32LittleEndian(directory[4..], timeDateStamp);
        BinaryPrimitives.WriteUInt32LittleEndian(directory[12..], strings);
        BinaryPrimitives.WriteUInt32LittleEndian(directory[16..], 1);
        BinaryPrimitives.WriteUInt32LittleEndian(directory[20..], (uint)names.Count);
        BinaryPrimitives.WriteUInt32LittleEndian(directory[24..], (uint)names.Count);
        BinaryPrimitives.WriteUInt32LittleEndian(directory[28..], functions);
        BinaryPrimitives.WriteUInt32LittleEndian(directory[32..], nameTable);
        BinaryPrimitives.WriteUInt32LittleEndian(directory[36..], ordinals);
        strings += PutText(image, strings, moduleName);
        for (int i = 0; i < names.Count; i++)
        {
            uint address = (uint)(image.AddressOf(names[i]) - image.BaseAddress);
            BinaryPrimitives.WriteUInt32LittleEndian(image.At(functions + (uint)i * 4), address);
            BinaryPrimitives.WriteUInt32LittleEndian(image.At(nameTable + (uint)i * 4), strings);
            BinaryPrimitives.WriteUInt16LittleEndian(image.At(ordinals + (uint)i * 2), (ushort)i);
            strings += PutText(image, strings, names[i]);
        }

        return (start, (uint)size);
    }

    private static uint PutText(ImageBuilder image, uint address, string text)
    {
        Encoding.ASCII.GetBytes(text, image.At(address));
        return (uint)text.Length + 1;
    }
}
