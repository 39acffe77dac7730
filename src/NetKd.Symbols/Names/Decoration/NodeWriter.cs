using System.Text;

namespace NetKd.Symbols.Names.Decoration;

/// <summary>Writes types as text. Types share their parts, so a short name may stand for a text without end: past its limits it writes nothing more.</summary>
internal sealed class NodeWriter
{
    /// <summary>No name is longer than this many characters.</summary>
    public const int MaxLength = 16384;

    private const int MaxDepth = 128;

    private readonly StringBuilder _text = new();
    private int _depth;

    /// <summary>A type on its own, as an argument of a template or function.</summary>
    public static string Text(TypeNode type)
    {
        NodeWriter writer = new();
        writer.AddType(type);
        return writer.ToString();
    }

    /// <summary>A type with its name amid it.</summary>
    public static string Text(TypeNode type, string name)
    {
        NodeWriter writer = new();
        type.WriteBefore(writer);
        writer.AddSpaceAfterWord();
        writer.Add(name);
        type.WriteAfter(writer);
        return writer.ToString();
    }

    public void Add(string text)
    {
        if (_text.Length <= MaxLength) _text.Append(text);
    }

    public void AddType(TypeNode type)
    {
        if (!Enter()) return;
        type.WriteBefore(this);
        // A function that is no pointer's target says its calling convention itself.
        if (type is FunctionNode function) Add(function.Convention);
        type.WriteAfter(this);
        Leave();
    }

    public void AddSpaceAfterWord()
    {
        if (_text.Length > 0 && (char.IsLetterOrDigit(_text[^1]) || _text[^1] == '>')) Add(" ");
    }

    public void AddQualifiers(Qualifiers qualifiers, bool isSpaced = true)
    {
        foreach ((Qualifiers flag, string word) in (ReadOnlySpan<(Qualifiers, string)>)[(Qualifiers.Const, "const"), (Qualifiers.Volatile, "volatile"), (Qualifiers.Restrict, "__restrict")])
        {
            if ((qualifiers & flag) == 0) continue;
            Add(isSpaced ? " " + word : word);
            isSpaced = true;
        }
    }

    public bool Enter()
    {
        if (_text.Length > MaxLength || _depth >= MaxDepth) return false;
        _depth++;
        return true;
    }

    public void Leave() => _depth--;

    public override string ToString() => _text.ToString();
}
