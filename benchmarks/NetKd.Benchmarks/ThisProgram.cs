using System.Diagnostics;

namespace NetKd.Benchmarks;

/// <summary>This program once more, as a process of its own: for what is measured between two processes, or from a process's start.</summary>
internal static class ThisProgram
{
    /// <summary>What to start.</summary>
    public static string Path => Environment.ProcessPath!;

    /// <summary>The arguments to start it with. <c>dotnet run</c> starts the program itself, <c>dotnet FILE.dll</c> one that needs the file first.</summary>
    public static string[] Arguments(params string[] arguments) =>
        System.IO.Path.GetFileNameWithoutExtension(Path) == "dotnet" ? [typeof(ThisProgram).Assembly.Location, .. arguments] : arguments;

    /// <summary>Starts it, its input and output in our hands.</summary>
    public static Process Start(params string[] arguments) =>
        Process.Start(new ProcessStartInfo(Path, Arguments(arguments)) { RedirectStandardOutput = true, RedirectStandardInput = true })!;
}
