namespace NetKd.Commands.Language;

/// <summary>
/// Splits what was typed into commands: at semicolons and line ends, outside quotes, braces and parentheses
/// (facts: kernel-debugging-docs, D.0).
/// </summary>
public static class CommandList
{
    // These own the rest of their line, semicolons included: paths hold semicolons, an alias holds whole lists, and j separates its
    // two quoted lists by one (facts: kd-transcript, "as foo db;al;ad foo" defines one alias and lists nothing).
    private static readonly string[] s_takesLine =
        ["as", "aS", "j", ".sympath", ".sympath+", ".exepath", ".exepath+", ".srcpath", ".srcpath+", ".shell", "!!"];

    /// <summary>The commands of a text, in order, comments left out.</summary>
    public static IReadOnlyList<CommandStatement> Split(string text)
    {
        List<CommandStatement> statements = [];
        int position = 0;
        while (position < text.Length)
        {
            char c = text[position];
            if (char.IsWhiteSpace(c) || c == ';')
            {
                position++;
                continue;
            }

            int end;
            if (c == '*')
            {
                end = EndOfLine(text, position);
            }
            else if (IsComment(text, position))
            {
                end = EndOfComment(text, position);
            }
            else
            {
                end = TakesLine(text, position) ? EndOfLine(text, position) : EndOfStatement(text, position);
                statements.Add(new CommandStatement(text[position..end].TrimEnd(), position));
            }

            position = end;
        }

        return statements;
    }

    // $$ is a comment up to the next semicolon; $$<, $$>< and $$>a< run a script file.
    private static bool IsComment(string text, int position) =>
        text.AsSpan(position).StartsWith("$$") &&
        (position + 2 == text.Length || text[position + 2] is not ('<' or '>'));

    private static int EndOfComment(string text, int position)
    {
        int end = text.AsSpan(position).IndexOfAny(';', '\n');
        return end < 0 ? text.Length : position + end;
    }

    private static int EndOfLine(string text, int position)
    {
        int end = text.IndexOf('\n', position);
        return end < 0 ? text.Length : end;
    }

    private static bool TakesLine(string text, int position)
    {
        int end = position;
        while (end < text.Length && !char.IsWhiteSpace(text[end]) && text[end] != ';') end++;
        string word = text[position..end];
        return s_takesLine.Contains(word, StringComparer.Ordinal);
    }

    private static int EndOfStatement(string text, int position)
    {
        int depth = 0;
        bool quoted = false;
        for (; position < text.Length; position++)
        {
            char c = text[position];
            if (quoted)
            {
                if (c == '\\' && position + 1 < text.Length && text[position + 1] == '"') position++;
                else if (c is '"' or '\n') quoted = false;
                continue;
            }

            switch (c)
            {
                case '"':
                    quoted = true;
                    break;
                case '(' or '{':
                    depth++;
                    break;
                case ')' or '}':
                    depth = Math.Max(0, depth - 1);
                    break;
                case ';' when depth == 0:
                    return position;
                case '\n' when depth == 0:
                    return position;
            }
        }

        return position;
    }
}
