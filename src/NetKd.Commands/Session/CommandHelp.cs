namespace NetKd.Commands.Session;

/// <summary>Help on a command.</summary>
/// <param name="Syntax">How it is written.</param>
/// <param name="Summary">What it does, in one sentence.</param>
/// <param name="Example">A line to try.</param>
public sealed record CommandHelp(string Syntax, string Summary, string Example);
