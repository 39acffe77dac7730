namespace NetKd.Symbols.Types;

/// <summary>Names of composed types, in the form debuggers print: <c>_LIST_ENTRY*</c>, <c>char[8]</c>, <c>int (*)(int)</c>.</summary>
internal static class TypeNames
{
    public static string Pointer(TypeInfo target, PointerKind kind)
    {
        string mark = kind switch { PointerKind.Reference => "&", PointerKind.RValueReference => "&&", _ => "*" };
        if (target is FunctionType function) return $"{function.ReturnType.Name} ({mark})({function.ParameterText})";
        if (target is ArrayType) return $"{target.Name} ({mark})";
        return target.Name + mark;
    }
}
