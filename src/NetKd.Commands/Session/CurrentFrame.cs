namespace NetKd.Commands.Session;

/// <summary>
/// The frame whose variables expressions see: the innermost one, until <c>.frame</c> chooses another or the target runs.
/// </summary>
internal sealed class CurrentFrame(DebugClient client)
{
    /// <summary>Its number on the stack, 0 for the innermost.</summary>
    public int Number { get; private set; }

    /// <summary>The frame that <c>.frame</c> has chosen; null for the innermost one, which the processor's registers describe without a walk.</summary>
    public StackFrame? Chosen { get; private set; }

    /// <summary>Its program counter.</summary>
    public ulong InstructionPointer => Chosen?.InstructionPointer ?? client.Registers.InstructionPointer;

    /// <summary>The address to look its function up by.</summary>
    public ulong LookupAddress => Chosen?.LookupAddress ?? client.Registers.InstructionPointer;

    /// <summary>Chooses a frame.</summary>
    public void Choose(int number, StackFrame frame)
    {
        Number = number;
        Chosen = frame;
    }

    /// <summary>Back to the innermost.</summary>
    public void Reset()
    {
        Number = 0;
        Chosen = null;
    }
}
