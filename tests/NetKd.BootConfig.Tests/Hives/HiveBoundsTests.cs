using System.Buffers.Binary;
using NetKd.BootConfig.Hives;

namespace NetKd.BootConfig.Tests.Hives;

/// <summary>Damaged and hostile hives: each is refused with the offset and the reason, none does harm.</summary>
public sealed class HiveBoundsTests
{
    private const int FuzzRounds = 3000;

    [Theory]
    [InlineData(0, "no registry hive", 0)]
    [InlineData(20, "version", 20)]
    [InlineData(32, "format", 32)]
    [InlineData(40, "size", 40)]
    public void A_damaged_base_block_is_refused(int at, string reason, long offset)
    {
        byte[] image = Sample();
        image[at] ^= 0xff;
        Seal(image);
        HiveFormatException refused = Assert.Throws<HiveFormatException>(() => Hive.Open(image));
        Assert.Contains(reason, refused.Reason, StringComparison.Ordinal);
        Assert.Equal(offset, refused.FileOffset);
    }

    [Fact]
    public void A_wrong_checksum_without_a_log_is_refused()
    {
        byte[] image = Sample();
        image[60] ^= 1;
        Assert.Contains("checksum", Assert.Throws<HiveFormatException>(() => Hive.Open(image)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_hive_being_written_without_a_log_is_refused()
    {
        byte[] image = Sample();
        image[4]++;
        Seal(image);
        Assert.Contains("not closed cleanly", Assert.Throws<HiveFormatException>(() => Hive.Open(image)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(4096)]
    [InlineData(5000)]
    public void A_file_cut_short_is_refused(int length) => Assert.Throws<HiveFormatException>(() => Hive.Open(Sample().AsSpan(0, length).ToArray()));

    [Fact]
    public void A_tree_that_contains_itself_is_refused()
    {
        Hive hive = Hive.Create("root", "test");
        hive.Root.FindOrAdd("a").FindOrAdd("b");
        KeyNode b = new(hive.Cells, hive.Root.Find("a")!.Find("b")!.Cell);
        KeyNode a = new(hive.Cells, hive.Root.Find("a")!.Cell);
        b.SubkeyCount = 1;
        b.SubkeyList = a.SubkeyList;
        Assert.Contains("two owners", Assert.Throws<HiveFormatException>(() => Hive.Open(hive.ToImage())).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_nested_too_deep_are_refused()
    {
        Hive hive = Hive.Create("root", "test");
        HiveKey key = hive.Root;
        for (int i = 0; i < HiveLimits.MaxDepth; i++) key = key.FindOrAdd("d");
        Assert.Contains("deep", Assert.Throws<HiveFormatException>(() => Hive.Open(hive.ToImage())).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Unordered_subkeys_are_found_and_put_in_order_by_the_next_edit()
    {
        Hive hive = Hive.Create("root", "test");
        foreach (string name in new[] { "a", "b", "c", "d" }) hive.Root.FindOrAdd(name);
        Span<byte> leaf = hive.Cells.Content(new KeyNode(hive.Cells, hive.Root.Cell).SubkeyList);
        byte[] first = leaf[4..12].ToArray();
        leaf[28..36].CopyTo(leaf[4..]);
        first.CopyTo(leaf[28..]);
        hive = Hive.Open(hive.ToImage());
        Assert.Equal(["d", "b", "c", "a"], hive.Root.Subkeys.Select(k => k.Name));
        Assert.All(["a", "b", "c", "d"], name => Assert.NotNull(hive.Root.Find(name)));
        hive.Root.FindOrAdd("e");
        Assert.Equal(["a", "b", "c", "d", "e"], Hive.Open(hive.ToImage()).Root.Subkeys.Select(k => k.Name));
    }

    [Fact]
    public void Random_damage_is_refused_or_harmless()
    {
        byte[] sample = Sample();
        int refused = 0;
        for (int seed = 0; seed < FuzzRounds; seed++)
        {
            Random random = new(seed);
            byte[] image = (byte[])sample.Clone();
            for (int i = random.Next(1, 6); i > 0; i--)
            {
                // Zeros are free space and the big value's data, where nothing can be damaged.
                int at = 4096 + random.Next(image.Length - 4096);
                while (sample[at] == 0) at = 4096 + random.Next(image.Length - 4096);
                if (random.Next(2) == 0) image[at] = (byte)random.Next(256);
                else BinaryPrimitives.WriteInt32LittleEndian(image.AsSpan(at / 4 * 4), random.Next(4) switch { 0 => -1, 1 => random.Next(image.Length) / 8 * 8, 2 => random.Next(64), _ => random.Next() });
            }

            try
            {
                Hive hive = Hive.Open(image);
                Exercise(hive.Root, random, 0);
                // What an edit leaves must be whole, whatever it began with.
                Hive.Open(hive.ToImage());
            }
            catch (HiveFormatException e)
            {
                Assert.InRange(e.FileOffset, 0, image.Length + 8);
                refused++;
            }
        }

        Assert.InRange(refused, FuzzRounds / 4, FuzzRounds - 1);
    }

    private static void Exercise(HiveKey key, Random random, int depth)
    {
        foreach (HiveValue value in key.Values.ToArray())
        {
            if (random.Next(3) == 0) key.DeleteValue(value.Name);
        }

        foreach (HiveKey subkey in key.Subkeys.ToArray())
        {
            if (depth < 5) Exercise(subkey, random, depth + 1);
            if (random.Next(4) == 0) key.Delete(subkey.Name);
        }

        key.FindOrAdd($"new{random.Next(9)}").SetValue("v", HiveValueType.Binary, new byte[random.Next(10) == 0 ? 20_000 : 20]);
    }

    private static byte[] Sample()
    {
        Hive hive = Hive.Create("root", "test");
        for (int i = 0; i < 40; i++) hive.Root.FindOrAdd($"sub{i}").SetValue("v", HiveValueType.String, HiveValue.FromText("text"));
        hive.Root.SetValue("big", HiveValueType.Binary, new byte[40_000]);
        return hive.ToImage();
    }

    private static void Seal(byte[] image)
    {
        uint sum = 0;
        for (int i = 0; i < 508; i += 4) sum ^= BinaryPrimitives.ReadUInt32LittleEndian(image.AsSpan(i));
        BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(508), sum);
    }
}
