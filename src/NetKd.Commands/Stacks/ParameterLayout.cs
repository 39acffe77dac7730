namespace NetKd.Commands.Stacks;

/// <summary>How a stack shows the parameters of functions.</summary>
internal enum ParameterLayout
{
    None,
    /// <summary><c>kp</c>: behind the function's name.</summary>
    InLine,
    /// <summary><c>kP</c>: each on a line of its own.</summary>
    LineEach,
}
