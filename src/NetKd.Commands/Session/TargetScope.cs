namespace NetKd.Commands.Session;

/// <summary>The target as expressions see it.</summary>
internal sealed class TargetScope(CommandSession session) : IExpressionScope
{
    public int Radix => session.Radix;

    public int PointerSize => session.IsStopped && !session.Client.Target.Is64Bit ? 4 : 8;

    public bool TryReadRegister(string name, out ulong value)
    {
        value = 0;
        if (!session.IsStopped || !session.Client.Registers.TryRead(name, out RegisterValue register)) return false;
        value = register.Low;
        return true;
    }

    public bool TryReadPseudoRegister(string name, out ulong value) => session.Variables.TryRead(name, out value);

    public bool TryResolveSymbol(string name, out ulong address)
    {
        address = 0;
        return session.IsStopped && session.Client.Symbols.TryResolve(name, out address);
    }

    public bool TryReadVirtual(ulong address, Span<byte> destination) =>
        session.IsStopped && session.Client.Virtual.Read(address, destination) == destination.Length;

    public bool TryReadPhysical(ulong address, Span<byte> destination) =>
        session.IsStopped && session.Client.Physical.Read(address, destination) == destination.Length;
}
