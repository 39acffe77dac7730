using NetKd.Commands.Language;

namespace NetKd.Commands.Expressions;

/// <summary>
/// A range of memory as commands take it: <c>address</c>, <c>address end</c>, <c>address L count</c>, <c>address L-count</c>, and
/// <c>L?count</c> for more than 256 MB (facts: kernel-debugging-docs, D.0). Counts are of the command's unit.
/// </summary>
/// <param name="Address">First byte.</param>
/// <param name="Count">Number of units, or null when only an address was given.</param>
public readonly record struct RangeArgument(ulong Address, ulong? Count)
{
    /// <summary>The most bytes that a plain <c>L</c> takes, to catch a length that was meant as an address.</summary>
    public const ulong MaxBytes = 0x10000000;

    /// <summary>
    /// Reads a range with units of <paramref name="unit"/> bytes. A second address is taken as the last byte only when
    /// <paramref name="allowEnd"/> is set: for <c>e</c> and the like it is already a value.
    /// </summary>
    public static RangeArgument Read(ArgumentReader reader, MasmEvaluator evaluator, uint unit, bool allowEnd = true)
    {
        ulong address = evaluator.Evaluate(reader);
        reader.SkipBlanks();
        if (IsLength(reader)) return ReadLength(reader, evaluator, unit, address);
        if (!allowEnd || reader.AtEnd || reader.Current is '"' or '/') return new RangeArgument(address, null);

        ulong end = evaluator.Evaluate(reader);
        if (end < address) throw reader.Error("Range error");
        ulong last = end - address;
        if (last >= MaxBytes) throw reader.Error("Range error");
        return new RangeArgument(address, last / unit + 1);
    }

    /// <summary>Reads a range that must have a length or an end.</summary>
    public static RangeArgument ReadBounded(ArgumentReader reader, MasmEvaluator evaluator, uint unit)
    {
        RangeArgument range = Read(reader, evaluator, unit);
        return range.Count is null ? throw reader.Error("Range error: give an end address or L<count>") : range;
    }

    /// <summary>Whether an <c>L</c> that starts a length is next.</summary>
    public static bool IsLength(ArgumentReader reader)
    {
        reader.SkipBlanks();
        return reader.Current is 'l' or 'L' &&
               (char.IsAsciiHexDigit(reader.Peek(1)) || reader.Peek(1) is '?' or '-' or '(' or '[' or '@' or '$' or ' ');
    }

    private static RangeArgument ReadLength(ArgumentReader reader, MasmEvaluator evaluator, uint unit, ulong address)
    {
        reader.Position++;
        bool unlimited = reader.TryTake('?');
        bool backwards = reader.TryTake('-');
        ulong count = evaluator.Evaluate(reader);
        if (count == 0 || count > ulong.MaxValue / unit) throw reader.Error("Range error");
        if (!unlimited && count * unit > MaxBytes) throw reader.Error("Range error: L?<count> allows more than 256 MB");
        ulong bytes = count * unit;
        if (backwards && bytes > address) throw reader.Error("Range error");
        ulong start = backwards ? address - bytes : address;
        if (bytes - 1 > ulong.MaxValue - start) throw reader.Error("Range error");
        return new RangeArgument(start, count);
    }
}
