using NetKd.Commands.Expressions;

namespace NetKd.Commands.Types;

/// <summary>A scope whose memory is physical: <c>dt -p</c>.</summary>
internal sealed class PhysicalScope(IExpressionScope scope) : IExpressionScope
{
    public int Radix => scope.Radix;

    public int PointerSize => scope.PointerSize;

    public ITypeScope Types => scope.Types;

    public bool TryReadRegister(string name, out ulong value) => scope.TryReadRegister(name, out value);

    public bool TryReadPseudoRegister(string name, out ulong value) => scope.TryReadPseudoRegister(name, out value);

    public bool TryResolveSymbol(string name, out ulong address) => scope.TryResolveSymbol(name, out address);

    public string? DescribeAddress(ulong address) => scope.DescribeAddress(address);

    public bool TryReadVirtual(ulong address, Span<byte> destination) => scope.TryReadPhysical(address, destination);

    public bool TryReadPhysical(ulong address, Span<byte> destination) => scope.TryReadPhysical(address, destination);
}
