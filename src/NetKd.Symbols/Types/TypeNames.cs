namespace NetKd.Symbols.Types;

/// <summary>
/// Names of composed types as C writes them, from the inside out: <c>_LIST_ENTRY*</c>, <c>char[8]</c>, <c>int (*)(int)</c>, <c>int (*)[9]</c>,
/// <c>int (*(*)(void))(short)</c>.
/// </summary>
internal static class TypeNames
{
    public static string Of(TypeInfo type)
    {
        string declarator = "";
        while (true)
        {
            switch (type)
            {
                case PointerType pointer:
                    declarator = Mark(pointer) + declarator;
                    type = pointer.Target;
                    if (type is FunctionType or ArrayType) declarator = $"({declarator})";
                    break;
                case ArrayType array:
                    declarator += $"[{array.Count}]";
                    type = array.Element;
                    break;
                case FunctionType function:
                    declarator += $"({function.ParameterText})";
                    type = function.ReturnType;
                    break;
                default:
                    bool isApart = declarator.Length > 0 && (declarator[0] == '(' || char.IsLetter(declarator[0]) || declarator[0] == '_');
                    return isApart ? $"{type.Name} {declarator}" : type.Name + declarator;
            }
        }
    }

    private static string Mark(PointerType pointer)
    {
        string mark = pointer.Kind switch
        {
            PointerKind.Reference => "&",
            PointerKind.RValueReference => "&&",
            PointerKind.MemberPointer when pointer.Class is { } owner => $"{owner.Name}::*",
            _ => "*",
        };
        if (pointer.IsConst) mark += " const";
        if (pointer.IsVolatile) mark += " volatile";
        return mark;
    }
}
