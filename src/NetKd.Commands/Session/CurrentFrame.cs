namespace NetKd.Commands.Session;

/// <summary>
/// The frame whose variables expressions see: the innermost one, until <c>.frame</c> chooses another or the target runs.
/// </summary>
internal sealed class CurrentFrame(DebugClient client)
{
    private StackFrame? _frame;

    /// <summary>Its number on the stack, 0 for the innermost.</summary>
    public int Number { get; private set; }

    /// <summary>True once <c>.frame</c> has chosen one.</summary>
    public bool IsChosen => _frame is not null;

    /// <summary>The frame; null when there is none. Walking to the innermost one may cost requests.</summary>
    public StackFrame? Frame
    {
        get
        {
            if (_frame is not null) return _frame;
            IReadOnlyList<StackFrame> frames = client.Stacks.WalkWithInlined(1);
            return frames.Count == 0 ? null : frames[0];
        }
    }

    /// <summary>Chooses a frame.</summary>
    public void Choose(int number, StackFrame frame)
    {
        Number = number;
        _frame = frame;
    }

    /// <summary>Back to the innermost.</summary>
    public void Reset()
    {
        Number = 0;
        _frame = null;
    }
}
