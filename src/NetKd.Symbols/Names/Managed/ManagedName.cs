namespace NetKd.Symbols.Names.Managed;

/// <summary>A name as C# writes it.</summary>
/// <param name="Short">The shortest form that is not ambiguous.</param>
/// <param name="Full">The form with all namespaces.</param>
internal readonly record struct ManagedName(string Short, string Full)
{
    /// <summary>The name of something within what this one names.</summary>
    public ManagedName With(string member) => new($"{Short}.{member}", $"{Full}.{member}");
}
