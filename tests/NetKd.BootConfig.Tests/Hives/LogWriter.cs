using System.Buffers.Binary;
using NetKd.BootConfig.Hives;

namespace NetKd.BootConfig.Tests.Hives;

/// <summary>Makes transaction logs as Windows would, from the difference of two images of a hive.</summary>
internal static class LogWriter
{
    private const int Sector = 512;

    /// <summary>A log in the new format with one entry for each step from an image to the next.</summary>
    public static byte[] NewLog(params byte[][] images)
    {
        using MemoryStream log = new();
        log.Write(Header(images[0], type: 6, Sequence(images[0])));
        for (int i = 1; i < images.Length; i++) log.Write(Entry(images[i - 1], images[i]));
        log.Write(new byte[Sector]);
        return log.ToArray();
    }

    /// <summary>A log in the old format with what changed from one image to the other; both have the old image's time.</summary>
    public static byte[] OldLog(byte[] before, byte[] after)
    {
        byte[] header = Header(after, type: 1, Sequence(after));
        before.AsSpan(12, 8).CopyTo(header.AsSpan(12));
        Seal(header);
        int pages = (after.Length - 4096) / Sector;
        byte[] bitmap = new byte[(4 + pages / 8 + Sector - 1) / Sector * Sector];
        "DIRT"u8.CopyTo(bitmap);
        using MemoryStream dirty = new();
        foreach ((int offset, byte[] bytes) in Changes(before, after))
        {
            bitmap[4 + offset / Sector / 8] |= (byte)(1 << (offset / Sector % 8));
            dirty.Write(bytes);
        }

        return [.. header, .. bitmap, .. dirty.ToArray()];
    }

    /// <summary>The image as a power cut during the next write leaves it: newer primary sequence number, old bins.</summary>
    public static byte[] Dirty(byte[] image, bool wrongChecksum = false)
    {
        byte[] dirty = (byte[])image.Clone();
        BinaryPrimitives.WriteUInt32LittleEndian(dirty.AsSpan(4), Sequence(image) + 1);
        Seal(dirty);
        if (wrongChecksum) dirty[508] ^= 0xff;
        return dirty;
    }

    public static uint Sequence(byte[] image) => BinaryPrimitives.ReadUInt32LittleEndian(image.AsSpan(4));

    private static byte[] Header(byte[] image, int type, uint sequence)
    {
        byte[] header = image.AsSpan(0, Sector).ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(28), type);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(4), sequence);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(8), sequence);
        Seal(header);
        return header;
    }

    private static byte[] Entry(byte[] before, byte[] after)
    {
        (int Offset, byte[] Bytes)[] pages = [.. Changes(before, after)];
        int size = (40 + pages.Length * (8 + Sector) + Sector - 1) / Sector * Sector;
        byte[] entry = new byte[size];
        "HvLE"u8.CopyTo(entry);
        BinaryPrimitives.WriteInt32LittleEndian(entry.AsSpan(4), size);
        BinaryPrimitives.WriteUInt32LittleEndian(entry.AsSpan(12), Sequence(after));
        BinaryPrimitives.WriteInt32LittleEndian(entry.AsSpan(16), after.Length - 4096);
        BinaryPrimitives.WriteInt32LittleEndian(entry.AsSpan(20), pages.Length);
        int at = 40;
        foreach ((int offset, byte[] bytes) in pages)
        {
            BinaryPrimitives.WriteInt32LittleEndian(entry.AsSpan(at), offset);
            BinaryPrimitives.WriteInt32LittleEndian(entry.AsSpan(at + 4), bytes.Length);
            at += 8;
        }

        foreach ((_, byte[] bytes) in pages)
        {
            bytes.CopyTo(entry.AsSpan(at));
            at += bytes.Length;
        }

        BinaryPrimitives.WriteUInt64LittleEndian(entry.AsSpan(24), Marvin32.Hash(entry.AsSpan(40)));
        BinaryPrimitives.WriteUInt64LittleEndian(entry.AsSpan(32), Marvin32.Hash(entry.AsSpan(0, 32)));
        return entry;
    }

    private static IEnumerable<(int Offset, byte[] Bytes)> Changes(byte[] before, byte[] after)
    {
        for (int at = 4096; at < after.Length; at += Sector)
        {
            byte[] now = after.AsSpan(at, Sector).ToArray();
            if (at >= before.Length || !now.AsSpan().SequenceEqual(before.AsSpan(at, Sector))) yield return (at - 4096, now);
        }
    }

    private static void Seal(byte[] image)
    {
        uint sum = 0;
        for (int i = 0; i < 508; i += 4) sum ^= BinaryPrimitives.ReadUInt32LittleEndian(image.AsSpan(i));
        BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(508), sum);
    }
}
