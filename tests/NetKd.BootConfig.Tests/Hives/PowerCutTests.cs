using NetKd.BootConfig.Hives;

namespace NetKd.BootConfig.Tests.Hives;

/// <summary>A power cut at every operation of a save: the old or the new hive is there whole, never neither.</summary>
public sealed class PowerCutTests
{
    private const string Path = "BCD";

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void The_old_or_the_new_hive_is_whole_after_a_power_cut(bool writesHalf, bool keepsUnflushed)
    {
        int operations = Save(int.MaxValue, writesHalf, out _);
        Assert.InRange(operations, 8, 20);
        int olds = 0;
        int news = 0;
        for (int cut = 0; cut < operations; cut++)
        {
            Save(cut, writesHalf, out FaultyFiles files);
            Hive found = HiveFile.Open(Path, files.AfterPowerCut(keepsUnflushed));
            switch (found.Root.Value("state")!.Text)
            {
                case "old":
                    olds++;
                    break;
                case "new":
                    news++;
                    Assert.Equal(100, found.Root.SubkeyCount);
                    break;
                default:
                    Assert.Fail("neither old nor new");
                    break;
            }
        }

        Assert.True(olds > 0);
        // The rename itself is the last change: only a disk that keeps unflushed names shows the new hive before the folder is flushed.
        Assert.Equal(keepsUnflushed ? 1 : 0, news);
        Save(int.MaxValue, writesHalf, out FaultyFiles done);
        Assert.Equal("new", HiveFile.Open(Path, done.AfterPowerCut(false)).Root.Value("state")!.Text);
        Assert.Equal("old", HiveFile.Open(Path + HiveFile.BackupSuffix, done.AfterPowerCut(false)).Root.Value("state")!.Text);
        Assert.Equal([Path, Path + HiveFile.BackupSuffix], done.Names.Order());
    }

    [Fact]
    public void A_file_that_was_being_written_says_so()
    {
        Hive hive = Hive.Create("root", "test");
        Assert.Contains("not closed cleanly", Assert.Throws<HiveFormatException>(() => Hive.Open(hive.BeginWrite())).Reason, StringComparison.Ordinal);
    }

    private static int Save(int failAt, bool writesHalf, out FaultyFiles files)
    {
        files = new FaultyFiles();
        Hive hive = Hive.Create("root", "test");
        hive.Root.SetValue("state", HiveValueType.String, HiveValue.FromText("old"));
        HiveFile.Save(hive, Path, files);
        hive = HiveFile.Open(Path, files);
        hive.Root.SetValue("state", HiveValueType.String, HiveValue.FromText("new"));
        for (int i = 0; i < 100; i++) hive.Root.FindOrAdd($"k{i}");
        files.WritesHalf = writesHalf;
        int before = files.Operations;
        files.FailAt = failAt == int.MaxValue ? int.MaxValue : before + failAt;
        if (failAt == int.MaxValue) HiveFile.Save(hive, Path, files);
        else SaveAndFail(hive, files);
        return files.Operations - before;
    }

    private static void SaveAndFail(Hive hive, FaultyFiles files) => Assert.Throws<IOException>(() => HiveFile.Save(hive, Path, files));
}
