using System.Text;

namespace NetKd.Commands.Memory;

/// <summary>The search command <c>s</c>: numbers, characters and strings.</summary>
internal sealed class SearchCommand(CommandSession session) : ICommandGroup
{
    // The target finds the first hit by itself. Around a hit this much is read, for hits come in clusters and each is shown with its line.
    private const int ClusterSize = 4096;

    public IEnumerable<Command> Commands =>
    [
        new("s", new("s [-[1]b|w|d|q|a|u|sa|su] range pattern",
            "Searches memory for a pattern; sa and su list strings; 1 shows addresses only.", "s -d @rsp L100 deadbeef"), Search),
    ];

    private void Search(CommandCall call)
    {
        session.RequireStopped();
        (string type, bool addressesOnly, int minLength) = ReadOption(call);
        int size = type switch { "w" or "u" => 2, "d" => 4, "q" => 8, _ => 1 };
        RangeArgument range = RangeArgument.ReadBounded(call.Arguments, session.Masm, (uint)size);
        ulong length = checked(range.Count!.Value * (ulong)size);
        if (type is "sa" or "su")
        {
            call.Arguments.ExpectEnd();
            ListStrings(call, range.Address, length, type == "su" ? 2 : 1, minLength);
            return;
        }

        byte[] pattern = type switch
        {
            "a" => Encoding.Latin1.GetBytes(ReadText(call)),
            "u" => Encoding.Unicode.GetBytes(ReadText(call)),
            _ => ValueList.Read(call.Arguments, session.Masm, size),
        };
        if (pattern.Length == 0) throw call.Arguments.Error("Missing pattern: syntax error");
        MemoryUnit unit = type switch
        {
            "w" => MemoryUnit.WordsWithText,
            "u" => MemoryUnit.WordsWithText,
            "d" => MemoryUnit.DoubleWordsWithText,
            "q" => MemoryUnit.QuadWords with { ShowsText = true },
            _ => MemoryUnit.Bytes,
        };
        Find(call, range.Address, length, pattern, unit, addressesOnly);
    }

    private void Find(CommandCall call, ulong start, ulong length, byte[] pattern, MemoryUnit unit, bool addressesOnly)
    {
        ulong offset = 0;
        while (offset < length && length - offset >= (ulong)pattern.Length)
        {
            call.Cancellation.ThrowIfCancellationRequested();
            if (session.Client.Virtual.Search(unchecked(start + offset), length - offset, pattern, call.Cancellation) is not { } hit) return;
            offset = unchecked(hit - start);
            offset += ShowCluster(call, hit, offset, length - offset, pattern, unit, addressesOnly);
        }
    }

    // Shows the hits that begin within the bytes read around the first one. Returns how far the search has come.
    private ulong ShowCluster(
        CommandCall call, ulong hit, ulong offset, ulong left, byte[] pattern, MemoryUnit unit, bool addressesOnly)
    {
        const int LineSize = 16;
        int searched = (int)Math.Min(left, (ulong)(ClusterSize + pattern.Length - 1));
        MemoryBlock block = MemoryReader.Read(session.Client, hit, searched + LineSize, call.Cancellation);
        int misaligned = (int)(offset % (ulong)unit.Size);
        int first = misaligned == 0 ? 0 : unit.Size - misaligned;
        int last = searched - pattern.Length;
        for (int i = first; i <= last; i += unit.Size)
        {
            if (!block.IsReadable(i, pattern.Length) || !block.Slice(i, pattern.Length).SequenceEqual(pattern)) continue;
            call.Cancellation.ThrowIfCancellationRequested();
            string address = session.Address(unchecked(hit + (ulong)i));
            session.WriteLine(addressesOnly
                ? "0x" + address
                : $"{address}  {MemoryText.Units(block, i, LineSize / unit.Size, unit, "  ")}");
        }

        // At least one byte further, and to the next place where a hit may begin.
        return (ulong)Math.Max(1, last + 1);
    }

    private void ListStrings(CommandCall call, ulong start, ulong length, int size, int minLength)
    {
        const int PieceSize = 64 * 1024;
        StringBuilder text = new();
        ulong textStart = start;
        for (ulong done = 0; done < length;)
        {
            int piece = (int)Math.Min(length - done, PieceSize);
            MemoryBlock block = MemoryReader.Read(session.Client, unchecked(start + done), piece, call.Cancellation);
            for (int i = 0; i + size <= piece; i += size)
            {
                bool printable = block.IsReadable(i, size) && block.Slice(i, 1)[0] is >= 0x20 and < 0x7f && (size == 1 || block.Slice(i + 1, 1)[0] == 0);
                if (printable)
                {
                    if (text.Length == 0) textStart = unchecked(block.Address + (ulong)i);
                    text.Append((char)block.Slice(i, 1)[0]);
                    continue;
                }

                Flush(call, text, textStart, minLength);
            }

            done += (ulong)piece;
        }

        Flush(call, text, textStart, minLength);
    }

    private void Flush(CommandCall call, StringBuilder text, ulong address, int minLength)
    {
        call.Cancellation.ThrowIfCancellationRequested();
        if (text.Length >= minLength) session.WriteLine($"{session.Address(address)}  \"{text}\"");
        text.Clear();
    }

    private static string ReadText(CommandCall call) =>
        call.Arguments.AtEnd ? "" : call.Arguments.Current == '"' ? call.Arguments.ReadQuoted() : call.Arguments.ReadRest();

    // -b, -1d, -[1]d, -sa, -[l5]sa
    private static (string Type, bool AddressesOnly, int MinLength) ReadOption(CommandCall call)
    {
        if (!call.Arguments.TryTake('-')) return ("b", false, 3);
        string flags = "";
        if (call.Arguments.Current == '[') flags = call.Arguments.ReadBlock('[', ']');
        string type = "";
        while (char.IsAsciiLetterOrDigit(call.Arguments.Current))
        {
            if (char.IsAsciiDigit(call.Arguments.Current)) flags += call.Arguments.Current;
            else type += call.Arguments.Current;
            call.Arguments.Position++;
        }

        if (type is not ("b" or "w" or "d" or "q" or "a" or "u" or "sa" or "su")) throw call.Arguments.Error("Unknown search type: syntax error");
        int mark = flags.IndexOf('l', StringComparison.Ordinal);
        int minLength = 3;
        if (mark >= 0)
        {
            string digits = new([.. flags[(mark + 1)..].TakeWhile(char.IsAsciiHexDigit)]);
            minLength = NumberText.Read(digits, 16, out ulong value) > 0 ? (int)Math.Clamp(value, 1, 0x1000) : 3;
            flags = flags[..mark];
        }

        return (type, flags.Contains('1', StringComparison.Ordinal), minLength);
    }
}
