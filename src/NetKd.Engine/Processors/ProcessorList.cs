namespace NetKd.Engine.Processors;

/// <summary>The target's processors, and which one registers and stacks are about.</summary>
public sealed class ProcessorList
{
    private int _current;

    internal ProcessorList()
    {
    }

    /// <summary>How many processors the target has.</summary>
    public int Count { get; private set; } = 1;

    /// <summary>
    /// The processor that registers and stacks are about: after an event the one that reported it. Another one is chosen on this
    /// side only: a KD target serves the registers of all its processors to whoever asks with their number.
    /// </summary>
    public int Current
    {
        get => _current;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(value, Count);
            _current = value;
        }
    }

    internal void SetFromEvent(in StateChange change)
    {
        Count = (int)Math.Clamp(change.ProcessorCount, 1, 2048);
        _current = Math.Min(change.Processor, Count - 1);
    }
}
