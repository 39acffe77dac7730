namespace NetKd.Symbols.Types;

/// <summary>A function's return and parameters.</summary>
/// <param name="types">The table that knows them.</param>
/// <param name="returnIndex">Index of the return type.</param>
/// <param name="parameterIndices">Indices of the parameters' types, without <c>this</c>.</param>
/// <param name="classIndex">Index of the class for a member function, else 0.</param>
/// <param name="isVariadic">It ends in an ellipsis.</param>
public sealed class FunctionType(TypeTable types, uint returnIndex, IReadOnlyList<uint> parameterIndices, uint classIndex, bool isVariadic) : TypeInfo
{
    /// <summary>What it returns.</summary>
    public TypeInfo ReturnType => types.Get(returnIndex);

    /// <summary>Its parameters, without <c>this</c>.</summary>
    public IEnumerable<TypeInfo> Parameters => parameterIndices.Select(types.Get);

    /// <summary>The class whose member it is, or null.</summary>
    public TypeInfo? Class => classIndex == 0 ? null : types.Get(classIndex);

    /// <summary>It ends in an ellipsis.</summary>
    public bool IsVariadic { get; } = isVariadic;

    /// <summary>The parameters between the parentheses: <c>int, char*</c>; <c>void</c> for none.</summary>
    public string ParameterText
    {
        get
        {
            string text = string.Join(", ", Parameters.Select(p => p.Name).Concat(IsVariadic ? ["..."] : []));
            return text.Length == 0 ? "void" : text;
        }
    }

    /// <inheritdoc/>
    public override string Name => TypeNames.Of(this);

    /// <inheritdoc/>
    public override ulong Size => 0;
}
