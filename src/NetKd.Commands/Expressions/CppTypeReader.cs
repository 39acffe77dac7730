using System.Diagnostics.CodeAnalysis;
using NetKd.Commands.Language;
using NetKd.Commands.Types;
using NetKd.Symbols.Types;

namespace NetKd.Commands.Expressions;

/// <summary>Reads names and types as C++ expressions write them: <c>unsigned long*</c>, <c>struct nt!_EPROCESS*</c>, <c>Outer::Inner&lt;int&gt;&amp;</c>.</summary>
internal sealed class CppTypeReader(IExpressionScope scope)
{
    private const int MaxPointers = 8;
    private const ulong MaxElements = 1 << 20;

    /// <summary>
    /// Reads a type; leaves the reader where it was when there is none. <paramref name="isPlainName"/> tells that it is nothing but a name,
    /// which a variable may have as well.
    /// </summary>
    public bool TryRead(ArgumentReader reader, [NotNullWhen(true)] out TypeInfo? type, out bool isPlainName)
    {
        int start = reader.Position;
        isPlainName = false;
        type = Base(reader, out bool named);
        if (type is null)
        {
            reader.Position = start;
            return false;
        }

        int pointers = 0;
        while (true)
        {
            reader.SkipBlanks();
            if (reader.Current == '*' && ++pointers <= MaxPointers)
            {
                reader.Position++;
                type = ComposedTypes.PointerTo(type, scope.PointerSize);
            }
            else if (reader.Current == '&' && reader.Peek(1) != '&' && ++pointers <= MaxPointers)
            {
                reader.Position++;
                type = ComposedTypes.PointerTo(type, scope.PointerSize, PointerKind.Reference);
            }
            else if (!TakeWord(reader, "const") && !TakeWord(reader, "volatile") && !TakeWord(reader, "__ptr64"))
            {
                break;
            }
        }

        while (pointers >= 0 && reader.Current == '[')
        {
            int open = reader.Position++;
            int taken = NumberText.Read(reader.Rest, 10, out ulong count);
            if (taken <= 0 || count > MaxElements || reader.Peek(taken) != ']')
            {
                reader.Position = open;
                break;
            }

            reader.Position += taken + 1;
            type = ComposedTypes.ArrayOf(type, count);
            pointers++;
        }

        isPlainName = named && pointers == 0;
        return true;
    }

    /// <summary>Reads a name with its module and scopes at the reader's place; empty when there is none.</summary>
    public string ReadName(ArgumentReader reader)
    {
        int start = reader.Position;
        while (true)
        {
            char c = reader.Current;
            if (c == ':' && reader.Peek(1) == ':') reader.Position += 2;
            else if (c == '!' && reader.Peek(1) != '=' && reader.Position > start && !reader.Text[start..reader.Position].Contains('!', StringComparison.Ordinal)) reader.Position++;
            else if (c == '<' && Template(reader, start) is int length) reader.Position += length;
            else if (IsNameCharacter(c) || (c == '~' && reader.Position > start && reader.Text[reader.Position - 1] == ':')) reader.Position++;
            else return reader.Text[start..reader.Position];
        }
    }

    /// <summary>Whether a character continues a name.</summary>
    public static bool IsNameCharacter(char c) => char.IsLetterOrDigit(c) || c is '_' or '$';

    // "<" goes on a name when the symbols know the whole: "list<int>", "_LARGE_INTEGER::<unnamed-type-u>". Else it compares.
    private int? Template(ArgumentReader reader, int start)
    {
        int depth = 0;
        for (int i = 0; i < 512 && reader.Position + i < reader.Text.Length; i++)
        {
            char c = reader.Peek(i);
            if (c == '<') depth++;
            else if (c == '>' && --depth == 0)
            {
                string name = reader.Text[start..(reader.Position + i + 1)];
                return Knows(name) || reader.Peek(i + 1) == ':' ? i + 1 : null;
            }
            else if (c is ';' or '"') return null;
        }

        return null;
    }

    private bool Knows(string name) => scope.Types.TryFindType(name, out _) || scope.Types.TryFindGlobal(name, out _);

    private TypeInfo? Base(ArgumentReader reader, out bool named)
    {
        named = false;
        bool keyword = false;
        while (TakeWord(reader, "const") || TakeWord(reader, "volatile")) continue;
        foreach (string word in (string[])["struct", "class", "union", "enum"]) keyword |= !keyword && TakeWord(reader, word);
        List<string> words = [];
        while (PeekWord(reader) is { Length: > 0 } word && BuiltInTypes.IsWord(word))
        {
            reader.SkipBlanks();
            reader.Position += word.Length;
            words.Add(word);
            while (TakeWord(reader, "const") || TakeWord(reader, "volatile")) continue;
        }

        if (words.Count > 0) return keyword ? null : BuiltInTypes.OfWords(words);
        reader.SkipBlanks();
        if (!char.IsLetter(reader.Current) && reader.Current is not ('_' or '$')) return null;
        string name = ReadName(reader);
        named = !keyword;
        TypeInfo? found = Find(name) ?? Dotted(reader, name);
        while (found is not null && (TakeWord(reader, "const") || TakeWord(reader, "volatile"))) continue;
        return found;
    }

    private TypeInfo? Find(string name)
    {
        if (scope.Types.TryFindType(name, out NamedType? type)) return type.Type;
        return BuiltInTypes.TryFindNamed(name, scope.PointerSize, out TypeInfo? builtIn) ? builtIn : null;
    }

    // C# writes its scopes with dots: Kernel.Scheduler. The longest name that is a type wins.
    private TypeInfo? Dotted(ArgumentReader reader, string name)
    {
        List<int> ends = [];
        int length = 0;
        while (reader.Peek(length) == '.' && char.IsLetter(reader.Peek(length + 1)))
        {
            length++;
            while (IsNameCharacter(reader.Peek(length))) length++;
            ends.Add(length);
        }

        for (int i = ends.Count - 1; i >= 0; i--)
        {
            if (!scope.Types.TryFindType(name + reader.Rest[..ends[i]].ToString(), out NamedType? type)) continue;
            reader.Position += ends[i];
            return type.Type;
        }

        return null;
    }

    private static string PeekWord(ArgumentReader reader)
    {
        reader.SkipBlanks();
        int length = 0;
        while (IsNameCharacter(reader.Peek(length))) length++;
        return reader.Rest[..length].ToString();
    }

    private static bool TakeWord(ArgumentReader reader, string word)
    {
        if (PeekWord(reader) != word) return false;
        reader.Position += word.Length;
        return true;
    }
}
