using System.Globalization;
using NetKd.Commands.Language;

namespace NetKd.Commands.Types;

/// <summary>A field as dt takes it: <c>Flags</c>, <c>Links.Flink</c>, <c>Names[3].Length</c>, <c>Parent-&gt;Id</c>, <c>Links.</c> for all within, <c>Spare*</c>.</summary>
/// <param name="Text">As it was typed; its length is the width of the names.</param>
/// <param name="Steps">From the structure inwards.</param>
internal sealed record FieldPath(string Text, IReadOnlyList<FieldStep> Steps)
{
    private const int MaxSteps = 32;

    /// <summary>Reads a path.</summary>
    /// <exception cref="CommandException">It has an index that is no number.</exception>
    public static FieldPath Parse(string text)
    {
        List<FieldStep> steps = [];
        foreach (string part in text.Replace("->", ".", StringComparison.Ordinal).Split('.').Take(MaxSteps))
        {
            int bracket = part.IndexOf('[', StringComparison.Ordinal);
            if (bracket < 0)
            {
                steps.Add(new FieldStep(part, null));
                continue;
            }

            string digits = part[(bracket + 1)..].TrimEnd(']');
            int taken = Expressions.NumberText.Read(digits, 10, out ulong index);
            if (taken != digits.Length || taken == 0) throw new CommandException($"Write a number between the brackets of '{text}'.");
            steps.Add(new FieldStep(part[..bracket], index));
        }

        return new FieldPath(text, steps);
    }
}

/// <summary>One step of a field's path.</summary>
/// <param name="Name">The field's name or a pattern; empty at the end of a path that opens all.</param>
/// <param name="Index">The element of an array, or null.</param>
internal sealed record FieldStep(string Name, ulong? Index)
{
    /// <summary>The number between brackets, as a heading of an element.</summary>
    public string IndexText => Index is ulong index ? $"[{index.ToString(CultureInfo.InvariantCulture)}] " : "";
}
