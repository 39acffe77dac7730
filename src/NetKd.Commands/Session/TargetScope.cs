using NetKd.Commands.Types;

namespace NetKd.Commands.Session;

/// <summary>The target as expressions see it.</summary>
internal sealed class TargetScope(CommandSession session) : IExpressionScope
{
    public int Radix => session.Radix;

    public int PointerSize => session.IsStopped ? session.Client.Target.PointerSize : 8;

    public bool PrefersCpp => session.PrefersCpp;

    public ITypeScope Types => session.Types;

    public bool TryResolveLine(string module, string file, uint line, out ulong address)
    {
        address = 0;
        if (!session.IsStopped) return false;
        // ":12" means the file that executes.
        if (file.Length == 0 && session.Client.SourceLines.TryFind(session.Client.Registers.InstructionPointer, out SourceLocation? present)) file = present.File;
        IReadOnlyList<SourceLocation> found = session.Client.SourceLines.Find(module, file, line);
        if (found.Count > 0) address = found[0].Address;
        return found.Count > 0;
    }

    public bool TryReadRegister(string name, out ulong value)
    {
        value = 0;
        if (!session.IsStopped || !session.Client.Registers.TryRead(name, out RegisterValue register)) return false;
        value = register.Low;
        return true;
    }

    public bool TryReadPseudoRegister(string name, out ulong value) => session.Variables.TryRead(name, out value);

    public bool TryWriteRegister(string name, ulong value)
    {
        if (name.StartsWith('$')) return session.Variables.TryWrite(name, value);
        if (!session.IsStopped || !session.Client.Registers.TryRead(name, out RegisterValue current)) return false;
        ulong mask = current.Bits >= 64 ? ulong.MaxValue : (1UL << current.Bits) - 1;
        return session.Client.Registers.TryWrite(name, current with { Low = value & mask, High = 0 });
    }

    public bool TryFindEntryPoint(ulong imageBase, out ulong address)
    {
        address = 0;
        if (!session.IsStopped || session.Client.Modules.FindByAddress(imageBase) is not { Image: { } image } module) return false;
        address = module.Base + image.EntryPoint;
        return true;
    }

    public string? DescribeAddress(ulong address) => session.IsStopped ? session.Names.Describe(address) : null;

    public bool TryResolveSymbol(string name, out ulong address)
    {
        address = 0;
        return session.IsStopped && session.Client.Symbols.TryResolve(name, out address);
    }

    public bool TryReadVirtual(ulong address, Span<byte> destination) =>
        session.IsStopped && session.Client.Virtual.Read(address, destination) == destination.Length;

    public int ReadVirtual(ulong address, Span<byte> destination) => session.IsStopped ? session.Client.Virtual.Read(address, destination) : 0;

    public bool TryWriteVirtual(ulong address, ReadOnlySpan<byte> data) =>
        session.IsStopped && session.Client.Virtual.Write(address, data) == data.Length;

    public bool TryReadPhysical(ulong address, Span<byte> destination) =>
        session.IsStopped && session.Client.Physical.Read(address, destination) == destination.Length;
}
