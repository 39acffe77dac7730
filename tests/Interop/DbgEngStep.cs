namespace NetKd.Interop;

/// <summary>One step of a session with Microsoft's engine.</summary>
/// <param name="Command">The command or action.</param>
/// <param name="Result">HRESULT of the step, its wait included.</param>
/// <param name="Status">What GetExecutionStatus said after it; 6 is DEBUG_STATUS_BREAK.</param>
/// <param name="Output">The engine's output during the step.</param>
public sealed record DbgEngStep(string Command, uint Result, int Status, string Output)
{
    /// <summary>DEBUG_STATUS_BREAK.</summary>
    public const int Break = 6;
}
