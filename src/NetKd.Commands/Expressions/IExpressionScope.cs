using NetKd.Commands.Types;

namespace NetKd.Commands.Expressions;

/// <summary>What an expression may refer to: registers, symbols and memory of the target, and the user's own variables.</summary>
public interface IExpressionScope
{
    /// <summary>Radix of numbers without a prefix: 8, 10 or 16.</summary>
    int Radix { get; }

    /// <summary>Bytes in a pointer of the target.</summary>
    int PointerSize { get; }

    /// <summary>Arguments of commands are C++ rather than MASM (<c>.expr /s c++</c>).</summary>
    bool PrefersCpp => false;

    /// <summary>Types and typed variables.</summary>
    ITypeScope Types => NoTypes.Instance;

    /// <summary>A register or flag of the current processor, by its plain name (<c>rax</c>, <c>zf</c>).</summary>
    bool TryReadRegister(string name, out ulong value);

    /// <summary>A pseudo-register, by its name with the dollar sign (<c>$ip</c>, <c>$t0</c>).</summary>
    bool TryReadPseudoRegister(string name, out ulong value);

    /// <summary>Writes a register or, with a dollar sign, a pseudo-register; false when it cannot be written.</summary>
    bool TryWriteRegister(string name, ulong value) => false;

    /// <summary>The address of <c>module!name</c>, <c>name</c> or a module.</summary>
    bool TryResolveSymbol(string name, out ulong address);

    /// <summary>The address of a source line, such as <c>nt!boot.c:12</c>; a module and a line may be left out, the line of 0 means the first.</summary>
    bool TryResolveLine(string module, string file, uint line, out ulong address)
    {
        address = 0;
        return false;
    }

    /// <summary>The entry point of the image that is loaded at an address.</summary>
    bool TryFindEntryPoint(ulong imageBase, out ulong address)
    {
        address = 0;
        return false;
    }

    /// <summary>The nearest symbol with its displacement (<c>nt!Name+0x10</c>), or null where none is.</summary>
    string? DescribeAddress(ulong address) => null;

    /// <summary>Reads virtual memory; false when not all of it can be read.</summary>
    bool TryReadVirtual(ulong address, Span<byte> destination);

    /// <summary>Reads virtual memory and gives how many bytes from the start could be read.</summary>
    int ReadVirtual(ulong address, Span<byte> destination) => TryReadVirtual(address, destination) ? destination.Length : 0;

    /// <summary>Reads physical memory; false when not all of it can be read.</summary>
    bool TryReadPhysical(ulong address, Span<byte> destination);

    /// <summary>Writes virtual memory; false when not all of it was written.</summary>
    bool TryWriteVirtual(ulong address, ReadOnlySpan<byte> data) => false;
}
