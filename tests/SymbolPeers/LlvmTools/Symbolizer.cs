using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace NetKd.SymbolPeers.LlvmTools;

/// <summary>One frame that llvm-symbolizer names for an address: a function, or a call that was compiled into the next one.</summary>
/// <param name="Function">The function's name, empty when unknown.</param>
/// <param name="File">Path of the source file, empty when unknown.</param>
/// <param name="Line">The line, 0 when unknown.</param>
internal sealed record SymbolizedFrame(string Function, string File, uint Line);

/// <summary>Asks llvm-symbolizer about the addresses of one image.</summary>
internal static class Symbolizer
{
    /// <summary>For each offset from the image's base the frames there, the innermost call first.</summary>
    public static IReadOnlyList<IReadOnlyList<SymbolizedFrame>> Ask(string image, IReadOnlyCollection<uint> offsets)
    {
        StringBuilder questions = new();
        foreach (uint offset in offsets) questions.Append(CultureInfo.InvariantCulture, $"0x{offset:x}\n");
        string answers = Run(questions.ToString(), $"--obj={image}", "--relative-address", "--inlining", "--output-style=JSON");
        List<IReadOnlyList<SymbolizedFrame>> result = [];
        foreach (string line in answers.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using JsonDocument document = JsonDocument.Parse(line);
            result.Add(!document.RootElement.TryGetProperty("Symbol", out JsonElement symbols) ? [] :
                [.. symbols.EnumerateArray().Select(s => new SymbolizedFrame(s.GetProperty("FunctionName").GetString()!, s.GetProperty("FileName").GetString()!, s.GetProperty("Line").GetUInt32()))]);
        }

        Assert.Equal(offsets.Count, result.Count);
        return result;
    }

    private static string Run(string input, params IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new("llvm-symbolizer", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
        using Process process = SampleProgram.Start(start);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output.Result;
    }
}
