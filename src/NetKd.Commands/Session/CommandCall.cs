namespace NetKd.Commands.Session;

/// <summary>One use of a command.</summary>
/// <param name="Name">The name it was found by.</param>
/// <param name="Arguments">The rest of the command.</param>
/// <param name="Cancellation">Cancelled when the user wants the command to end.</param>
internal sealed record CommandCall(string Name, ArgumentReader Arguments, CancellationToken Cancellation);
