using System.Diagnostics.CodeAnalysis;
using NetKd.Commands.Expressions;
using NetKd.Symbols.Scopes;
using NetKd.Symbols.Types;

namespace NetKd.Commands.Types;

/// <summary>
/// The variables of one frame: those of its function and of the blocks that hold the program counter, or of the inlined function that the frame
/// stands for, each where it is at that instruction.
/// </summary>
internal sealed class LocalScope
{
    private const int MaxDepth = 64;
    // Stack slots this near to each other are read with one request; what lies between costs less than another.
    private const ulong MaxGap = 256;
    private const int MaxSpan = 4096;

    private readonly TypedModule _module;
    private readonly uint _offset;
    private readonly IFrameRegisters _registers;
    private readonly IExpressionScope _memory;

    /// <summary>The scope of an instruction.</summary>
    /// <param name="module">The module that holds it.</param>
    /// <param name="function">The function that holds it.</param>
    /// <param name="inline">The inlined function that the frame stands for, or null.</param>
    /// <param name="offset">The instruction, in bytes from the module's base.</param>
    /// <param name="registers">The frame's registers.</param>
    /// <param name="memory">The target's memory.</param>
    public LocalScope(TypedModule module, FunctionScope function, InlineSite? inline, uint offset, IFrameRegisters registers, IExpressionScope memory)
    {
        _module = module;
        _offset = offset;
        _registers = registers;
        _memory = memory;
        Function = function;
        List<LocalVariable> variables = [.. inline?.Variables ?? function.Variables];
        if (inline is null) AddBlocks(function.Blocks, variables, MaxDepth);
        Variables = variables;
    }

    /// <summary>The function.</summary>
    public FunctionScope Function { get; }

    /// <summary>Its variables at this instruction, the outermost block's first.</summary>
    public IReadOnlyList<LocalVariable> Variables { get; }

    /// <summary>A variable by name; of several the innermost block's.</summary>
    public bool TryFind(string name, [NotNullWhen(true)] out TypedValue? value)
    {
        LocalVariable? found = Variables.LastOrDefault(variable => variable.Name == name);
        value = found is null ? null : Value(found);
        return found is not null;
    }

    /// <summary>The type of a variable.</summary>
    public TypeInfo TypeOf(LocalVariable variable) =>
        variable.TypeIndex != 0 && _module.Symbols.Types is { } types ? types.Get(variable.TypeIndex) : BuiltInTypes.UnsignedInt64;

    /// <summary>Where a variable is; null when it is nowhere at this instruction.</summary>
    public ValueLocation? LocationOf(LocalVariable variable) => variable.LocationAt(_offset);

    /// <summary>A variable's place or value; what is in memory is not read.</summary>
    public TypedValue Value(LocalVariable variable)
    {
        TypeInfo type = TypeOf(variable);
        return LocationOf(variable) is { } location ? At(type, location) : TypedValue.Unavailable(type);
    }

    /// <summary>Where in memory a variable is; null for one that is elsewhere.</summary>
    public ulong? AddressOf(LocalVariable variable) => Value(variable).Address;

    /// <summary>The values of variables, those in memory read with as few requests as their places allow.</summary>
    public IReadOnlyList<TypedValue> Load(IReadOnlyList<LocalVariable> variables)
    {
        TypedValue[] values = [.. variables.Select(Value)];
        List<(ulong Start, ulong End)> spans = [];
        foreach (TypedValue value in values.Where(v => v.Bytes is null && v.Address is not null && v.Type.Size is > 0 and <= MaxSpan).OrderBy(v => v.Address))
        {
            ulong start = value.Address!.Value;
            ulong end = unchecked(start + value.Type.Size);
            if (end < start) continue;
            if (spans.Count > 0 && start - spans[^1].Start < MaxSpan && start <= unchecked(spans[^1].End + MaxGap) && end - spans[^1].Start <= MaxSpan)
                spans[^1] = (spans[^1].Start, Math.Max(spans[^1].End, end));
            else
                spans.Add((start, end));
        }

        foreach ((ulong start, ulong end) in spans)
        {
            byte[] bytes = new byte[(int)(end - start)];
            int read = _memory.ReadVirtual(start, bytes);
            for (int i = 0; i < values.Length; i++)
            {
                if (values[i] is not { Bytes: null, Address: ulong address } value || address < start || address >= end || value.Type.Size > end - address) continue;
                int from = Math.Min((int)(address - start), read);
                values[i] = TypedValue.InMemory(value.Type, address, bytes.AsMemory(from, Math.Min((int)value.Type.Size, read - from)));
            }
        }

        return values;
    }

    private TypedValue At(TypeInfo type, ValueLocation location)
    {
        switch (location)
        {
            case RegisterLocation register:
                if (_registers.Read(register.Register) is not { } bytes) return TypedValue.Unavailable(type);
                ReadOnlyMemory<byte> kept = bytes[..(int)Math.Min((ulong)bytes.Length, type.Size)];
                return _registers.IsWritable ? TypedValue.InRegister(type, register.Register, kept) : TypedValue.OfBytes(type, kept);
            case RegisterRelativeLocation relative:
                return Base(relative.Register) is ulong origin ? TypedValue.InMemory(type, unchecked(origin + (ulong)relative.Offset)) : TypedValue.Unavailable(type);
            case ImageLocation image:
                return TypedValue.InMemory(type, _module.Base + image.Offset);
            case ConstantLocation constant:
                return TypedValue.OfInteger(type, constant.Value);
            case PieceLocation pieces:
                return Assemble(type, pieces);
            default:
                return TypedValue.Unavailable(type);
        }
    }

    private ulong? Base(string register)
    {
        if (register == "$T0") return _registers.VirtualFrame is var frame and not 0 ? frame : null;
        return _registers.Read(register) is { } bytes ? ValueReader.Integer(BuiltInTypes.UnsignedInt64, bytes.Span) : null;
    }

    // The compiler split a structure: each part is where its own location says, up to the next part. A gap leaves the rest unknown.
    private TypedValue Assemble(TypeInfo type, PieceLocation location)
    {
        byte[] whole = new byte[(int)Math.Min(type.Size, MaxSpan)];
        int known = 0;
        LocationPiece[] pieces = [.. location.Pieces.OrderBy(piece => piece.Offset)];
        for (int i = 0; i < pieces.Length && pieces[i].Offset == known; i++)
        {
            int end = i + 1 < pieces.Length ? (int)Math.Min(pieces[i + 1].Offset, (uint)whole.Length) : whole.Length;
            int length = end - known;
            TypedValue part = At(ComposedTypes.ArrayOf(BuiltInTypes.UnsignedChar, (ulong)length), pieces[i].Location);
            if (part.Address is ulong address && part.Bytes is null)
            {
                known += _memory.ReadVirtual(address, whole.AsSpan(known, length));
            }
            else if (part.Bytes is { } bytes)
            {
                bytes.Span[..Math.Min(bytes.Length, length)].CopyTo(whole.AsSpan(known));
                known += Math.Min(bytes.Length, length);
            }
        }

        return known == 0 && whole.Length > 0 ? TypedValue.Unavailable(type) : TypedValue.OfBytes(type, whole.AsMemory(0, known));
    }

    private void AddBlocks(IReadOnlyList<BlockScope> blocks, List<LocalVariable> variables, int depth)
    {
        if (depth == 0) return;
        foreach (BlockScope block in blocks)
        {
            if (unchecked(_offset - block.Offset) >= block.Size) continue;
            variables.AddRange(block.Variables);
            AddBlocks(block.Blocks, variables, depth - 1);
        }
    }
}
