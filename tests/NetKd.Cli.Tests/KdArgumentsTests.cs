using NetKd.Cli.Commands;
using NetKd.Cli.Kd;

namespace NetKd.Cli.Tests;

public sealed class KdArgumentsTests
{
    [Theory]
    // facts: kernel-debugging-docs, A.2: the forms that Microsoft's pages print
    [InlineData("kd -k net:x", "kd -k net:x")]
    [InlineData("kd /k net:x", "kd -k net:x")]
    [InlineData("kd -k -d net:x", "kd -d -k net:x")]
    [InlineData("kd -d -k net:x", "kd -d -k net:x")]
    [InlineData("kd -K net:x /b", "kd -k net:x -b")]
    [InlineData("kd -k -b -d net:x -c r", "kd -b -d -k net:x -c r")]
    [InlineData("kd -c -k", "kd -c -k")]
    [InlineData("kd -b -k", "kd -b -k com:")]
    [InlineData("kd -k -b", "kd -b -k com:")]
    [InlineData("kd -y /symbols -k net:x", "kd -y /symbols -k net:x")]
    [InlineData("kd /KX exdi:gdb=a:1 -b", "kd -kx exdi:gdb=a:1 -b")]
    [InlineData("target sim /k", "target sim /k")]
    public void Normalizes(string given, string expected) =>
        Assert.Equal(expected, string.Join(' ', KdArguments.Normalize(given.Split(' '))));

    [Theory]
    [InlineData("\u0001", 'A')]
    [InlineData("\u0002", 'B')]
    [InlineData("^B", 'B')]
    [InlineData(" ^r ", 'R')]
    [InlineData("\u0017", 'W')]
    [InlineData("^Z", null)]
    [InlineData("r", null)]
    [InlineData("", null)]
    public void Control_keys(string line, char? expected) => Assert.Equal(expected, ControlKey.Parse(line));

    [Fact]
    public void The_history_is_bounded_private_and_keeps_no_keys()
    {
        string folder = Directory.CreateTempSubdirectory("netkd-test").FullName;
        string path = Path.Combine(folder, "netkd", "history");
        CommandHistory history = new(path);
        for (int i = 0; i < 1100; i++) history.Add($"? {i}");
        history.Add("net:port=1,key=secret");
        CommandHistory again = new(path);
        Assert.Equal(1000, again.Lines.Count);
        Assert.Equal("? 1099", again.Lines[^1]);
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Directory.Delete(folder, recursive: true);
    }
}
