namespace NetKd.Cli.Kd;

/// <summary>
/// The control keys of kd, typed before ENTER (facts: kernel-debugging-docs, A.7). As a line they are the control character itself or
/// a caret and the letter.
/// </summary>
internal static class ControlKey
{
    /// <summary>The letters that mean something.</summary>
    public const string Letters = "ABDKRVW";

    /// <summary>The letter of a line that is one control key, or null.</summary>
    public static char? Parse(string line)
    {
        string text = line.Trim(' ');
        char letter = text switch
        {
            [var control] when control is > '\0' and < ' ' => (char)('@' + control),
            ['^', var typed] => char.ToUpperInvariant(typed),
            _ => '\0',
        };
        return Letters.Contains(letter, StringComparison.Ordinal) ? letter : null;
    }
}
