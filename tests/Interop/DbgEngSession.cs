using System.Globalization;
using System.Text;

namespace NetKd.Interop;

/// <summary>What a session with Microsoft's engine printed, by step.</summary>
public sealed class DbgEngSession
{
    private const string BeginMark = "@@ begin ";
    private const string EndMark = "@@ end ";

    /// <summary>Reads the host program's output. A step that never ended is left out.</summary>
    public DbgEngSession(string transcript)
    {
        Transcript = transcript;
        var steps = new List<DbgEngStep>();
        var output = new StringBuilder();
        string? command = null;
        foreach (string line in transcript.ReplaceLineEndings("\n").Split('\n'))
        {
            if (line.StartsWith(BeginMark, StringComparison.Ordinal))
            {
                command = line[BeginMark.Length..];
                output.Clear();
            }
            else if (line.StartsWith(EndMark, StringComparison.Ordinal) && command is not null)
            {
                string[] fields = line[EndMark.Length..].Split(' ');
                uint result = uint.Parse(fields[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                steps.Add(new DbgEngStep(command, result, int.Parse(fields[1], CultureInfo.InvariantCulture), output.ToString()));
                command = null;
            }
            else
            {
                output.Append(line).Append('\n');
            }
        }

        Steps = steps;
    }

    /// <summary>Everything, for messages.</summary>
    public string Transcript { get; }

    /// <summary>The steps that ended, in order; the first is @attach.</summary>
    public IReadOnlyList<DbgEngStep> Steps { get; }

    /// <summary>
    /// A step by its command, the n-th of equal ones; asserts that it succeeded. Fails the test with the whole transcript when it is missing.
    /// </summary>
    public DbgEngStep Succeeded(string command, int occurrence = 0)
    {
        DbgEngStep? step = Steps.Where(candidate => candidate.Command == command).ElementAtOrDefault(occurrence);
        if (step is null) throw new Xunit.Sdk.XunitException($"'{command}' (occurrence {occurrence}) did not end.\n{Transcript}");
        if (step.Result != 0) throw new Xunit.Sdk.XunitException($"'{command}' ended with {step.Result:x8}.\n{Transcript}");
        return step;
    }

    /// <summary>Asserts that a step succeeded and that its output has a text.</summary>
    public void Shows(string command, string text, int occurrence = 0)
    {
        DbgEngStep step = Succeeded(command, occurrence);
        if (!step.Output.Contains(text, StringComparison.OrdinalIgnoreCase))
            throw new Xunit.Sdk.XunitException($"'{command}' does not show '{text}':\n{step.Output}\nWhole session:\n{Transcript}");
    }
}
