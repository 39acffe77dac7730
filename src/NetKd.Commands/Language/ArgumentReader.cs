using System.Text;

namespace NetKd.Commands.Language;

/// <summary>A cursor over one command's text. Every error it makes points at its place.</summary>
public sealed class ArgumentReader
{
    private readonly int _lineOffset;

    /// <summary>A reader at <paramref name="position"/> of a command that starts at <paramref name="lineOffset"/> of the typed line.</summary>
    public ArgumentReader(string text, int position = 0, int lineOffset = 0)
    {
        Text = text;
        Position = position;
        _lineOffset = lineOffset;
    }

    /// <summary>The whole command.</summary>
    public string Text { get; }

    /// <summary>Where the next character is read.</summary>
    public int Position { get; set; }

    /// <summary>The next character, or NUL at the end.</summary>
    public char Current => Position < Text.Length ? Text[Position] : '\0';

    /// <summary>What has not been read yet.</summary>
    public ReadOnlySpan<char> Rest => Text.AsSpan(Math.Min(Position, Text.Length));

    /// <summary>Skips blanks, then tells whether nothing is left.</summary>
    public bool AtEnd
    {
        get
        {
            SkipBlanks();
            return Position >= Text.Length;
        }
    }

    /// <summary>The character <paramref name="ahead"/> places further on, or NUL.</summary>
    public char Peek(int ahead) => Position + ahead < Text.Length ? Text[Position + ahead] : '\0';

    /// <summary>Moves past white space.</summary>
    public void SkipBlanks()
    {
        while (Position < Text.Length && char.IsWhiteSpace(Text[Position])) Position++;
    }

    /// <summary>Takes one character when it is the next after blanks.</summary>
    public bool TryTake(char expected)
    {
        SkipBlanks();
        if (Current != expected) return false;
        Position++;
        return true;
    }

    /// <summary>Takes a switch such as <c>/c</c> or <c>-d</c>, exactly spelled and ended by a blank or the end.</summary>
    public bool TryTakeSwitch(string option)
    {
        SkipBlanks();
        if (!Rest.StartsWith(option, StringComparison.Ordinal)) return false;
        char after = Peek(option.Length);
        if (after != '\0' && !char.IsWhiteSpace(after)) return false;
        Position += option.Length;
        return true;
    }

    /// <summary>Reads up to the next blank; a quoted text is read whole and loses its quotes. Empty at the end.</summary>
    public string ReadWord()
    {
        SkipBlanks();
        if (Current == '"') return ReadQuoted(unescape: false);
        int start = Position;
        while (Position < Text.Length && !char.IsWhiteSpace(Text[Position])) Position++;
        return Text[start..Position];
    }

    /// <summary>Reads a text in double quotes; a backslash keeps a quote, and doubled backslashes are one when unescaping.</summary>
    public string ReadQuoted(bool unescape = true)
    {
        SkipBlanks();
        if (Current != '"') throw Error("Syntax error");
        Position++;
        StringBuilder result = new();
        while (Position < Text.Length && Current != '"')
        {
            bool escape = Current == '\\' && (Peek(1) == '"' || (unescape && Peek(1) == '\\'));
            if (escape) Position++;
            result.Append(Current);
            Position++;
        }

        if (Position >= Text.Length) throw Error("Missing closing quote: syntax error");
        Position++;
        return result.ToString();
    }

    /// <summary>Reads a text in double quotes with its escapes left in, for a format that has its own.</summary>
    public string ReadQuotedRaw()
    {
        SkipBlanks();
        if (Current != '"') throw Error("Syntax error");
        int start = ++Position;
        while (Position < Text.Length && Current != '"') Position += Current == '\\' ? 2 : 1;
        if (Position >= Text.Length) throw Error("Missing closing quote: syntax error");
        return Text[start..Position++];
    }

    /// <summary>Reads a balanced block with its delimiters removed, such as <c>{ .echo a }</c>.</summary>
    public string ReadBlock(char open, char close)
    {
        SkipBlanks();
        if (Current != open) throw Error($"Expected '{open}': syntax error");
        int start = ++Position;
        int depth = 1;
        bool quoted = false;
        for (; Position < Text.Length; Position++)
        {
            char c = Current;
            if (quoted)
            {
                if (c == '\\' && Peek(1) == '"') Position++;
                else if (c == '"') quoted = false;
                continue;
            }

            if (c == '"') quoted = true;
            else if (c == open) depth++;
            else if (c == close && --depth == 0) return Text[start..Position++];
        }

        throw Error($"Missing '{close}': syntax error");
    }

    /// <summary>Everything that is left, without surrounding blanks.</summary>
    public string ReadRest()
    {
        SkipBlanks();
        string rest = Text[Position..].TrimEnd();
        Position = Text.Length;
        return rest;
    }

    /// <summary>Refuses arguments that the command does not know.</summary>
    public void ExpectEnd()
    {
        if (!AtEnd) throw Error("Extra character error");
    }

    /// <summary>An error at the present place: <c>^ Syntax error in 'r foo'</c>.</summary>
    public CommandException Error(string what) =>
        new($"{what} in '{Text}'", _lineOffset + Position);

    /// <summary>An error after the whole command, where kd puts the caret of most errors (facts: kd-transcript, <c>.nosuch</c>).</summary>
    public CommandException ErrorAtEnd(string what) =>
        new($"{what} in '{Text}'", _lineOffset + Text.Length);

    /// <summary>An error that quotes what could not be read: <c>Couldn't resolve error at 'zzz'</c>.</summary>
    public static CommandException ErrorAt(string what, ReadOnlySpan<char> rest) =>
        new($"{what} error at '{rest}'");
}
