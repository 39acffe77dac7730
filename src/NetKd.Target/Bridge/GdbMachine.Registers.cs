namespace NetKd.Target.Bridge;

/// <summary>Registers: read once for each processor and halt.</summary>
public abstract partial class GdbMachine
{
    private StubRegisters[] _processors = [];

    /// <inheritdoc/>
    public override ulong ProgramCounter(int processor) => _processors[processor].ProgramCounter;

    /// <inheritdoc/>
    public override bool ReadMsr(uint register, out ulong value)
    {
        value = 0;
        if (NameOf(register) is not { } name || !_processors[_current].Has(name)) return false;
        value = _processors[_current][name];
        return true;
    }

    /// <inheritdoc/>
    public override bool WriteMsr(uint register, ulong value) => NameOf(register) is { } name && _processors[_current].TrySet(name, value);

    /// <inheritdoc/>
    public override bool ReadContext(int processor, Span<byte> context)
    {
        if ((uint)processor >= (uint)ProcessorCount) return false;
        context[..ContextSize].Clear();
        _processors[processor].WriteContext(context);
        return true;
    }

    /// <inheritdoc/>
    public override bool WriteContext(int processor, ReadOnlySpan<byte> context) =>
        (uint)processor < (uint)ProcessorCount && _processors[processor].TakeContext(context);

    /// <inheritdoc/>
    protected override void WriteSpecialRegisters(int processor, Span<byte> block)
    {
        block[..SpecialRegistersSize].Clear();
        _processors[processor].WriteSpecial(block);
    }

    /// <inheritdoc/>
    protected override bool TakeSpecialRegisters(int processor, ReadOnlySpan<byte> block) => _processors[processor].TakeSpecial(block);

    /// <summary>Makes the registers of a processor, by the stub's id for it.</summary>
    private protected abstract StubRegisters MakeRegisters(string thread);

    /// <summary>What the stub calls a system register of a number, or null for one that nobody has named.</summary>
    protected virtual string? RegisterName(uint register) => null;

    /// <summary>A processor's registers.</summary>
    private protected StubRegisters Registers(int processor) => _processors[processor];

    // What a file of the user's says counts first.
    private string? NameOf(uint register) => _registerNames?.GetValueOrDefault((_architecture, register)) ?? RegisterName(register);
}
