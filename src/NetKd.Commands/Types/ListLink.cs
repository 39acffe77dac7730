using NetKd.Symbols.Types;

namespace NetKd.Commands.Types;

/// <summary>How one structure of a list leads to the next: a pointer to it, or a <c>_LIST_ENTRY</c> within it that points to the next one's.</summary>
/// <param name="Offset">Where the pointer is.</param>
/// <param name="Pointer">The pointer's type.</param>
/// <param name="Back">Bytes from the structure's start to what the pointer points at.</param>
internal sealed record ListLink(ulong Offset, PointerType Pointer, ulong Back)
{
    /// <summary>The link that a field is, by its path; null when it is no pointer.</summary>
    public static ListLink? Find(UserDefinedType type, string path)
    {
        ulong offset = 0, back = 0;
        TypeInfo current = type;
        bool within = false;
        foreach (FieldStep step in FieldPath.Parse(path).Steps)
        {
            if (current.Plain is not UserDefinedType user || StructureMember.Find(user, step.Name) is not { Kind: StructureMemberKind.Field } member) return null;
            // Flink of an entry within the structure leads to an entry, not to a structure.
            bool isEntry = within && member.Type.Plain is PointerType pointer && pointer.Target.Plain.Name == user.Name;
            back = isEntry ? offset : 0;
            offset += member.Offset;
            current = member.Type;
            within = true;
        }

        // "-l Links" means the entry's first pointer.
        if (current.Plain is UserDefinedType { Name: "_LIST_ENTRY" or "_SINGLE_LIST_ENTRY" } entry && StructureMember.Of(entry).FirstOrDefault() is { Type.Plain: PointerType first })
            return new ListLink(offset, first, offset);
        return current.Plain is PointerType link ? new ListLink(offset, link, back) : null;
    }

    /// <summary>The address of the next structure, 0 at the end or where it cannot be read.</summary>
    public ulong Next(TypedValue structure)
    {
        if (structure.Part(Pointer, Offset).Bytes is not { } bytes || (ulong)bytes.Length < Pointer.Size) return 0;
        ulong target = ValueReader.Pointer(bytes.Span);
        return target == 0 ? 0 : unchecked(target - Back);
    }
}
