namespace NetKd.BootConfig.Bcd;

/// <summary>The value of an element, by its format. Data that does not fit its format is <see cref="Unreadable"/> and is kept.</summary>
public abstract record BcdValue
{
    private BcdValue()
    {
    }

    /// <summary>A device descriptor, as stored.</summary>
    public sealed record Device(BcdDevice Value) : BcdValue;

    /// <summary>Text.</summary>
    public sealed record String(string Value) : BcdValue;

    /// <summary>An object.</summary>
    public sealed record Object(Guid Value) : BcdValue;

    /// <summary>Objects in order.</summary>
    public sealed record ObjectList(IReadOnlyList<Guid> Values) : BcdValue;

    /// <summary>A number.</summary>
    public sealed record Integer(ulong Value) : BcdValue;

    /// <summary>Yes or no.</summary>
    public sealed record Boolean(bool Value) : BcdValue;

    /// <summary>Numbers in order.</summary>
    public sealed record IntegerList(IReadOnlyList<ulong> Values) : BcdValue;

    /// <summary>Data that its format does not explain.</summary>
    public sealed record Unreadable(byte[] Data) : BcdValue;
}
