using Iced.Intel;

namespace NetKd.Commands.Disassembly;

/// <summary>
/// Finds instruction starts before an address for <c>ub</c>. amd64 code cannot be read backwards, but decoding from a wrong place falls
/// into step with the real instructions after a few of them: the starts that most trials agree on are taken.
/// </summary>
public static class BackwardScan
{
    /// <summary>
    /// The start addresses of the last <paramref name="count"/> instructions that end at <paramref name="end"/>, where
    /// <paramref name="bytes"/> are the bytes before it. <paramref name="knownStart"/> is an address where an instruction certainly starts
    /// (a function), or null.
    /// </summary>
    public static IReadOnlyList<ulong> Find(ulong end, ReadOnlySpan<byte> bytes, int count, ulong? knownStart = null, int bitness = 64)
    {
        int length = bytes.Length;
        ulong start = unchecked(end - (ulong)length);
        int[] next = NextOffsets(start, bytes, bitness);
        bool[] reaches = Reaches(next, length);

        if (knownStart is ulong known && known >= start && known < end && reaches[(int)(known - start)])
        {
            List<ulong> chain = Chain(start, next, (int)(known - start), length);
            if (chain.Count >= count) return chain[^count..];
        }

        int[] votes = new int[length + 1];
        for (int first = 0; first < length; first++)
        {
            if (!reaches[first]) continue;
            for (int offset = first; offset < length; offset = next[offset]) votes[offset]++;
        }

        // From the end backwards, the instruction before is the start with most votes among those that end here.
        List<ulong> found = [];
        int current = length;
        while (found.Count < count)
        {
            int best = -1;
            for (int offset = Math.Max(0, current - X86Disassembler.LongestInstruction); offset < current; offset++)
            {
                if (next[offset] == current && (best < 0 || votes[offset] > votes[best])) best = offset;
            }

            if (best < 0) break;
            found.Insert(0, unchecked(start + (ulong)best));
            current = best;
        }

        return found;
    }

    private static int[] NextOffsets(ulong start, ReadOnlySpan<byte> bytes, int bitness)
    {
        int[] next = new int[bytes.Length];
        byte[] code = bytes.ToArray();
        ByteArrayCodeReader reader = new(code);
        Decoder decoder = Decoder.Create(bitness, reader);
        for (int offset = 0; offset < code.Length; offset++)
        {
            reader.Position = offset;
            decoder.IP = unchecked(start + (ulong)offset);
            decoder.Decode(out Instruction instruction);
            next[offset] = instruction.IsInvalid ? -1 : offset + instruction.Length;
        }

        return next;
    }

    private static bool[] Reaches(int[] next, int length)
    {
        bool[] reaches = new bool[length + 1];
        reaches[length] = true;
        for (int offset = length - 1; offset >= 0; offset--) reaches[offset] = next[offset] > 0 && reaches[next[offset]];
        return reaches;
    }

    private static List<ulong> Chain(ulong start, int[] next, int first, int length)
    {
        List<ulong> chain = [];
        for (int offset = first; offset < length; offset = next[offset]) chain.Add(unchecked(start + (ulong)offset));
        return chain;
    }
}
