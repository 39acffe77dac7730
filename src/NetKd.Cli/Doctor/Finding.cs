namespace NetKd.Cli.Doctor;

/// <summary>How a finding counts.</summary>
internal enum Severity
{
    /// <summary>As it should be.</summary>
    Ok,
    /// <summary>May be the reason why no target connects.</summary>
    Warn,
    /// <summary>Keeps a target from connecting.</summary>
    Fail,
}

/// <summary>One thing that was examined.</summary>
/// <param name="Severity">How it counts.</param>
/// <param name="Topic">What was examined, one word, stable for scripts.</param>
/// <param name="Text">What was found, one line.</param>
/// <param name="NextStep">What to do about it; empty when there is nothing to do.</param>
internal sealed record Finding(Severity Severity, string Topic, string Text, string NextStep = "");
