namespace NetKd.Testing;

/// <summary>Tests that run while no other does: they look at the memory of the whole process, or want many ports in a row.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
