namespace NetKd.Commands.Session;

/// <summary>What <c>.break</c> and <c>.continue</c> ask of the loop around them.</summary>
internal enum LoopSignal
{
    None,
    Break,
    Continue,
}
