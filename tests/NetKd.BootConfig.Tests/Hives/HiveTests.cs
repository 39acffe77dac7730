using System.Buffers.Binary;
using NetKd.BootConfig.Hives;

namespace NetKd.BootConfig.Tests.Hives;

/// <summary>Hives in memory: made, edited, written and read again.</summary>
public sealed class HiveTests
{
    [Theory]
    [InlineData(1, 200)]
    [InlineData(2, 20)]
    public void Random_changes_survive_being_written_and_read(int seed, int trees)
    {
        Random random = new(seed);
        for (int i = 0; i < trees; i++)
        {
            RandomTree tree = RandomTree.Create(random);
            Hive hive = Hive.Create("root", "test");
            tree.WriteTo(hive.Root);
            for (int round = 0; round < 4; round++)
            {
                for (int change = 0; change < 10; change++) tree.Change(random, hive.Root);
                hive = Hive.Open(hive.ToImage());
                tree.AssertSame(hive.Root);
            }
        }
    }

    [Fact]
    public void Thousands_of_subkeys_are_split_over_leaves_and_found()
    {
        Hive hive = Hive.Create("root", "test");
        int[] order = [.. Enumerable.Range(0, 5000)];
        new Random(3).Shuffle(order);
        foreach (int i in order) hive.Root.FindOrAdd($"key{i:D5}").SetValue("v", HiveValueType.UInt32, BitConverter.GetBytes(i));
        hive = Hive.Open(hive.ToImage());
        Assert.Equal(Enumerable.Range(0, 5000).Select(i => $"key{i:D5}"), hive.Root.Subkeys.Select(k => k.Name));
        foreach (int i in order.Take(4990)) Assert.True(hive.Root.Delete($"KEY{i:D5}"));
        hive = Hive.Open(hive.ToImage());
        Assert.Equal(10, hive.Root.SubkeyCount);
        Assert.Equal(order[^10..].Order().Select(i => $"key{i:D5}"), hive.Root.Subkeys.Select(k => k.Name));
        foreach (int i in order[^10..]) Assert.True(hive.Root.Delete($"key{i:D5}"));
        Assert.Null(Hive.Open(hive.ToImage()).Root.Find("key00001"));
    }

    [Fact]
    public void Deleted_cells_are_used_again()
    {
        Hive hive = Hive.Create("root", "test");
        hive.Root.FindOrAdd("kept").SetValue("v", HiveValueType.Binary, new byte[100]);
        int free = hive.FreeBytes;
        for (int round = 0; round < 50; round++)
        {
            HiveKey key = hive.Root.FindOrAdd("passing");
            for (int i = 0; i < 20; i++) key.SetValue($"value {i}", HiveValueType.Binary, new byte[1000 * i]);
            Assert.True(hive.Root.Delete("passing"));
        }

        Hive again = Hive.Open(hive.ToImage());
        Assert.True(again.BinsSize < 400_000, $"the hive grew to {again.BinsSize} bytes");
        // All but the rest of the first bin is free again; a bin header takes 32 bytes.
        Assert.True(again.FreeBytes >= free);
        Assert.Equal("kept", Assert.Single(again.Root.Subkeys).Name);
    }

    [Fact]
    public void A_deleted_value_is_not_left_readable_in_the_file()
    {
        Hive hive = Hive.Create("root", "test");
        hive.Root.SetValue("key", HiveValueType.String, HiveValue.FromText("secret.secret.secret.secret"));
        hive.Root.SetValue("key", HiveValueType.String, HiveValue.FromText("x"));
        Assert.Equal(-1, hive.ToImage().AsSpan().IndexOf(System.Text.Encoding.Unicode.GetBytes("secret")));
    }

    [Fact]
    public void Every_write_counts_up_and_checks()
    {
        Hive hive = Hive.Create("root", "test");
        byte[] first = hive.ToImage();
        byte[] second = hive.ToImage();
        Assert.Equal(Sequences(first).Primary + 1, Sequences(second).Primary);
        Assert.Equal(Sequences(second).Primary, Sequences(second).Secondary);
        byte[] begun = hive.BeginWrite();
        Assert.Equal(Sequences(begun).Secondary + 1, Sequences(begun).Primary);
        uint sum = 0;
        for (int i = 0; i < 508; i += 4) sum ^= BinaryPrimitives.ReadUInt32LittleEndian(second.AsSpan(i));
        Assert.Equal(sum, BinaryPrimitives.ReadUInt32LittleEndian(second.AsSpan(508)));
    }

    [Fact]
    public void Keys_share_the_security_of_their_parent_and_count()
    {
        Hive hive = Hive.Create("root", "test");
        for (int i = 0; i < 7; i++) hive.Root.FindOrAdd($"k{i}");
        int cell = new KeyNode(hive.Cells, hive.Root.Cell).Security;
        Assert.Equal(8, hive.Security.References(cell));
        hive.Root.Delete("k3");
        Assert.Equal(7, hive.Security.References(cell));
        // A count that the file has wrong is put right when the file is opened.
        hive.Security.SetReferences(cell, 1);
        hive = Hive.Open(hive.ToImage());
        Assert.Equal(7, hive.Security.References(new KeyNode(hive.Cells, hive.Root.Cell).Security));
    }

    private static (uint Primary, uint Secondary) Sequences(byte[] image) =>
        (BinaryPrimitives.ReadUInt32LittleEndian(image.AsSpan(4)), BinaryPrimitives.ReadUInt32LittleEndian(image.AsSpan(8)));
}
