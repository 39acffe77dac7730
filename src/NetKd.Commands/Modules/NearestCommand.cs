namespace NetKd.Commands.Modules;

/// <summary><c>ln</c>: the names nearest to an address.</summary>
internal sealed class NearestCommand(CommandSession session) : ICommandGroup
{
    public IEnumerable<Command> Commands =>
    [
        new("ln", new("ln address", "Shows the names nearest to an address, with its source line.", "ln @rip"), Nearest),
    ];

    private void Nearest(CommandCall call)
    {
        session.RequireStopped();
        _ = call.Arguments.TryTakeSwitch("/D");
        ulong address = session.Evaluate(call);
        call.Arguments.ExpectEnd();
        if (!session.Client.Symbols.TryFindNearest(address, out NearestSymbol? symbol))
            throw new CommandException($"No module is at {session.Address(address)}.");
        string next = session.Client.Symbols.TryFindNext(address, out ModuleSymbol after)
            ? $"   |  ({session.Address(after.Address)})   {after}"
            : "";
        if (session.Client.SourceLines.TryFind(address, out SourceLocation? line))
        {
            ulong displacement = address - line.Address;
            session.WriteLine($"{line.File}({line.Line}){(displacement == 0 ? "" : $"+0x{displacement:x}")}");
        }

        session.WriteLine($"({session.Address(symbol.Address)})   {symbol}{next}");
        if (symbol.Displacement != 0 || symbol.Name.Length == 0) return;
        session.WriteLine("Exact matches:");
        foreach (ModuleSymbol exact in session.Client.Symbols.FindAt(address))
            session.WriteLine($"    {exact}{SymbolText.Suffix(exact)}");
    }
}
