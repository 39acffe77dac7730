namespace NetKd.Commands.Types;

/// <summary>Where a value is, for assignments and the address operator.</summary>
public abstract record ValuePlace;

/// <summary>In the target's virtual memory.</summary>
/// <param name="Address">Its first byte.</param>
public sealed record MemoryPlace(ulong Address) : ValuePlace;

/// <summary>In a register or, with a dollar sign, in a pseudo-register.</summary>
/// <param name="Name">The register's name.</param>
public sealed record RegisterPlace(string Name) : ValuePlace;
