using System.Text.Json;

namespace NetKd.Cli.Doctor;

/// <summary>Prints findings: a line and its next step, or a JSON object a line.</summary>
internal sealed class DoctorOutput(TextWriter writer, bool isJson)
{
    /// <summary>The worst severity printed so far.</summary>
    public Severity Worst { get; private set; }

    /// <summary>Prints one finding.</summary>
    public void Write(Finding finding)
    {
        if (finding.Severity > Worst) Worst = finding.Severity;
        string severity = Name(finding.Severity);
        if (isJson)
        {
            writer.WriteLine(JsonSerializer.Serialize(new { type = "finding", severity, topic = finding.Topic, text = finding.Text, next = finding.NextStep }));
        }
        else
        {
            writer.WriteLine($"{severity,-4}  {finding.Topic,-8}  {finding.Text}");
            if (finding.NextStep.Length > 0) writer.WriteLine($"{"",-16}next: {finding.NextStep}");
        }

        writer.Flush();
    }

    /// <summary>Prints several.</summary>
    public void Write(IEnumerable<Finding> findings)
    {
        foreach (Finding finding in findings) Write(finding);
    }

    private static string Name(Severity severity) => severity switch
    {
        Severity.Ok => "ok",
        Severity.Warn => "warn",
        _ => "fail",
    };
}
