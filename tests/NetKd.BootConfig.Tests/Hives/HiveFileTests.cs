using NetKd.BootConfig.Hives;
using NetKd.BootConfig.Storage;

namespace NetKd.BootConfig.Tests.Hives;

/// <summary>Saves on a real disk: names, permissions, and what a failure leaves.</summary>
public sealed class HiveFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("netkd-hive-");

    private string Store => Path.Combine(_folder.FullName, "BCD");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_new_file_is_the_owners_own_and_a_replaced_one_keeps_its_permissions()
    {
        if (OperatingSystem.IsWindows()) return;
        Hive hive = Hive.Create("root", "test");
        HiveFile.Save(hive, Store);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Store));
        UnixFileMode shared = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
        File.SetUnixFileMode(Store, shared);
        HiveFile.Save(hive, Store);
        Assert.Equal(shared, File.GetUnixFileMode(Store));
        Assert.Equal(["BCD", "BCD.bak"], _folder.GetFiles().Select(file => file.Name).Order());
    }

    [Fact]
    public void Logs_beside_the_file_are_applied_when_it_is_opened()
    {
        Hive hive = Hive.Create("root", "test");
        byte[] before = hive.ToImage();
        hive.Root.SetValue("state", HiveValueType.String, HiveValue.FromText("new"));
        byte[] after = hive.ToImage();
        File.WriteAllBytes(Store, LogWriter.Dirty(before));
        Assert.Throws<HiveFormatException>(() => HiveFile.Open(Store));
        File.WriteAllBytes(Store + ".LOG2", LogWriter.NewLog(before, after));
        File.WriteAllBytes(Store + ".LOG1", []);
        Assert.Equal("new", HiveFile.Open(Store).Root.Value("state")!.Text);
    }

    [Fact]
    public void A_save_that_cannot_be_made_leaves_the_old_file_and_nothing_else()
    {
        HiveFile.Save(Hive.Create("root", "test"), Store);
        byte[] old = File.ReadAllBytes(Store);
        // A folder with the backup's name: the backup cannot be made.
        Directory.CreateDirectory(Store + HiveFile.BackupSuffix);
        Assert.ThrowsAny<Exception>(() => HiveFile.Save(HiveFile.Open(Store), Store, DiskFiles.Instance));
        Assert.Equal(old, File.ReadAllBytes(Store));
        Assert.Equal(["BCD"], _folder.GetFiles().Select(file => file.Name));
    }
}
