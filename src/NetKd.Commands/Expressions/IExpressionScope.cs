namespace NetKd.Commands.Expressions;

/// <summary>What an expression may refer to: registers, symbols and memory of the target, and the user's own variables.</summary>
public interface IExpressionScope
{
    /// <summary>Radix of numbers without a prefix: 8, 10 or 16.</summary>
    int Radix { get; }

    /// <summary>Bytes in a pointer of the target.</summary>
    int PointerSize { get; }

    /// <summary>A register or flag of the current processor, by its plain name (<c>rax</c>, <c>zf</c>).</summary>
    bool TryReadRegister(string name, out ulong value);

    /// <summary>A pseudo-register, by its name with the dollar sign (<c>$ip</c>, <c>$t0</c>).</summary>
    bool TryReadPseudoRegister(string name, out ulong value);

    /// <summary>The address of <c>module!name</c>, <c>name</c> or a module.</summary>
    bool TryResolveSymbol(string name, out ulong address);

    /// <summary>Reads virtual memory; false when not all of it can be read.</summary>
    bool TryReadVirtual(ulong address, Span<byte> destination);

    /// <summary>Reads physical memory; false when not all of it can be read.</summary>
    bool TryReadPhysical(ulong address, Span<byte> destination);
}
