using NetKd.BootConfig.Hives;

namespace NetKd.BootConfig.Tests.Hives;

/// <summary>Hives that were not closed cleanly are brought up to date from the logs beside them.</summary>
public sealed class HiveLogTests
{
    private readonly byte[][] _images;

    public HiveLogTests()
    {
        Hive hive = Hive.Create("root", "test");
        for (int i = 0; i < 20; i++) hive.Root.FindOrAdd($"k{i}");
        _images = new byte[4][];
        for (int step = 0; step < _images.Length; step++)
        {
            hive.Root.SetValue("step", HiveValueType.UInt32, BitConverter.GetBytes(step));
            for (int i = 0; i < 30; i++) hive.Root.FindOrAdd($"step{step}").SetValue($"v{i}", HiveValueType.Binary, new byte[100]);
            _images[step] = hive.ToImage();
        }
    }

    // Vectors from the .NET runtime's own tests of Marvin (MIT), which has the same algorithm.
    [Theory]
    [InlineData("", 0x30ED35C100CD3C7D)]
    [InlineData("AF", 0x48E73FC77D75DDC1)]
    [InlineData("E70F", 0xB5F6E1FC485DBFF8)]
    [InlineData("37F495", 0xF0B07C789B8CF7E8)]
    [InlineData("8642DC59", 0x7008F2E87E9CF556)]
    [InlineData("153FB79826", 0xE6C08C6DA2AFA997)]
    [InlineData("0932E6246C47", 0x6F04BF1A5EA24060)]
    public void Marvin_is_the_published_hash(string data, ulong expected) =>
        Assert.Equal(expected, Marvin32.Hash(Convert.FromHexString(data), 0x004fb61a001bdbccUL));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Entries_of_the_new_format_are_applied(bool wrongChecksum)
    {
        Hive hive = Hive.Open(LogWriter.Dirty(_images[0], wrongChecksum), [LogWriter.NewLog(_images)]);
        AssertStep(3, hive);
        Assert.Contains("3 log entries were applied", hive.Recovery, StringComparison.Ordinal);
        Assert.True(hive.Sequence >= LogWriter.Sequence(_images[3]));
        AssertStep(3, Hive.Open(hive.ToImage(), [LogWriter.NewLog(_images)]));
    }

    [Fact]
    public void Entries_split_over_two_logs_are_applied_in_their_order() =>
        AssertStep(3, Hive.Open(LogWriter.Dirty(_images[0]), [LogWriter.NewLog(_images[1..]), LogWriter.NewLog(_images[..2])]));

    [Fact]
    public void Old_entries_are_left_out_and_a_clean_hive_ignores_its_log()
    {
        AssertStep(3, Hive.Open(LogWriter.Dirty(_images[1]), [LogWriter.NewLog(_images)]));
        Hive clean = Hive.Open(_images[1], [LogWriter.NewLog(_images)]);
        AssertStep(1, clean);
        Assert.Null(clean.Recovery);
    }

    [Fact]
    public void The_next_write_is_newer_than_every_log_that_stays_beside_the_file()
    {
        Hive clean = Hive.Open(_images[1], [LogWriter.NewLog(_images)]);
        Assert.True(LogWriter.Sequence(clean.ToImage()) > LogWriter.Sequence(_images[3]));
    }

    [Fact]
    public void Recovery_stops_at_the_first_damaged_entry()
    {
        byte[] log = LogWriter.NewLog(_images);
        int second = log.AsSpan(1024).IndexOf("HvLE"u8) + 1024;
        log[second + 100] ^= 1;
        AssertStep(1, Hive.Open(LogWriter.Dirty(_images[0]), [log]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Pages_of_the_old_format_are_applied(bool wrongChecksum) =>
        AssertStep(1, Hive.Open(LogWriter.Dirty(_images[0], wrongChecksum), [LogWriter.OldLog(_images[0], _images[1])]));

    [Fact]
    public void A_log_of_another_time_is_not_applied()
    {
        byte[] log = LogWriter.OldLog(_images[1], _images[2]);
        Assert.Throws<HiveFormatException>(() => Hive.Open(LogWriter.Dirty(_images[0]), [log]));
    }

    [Fact]
    public void Damaged_logs_are_refused_or_harmless()
    {
        byte[][] logs = [LogWriter.NewLog(_images), LogWriter.OldLog(_images[0], _images[1])];
        for (int seed = 0; seed < 1000; seed++)
        {
            Random random = new(seed);
            byte[] log = (byte[])logs[seed % 2].Clone();
            for (int i = random.Next(1, 4); i > 0; i--) log[random.Next(seed % 3 == 0 ? log.Length : 1100)] = (byte)random.Next(256);
            try
            {
                Hive.Open(LogWriter.Dirty(_images[0], seed % 5 == 0), [log[..random.Next(log.Length / 2, log.Length)]]);
            }
            catch (HiveFormatException)
            {
            }
        }
    }

    private static void AssertStep(int step, Hive hive)
    {
        Assert.Equal(step, BitConverter.ToInt32(hive.Root.Value("step")!.Data));
        Assert.Equal(30, hive.Root.Find($"step{step}")!.Values.Count());
    }
}
