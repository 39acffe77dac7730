using System.IO.Enumeration;
using NetKd.Symbols.Types;

namespace NetKd.Commands.Types;

/// <summary>Chosen fields of a structure, with what leads to them, in dt's layout; only their part of the structure is read.</summary>
internal sealed class FieldDisplay(TypeDisplay display, TypeDisplayOptions options)
{
    private int _width;

    /// <summary>Writes the fields in the order of the structure.</summary>
    public void Write(UserDefinedType type, TypedValue? value, IReadOnlyList<FieldPath> paths)
    {
        _width = paths.Max(path => path.Text.Replace("*", "", StringComparison.Ordinal).Length);
        List<StructureMember> members = [.. StructureMember.Of(type)];
        if (value is not null) value = display.LoadPart(value, members.Where(member => paths.Any(path => Matches(member.Name, path.Steps[0].Name, options.Prefixes))));
        bool any = false;
        foreach (StructureMember member in members)
        {
            foreach (FieldPath path in paths)
            {
                if (!Matches(member.Name, path.Steps[0].Name, options.Prefixes)) continue;
                any = true;
                Step(member, value, path, 0);
                break;
            }
        }

        if (!any) throw new Language.CommandException("Cannot find specified field members.");
    }

    /// <summary>Whether a field's name is meant by a name, a pattern, or with -y a beginning.</summary>
    public static bool Matches(string name, string wanted, bool prefixes)
    {
        if (wanted.AsSpan().ContainsAny('*', '?')) return FileSystemName.MatchesSimpleExpression(wanted, name, ignoreCase: true);
        return prefixes ? name.StartsWith(wanted, StringComparison.OrdinalIgnoreCase) : name == wanted;
    }

    private void Step(StructureMember member, TypedValue? value, FieldPath path, int step)
    {
        FieldStep present = path.Steps[step];
        if (step == path.Steps.Count - 1 && present.Index is null)
        {
            display.Member(member, value, step, _width);
            return;
        }

        TypeInfo type = member.Type;
        TypedValue? part = value?.Part(type, member.Offset);
        if (present.Index is ulong index)
        {
            (type, part) = type.Plain switch
            {
                ArrayType array => (array.Element, part?.Part(array.Element, unchecked(index * array.Element.Size))),
                PointerType pointer => (pointer.Target, display.Follow(part, pointer, unchecked(index * pointer.Target.Size))),
                _ => throw new Language.CommandException($"{member.Name} is no array."),
            };
        }

        if (step == path.Steps.Count - 1)
        {
            display.Heading(member, step, _width, present.IndexText + display.Text(type, part is null ? null : display.Load(part)));
            return;
        }

        display.Heading(member, step, _width, present.IndexText + display.Summary(type, part));
        if (type.Plain is PointerType leading)
        {
            part = display.Follow(part, leading, 0);
            type = leading.Target;
        }

        if (type.Plain is not UserDefinedType user) throw new Language.CommandException($"Cannot find specified field members: {member.Name} is no structure.");
        FieldStep next = path.Steps[step + 1];
        if (part is not null) part = display.Load(part);
        bool any = false;
        foreach (StructureMember inner in StructureMember.Of(user))
        {
            if (next.Name.Length > 0 && !Matches(inner.Name, next.Name, prefixes: false)) continue;
            any = true;
            if (next.Name.Length == 0) display.Member(inner, part, step + 1, _width);
            else Step(inner, part, path, step + 1);
        }

        if (!any) throw new Language.CommandException($"Cannot find specified field members: {user.Name} has no '{next.Name}'.");
    }
}
