namespace NetKd.Commands.Breakpoints;

/// <summary>Where a breakpoint is to be.</summary>
/// <param name="Address">The address; null while no module has the name.</param>
/// <param name="Location">The name that it follows; null for a fixed address.</param>
internal sealed record BreakpointPlace(ulong? Address, CodeLocation? Location)
{
    /// <summary>Sets the breakpoint.</summary>
    public Breakpoint AddTo(BreakpointList breakpoints, int? id) =>
        Location is null ? breakpoints.AddCode(Address!.Value, id) : breakpoints.AddNamed(Location, Address, id);
}
