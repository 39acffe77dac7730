using System.Buffers.Binary;
using NetKd.Gdb;

namespace NetKd.Target.Bridge;

/// <summary>
/// The registers of one processor as a stub gives them, and as NT's records have them. Read at the first use after each <see cref="Forget"/>: those that
/// stubs give at once, and others one by one when they are asked for. Names are gdb's and QEMU's; what a stub does not give reads as zero and is not
/// written.
/// </summary>
internal abstract class StubRegisters(GdbClient client, string thread)
{
    private readonly TargetDescription _description = client.Description;
    private readonly byte[] _block = new byte[client.Description.Size];
    private readonly HashSet<int> _asked = [];
    private int _given;
    private bool _isRead;

    /// <summary>A place in one of NT's records, and the stub's register that belongs there.</summary>
    protected readonly record struct Place(string Name, int Offset, int Size);

    /// <summary>The processor's breakpoint registers, which are the bridge's own.</summary>
    public abstract HardwareBreakpoints Breakpoints { get; }

    /// <summary>The program counter, as KD carries it.</summary>
    public abstract ulong ProgramCounter { get; }

    /// <summary>What the CONTEXT record holds.</summary>
    protected abstract IReadOnlyList<Place> ContextPlaces { get; }

    /// <summary>What the special registers hold.</summary>
    protected abstract IReadOnlyList<Place> SpecialPlaces { get; }

    /// <summary>A register's value, 0 for one that the stub does not have or that is longer than eight bytes.</summary>
    public ulong this[string name]
    {
        get
        {
            if (_description.Find(name) is not { Size: <= sizeof(ulong) } register) return 0;
            Need([register]);
            Span<byte> value = stackalloc byte[sizeof(ulong)];
            value.Clear();
            _block.AsSpan(register.Offset, register.Size).CopyTo(value);
            return BinaryPrimitives.ReadUInt64LittleEndian(value);
        }
    }

    /// <summary>True for a register that the stub has.</summary>
    public bool Has(string name) => _description.Find(name) is not null;

    /// <summary>Forgets what was read: the machine runs, or was changed.</summary>
    public void Forget()
    {
        _isRead = false;
        _asked.Clear();
    }

    /// <summary>Writes the CONTEXT record, which is clear.</summary>
    public virtual void WriteContext(Span<byte> record)
    {
        Write(record, ContextPlaces);
        Breakpoints.WriteContext(record);
    }

    /// <summary>Sets what a CONTEXT record has different. False when the stub refuses one.</summary>
    public bool TakeContext(ReadOnlySpan<byte> record)
    {
        Breakpoints.ReadContext(record);
        return Take(record, ContextPlaces);
    }

    /// <summary>Writes the special registers into a clear block.</summary>
    public virtual void WriteSpecial(Span<byte> block)
    {
        Write(block, SpecialPlaces);
        Breakpoints.WriteSpecial(block);
    }

    /// <summary>Sets what a block of special registers has different. False when the stub refuses one.</summary>
    public bool TakeSpecial(ReadOnlySpan<byte> block)
    {
        Breakpoints.ReadSpecial(block);
        return Take(block, SpecialPlaces);
    }

    /// <summary>Sets a register by name. False when the stub has none of it, or does not keep the value: QEMU says yes to system registers that it leaves alone.</summary>
    public bool TrySet(string name, ulong value)
    {
        if (_description.Find(name) is not { Size: <= sizeof(ulong) } register) return false;
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        bool done = client.TryWriteRegister(thread, register, bytes[..register.Size]);
        Forget();
        bytes[register.Size..].Clear();
        return done && this[name] == BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    private void Write(Span<byte> record, IReadOnlyList<Place> places)
    {
        Need(places.Select(place => _description.Find(place.Name)).OfType<GdbRegister>());
        foreach (Place place in places)
        {
            if (_description.Find(place.Name) is not { } register) continue;
            _block.AsSpan(register.Offset, Math.Min(place.Size, register.Size)).CopyTo(record[place.Offset..]);
        }
    }

    private bool Take(ReadOnlySpan<byte> record, IReadOnlyList<Place> places)
    {
        Need(places.Select(place => _description.Find(place.Name)).OfType<GdbRegister>());
        bool all = true;
        foreach (Place place in places)
        {
            if (_description.Find(place.Name) is not { } register) continue;
            Span<byte> current = _block.AsSpan(register.Offset, register.Size);
            ReadOnlySpan<byte> wanted = record.Slice(place.Offset, Math.Min(place.Size, register.Size));
            if (current[..wanted.Length].SequenceEqual(wanted)) continue;
            wanted.CopyTo(current);
            all &= client.TryWriteRegister(thread, register, current);
        }

        // What the stub refused is not what the block says now.
        if (!all) Forget();
        return all;
    }

    private void Need(IEnumerable<GdbRegister> registers)
    {
        if (!_isRead) _given = client.ReadRegisters(thread, _block);
        _isRead = true;
        client.ReadRegisters(thread, [.. registers.Where(register => register.Offset + register.Size > _given && _asked.Add(register.Number))], _block);
    }
}
