using System.Text.RegularExpressions;

namespace NetKd.Interop;

/// <summary>A boot configuration store that <c>./netkd bcdedit</c> makes and edits, with kernel debugging on.</summary>
internal sealed partial class StoryStore : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("netkd-story").FullName;

    public string Path => System.IO.Path.Combine(_folder, "BCD");

    /// <summary>The key that a command printed last.</summary>
    public string Key { get; private set; } = "";

    public static async Task<StoryStore> CreateAsync(params string[] commands)
    {
        StoryStore store = new();
        await RunAsync("/createstore", store.Path, "/template", "targetos");
        await store.EditAsync("/debug on");
        await store.EditAsync(commands);
        return store;
    }

    /// <summary>Runs commands on the store, words parted by blanks.</summary>
    public async Task EditAsync(params string[] commands)
    {
        foreach (string command in commands)
        {
            string output = await RunAsync(["/store", Path, .. command.Split(' ')]);
            if (KeyLine().Match(output) is { Success: true } key) Key = key.Groups[1].Value;
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task<string> RunAsync(params string[] arguments)
    {
        (int exitCode, string output) = await CommandLine.RunAsync(["bcdedit", .. arguments]);
        Assert.True(exitCode == 0, output);
        Assert.Contains("The operation completed successfully.", output, StringComparison.Ordinal);
        return output;
    }

    [GeneratedRegex("^Key=(\\S+)", RegexOptions.Multiline)]
    private static partial Regex KeyLine();
}
