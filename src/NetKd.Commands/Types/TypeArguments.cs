using NetKd.Commands.Expressions;
using NetKd.Commands.Language;

namespace NetKd.Commands.Types;

/// <summary>What follows <c>dt</c>, in words: options, a name, and what can only be told apart once the name is known.</summary>
internal sealed class TypeArguments
{
    private readonly List<string> _rest = [];

    private TypeArguments()
    {
    }

    /// <summary>How to display.</summary>
    public TypeDisplayOptions Options { get; private set; } = new();

    /// <summary>The type or variable; empty when there was none.</summary>
    public string Name { get; private set; } = "";

    /// <summary>Fields and an address, undecided.</summary>
    public IReadOnlyList<string> Rest => _rest;

    /// <summary>Words of <see cref="Rest"/> that -n or -y made fields.</summary>
    public HashSet<string> FieldNames { get; } = new(StringComparer.Ordinal);

    /// <summary>The field by which a list goes on (-l); null for no list.</summary>
    public string? ListField { get; private set; }

    /// <summary>Types of this size only (-s).</summary>
    public ulong? Size { get; private set; }

    /// <summary>Every type that matches is displayed, not only named (-d).</summary>
    public bool All { get; private set; }

    /// <summary>No variables (-t, -e).</summary>
    public bool TypesOnly { get; private set; }

    /// <summary>Help was asked for (-h).</summary>
    public bool Help { get; private set; }

    /// <summary>Reads the rest of a command.</summary>
    public static TypeArguments Read(ArgumentReader reader)
    {
        TypeArguments arguments = new();
        while (!reader.AtEnd)
        {
            string word = Word(reader);
            if (word.Length > 1 && word[0] is '-' or '/' && char.IsAsciiLetter(word[1])) arguments.Switches(reader, word);
            else arguments.Add(word);
        }

        return arguments;
    }

    private void Add(string word)
    {
        if (Name.Length == 0) Name = word;
        else _rest.Add(word);
    }

    // Switches may share a dash: -rv, -r2b.
    private void Switches(ArgumentReader reader, string word)
    {
        for (int i = 1; i < word.Length; i++)
        {
            switch (word[i])
            {
                case 'a':
                    Options = Options with { Elements = true };
                    _ = Digits(word, ref i);
                    break;
                case 'b':
                    Options = Options with { Contained = true };
                    break;
                case 'c':
                    Options = Options with { Compact = true };
                    break;
                case 'd':
                    All = true;
                    break;
                case 'e' or 't':
                    TypesOnly = true;
                    break;
                case 'h':
                    Help = true;
                    break;
                case 'i':
                    Options = Options with { WithoutIndent = true };
                    break;
                case 'l':
                    ListField = Word(reader);
                    if (ListField.Length == 0) throw reader.Error("Missing field behind -l: syntax error");
                    break;
                case 'n' or 'y':
                    if (word[i] == 'y') Options = Options with { Prefixes = true };
                    string name = Word(reader);
                    if (Name.Length > 0) FieldNames.Add(name);
                    Add(name);
                    break;
                case 'o':
                    Options = Options with { WithoutOffsets = true };
                    break;
                case 'p':
                    Options = Options with { Physical = true };
                    break;
                case 'r':
                    Options = Options with { Recursion = Digits(word, ref i) ?? int.MaxValue };
                    break;
                case 's':
                    string size = Word(reader);
                    Size = NumberText.Read(size, 16, out ulong bytes) == size.Length && size.Length > 0 ? bytes : throw reader.Error("Missing size behind -s: syntax error");
                    break;
                case 'v':
                    Options = Options with { Verbose = true };
                    break;
                default:
                    throw reader.Error($"-{word[i]} is no option of dt (.help dt): syntax error");
            }
        }
    }

    private static int? Digits(string word, ref int position)
    {
        int start = position + 1;
        while (position + 1 < word.Length && char.IsAsciiDigit(word[position + 1])) position++;
        return position < start || !int.TryParse(word.AsSpan(start, position + 1 - start), out int number) ? null : number;
    }

    // Blanks within brackets belong to a word: poi(@rsp + 8), list<int, 5>. "->" is no closing bracket.
    private static string Word(ArgumentReader reader)
    {
        reader.SkipBlanks();
        int start = reader.Position;
        int depth = 0;
        for (; reader.Current != '\0'; reader.Position++)
        {
            char c = reader.Current;
            if (c is '(' or '[' or '<') depth++;
            else if (c is ')' or ']' || (c == '>' && reader.Position > start && reader.Text[reader.Position - 1] != '-')) depth--;
            else if (char.IsWhiteSpace(c) && depth <= 0) break;
        }

        return reader.Text[start..reader.Position];
    }
}
