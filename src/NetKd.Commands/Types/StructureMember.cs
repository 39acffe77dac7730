using NetKd.Symbols.Types;

namespace NetKd.Commands.Types;

/// <summary>What a line of a structure's display is about.</summary>
internal enum StructureMemberKind
{
    /// <summary>A data member.</summary>
    Field,
    /// <summary>A static data member: a variable elsewhere.</summary>
    Static,
    /// <summary>The pointer to the virtual functions.</summary>
    VirtualTable,
}

/// <summary>One member of a structure with those of its base classes, as they lie in memory.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type; void for a virtual table.</param>
/// <param name="Offset">Bytes from the start of the whole structure.</param>
/// <param name="Owner">The class that declares it, for the name of a static member.</param>
internal sealed record StructureMember(StructureMemberKind Kind, string Name, TypeInfo Type, ulong Offset, UserDefinedType Owner)
{
    // A class hierarchy and unnamed structures within each other are never this deep; a damaged table may have circles.
    private const int MaxDepth = 24;

    /// <summary>The most members of one structure that anybody gets to see.</summary>
    public const int MaxMembers = 1 << 16;

    /// <summary>The members of a structure: those of its base classes first, unnamed structures and unions opened.</summary>
    public static IEnumerable<StructureMember> Of(UserDefinedType type)
    {
        // Counts structures, not only members: two bases that are the class itself would double at each level without having any.
        int[] left = [MaxMembers];
        return Of(type, 0, MaxDepth, left);
    }

    /// <summary>The first member of a name; null when there is none.</summary>
    public static StructureMember? Find(UserDefinedType type, string name) => Of(type).FirstOrDefault(member => member.Name == name);

    /// <summary>How many bytes from the start a member needs.</summary>
    public ulong End => Kind == StructureMemberKind.Field ? Offset + Type.Size : Offset;

    private static IEnumerable<StructureMember> Of(UserDefinedType type, ulong start, int depth, int[] left)
    {
        if (depth == 0) yield break;
        bool tableInBase = false;
        foreach (BaseClass inherited in type.Bases)
        {
            if (--left[0] <= 0) yield break;
            // Where a virtual base is only an object can tell; its members are not shown rather than shown wrong.
            if (inherited.IsVirtual || inherited.Type.Plain is not UserDefinedType user) continue;
            bool first = true;
            foreach (StructureMember member in Of(user, start + inherited.Offset, depth - 1, left))
            {
                tableInBase |= first && member.Kind == StructureMemberKind.VirtualTable && member.Offset == start;
                first = false;
                yield return member;
            }
        }

        if (type.HasVirtualTable && !tableInBase) yield return new StructureMember(StructureMemberKind.VirtualTable, "__VFN_table", BuiltInTypes.Void, start, type);
        foreach (Field field in type.Fields)
        {
            if (--left[0] <= 0) yield break;
            if (field.Name.Length == 0 && !field.IsStatic && field.Type.Plain is UserDefinedType unnamed)
            {
                foreach (StructureMember member in Of(unnamed, start + field.Offset, depth - 1, left)) yield return member;
                continue;
            }

            yield return new StructureMember(field.IsStatic ? StructureMemberKind.Static : StructureMemberKind.Field, field.Name, field.Type, field.IsStatic ? 0 : start + field.Offset, type);
        }
    }
}
