namespace NetKd.Commands.Memory;

/// <summary>The commands over ranges: fill, move and compare.</summary>
internal sealed class BlockCommands(CommandSession session) : ICommandGroup
{
    private const int PieceSize = 64 * 1024;

    public IEnumerable<Command> Commands =>
    [
        new("f", new("f range pattern", "Fills memory with a repeated pattern of bytes.", "f @rsp L10 90"), call => Fill(call, physical: false)),
        new("fp", new("fp range pattern", "Fills physical memory.", "fp 1000 L10 0"), call => Fill(call, physical: true)),
        new("m", new("m range address", "Moves memory; overlapping ranges come out right.", "m @rsp L8 @rsp+10"), Move),
        new("c", new("c range address", "Compares memory and shows the bytes that differ.", "c @rsp L8 @rsp+10"), Compare),
    ];

    private void Fill(CommandCall call, bool physical)
    {
        session.RequireStopped();
        RangeArgument range = RangeArgument.ReadBounded(call.Arguments, session.Masm, 1);
        byte[] pattern = ValueList.Read(call.Arguments, session.Masm, 1);
        if (pattern.Length == 0) throw call.Arguments.Error("Missing pattern: syntax error");
        ulong count = range.Count!.Value;
        bool done = physical
            ? FillPhysical(range.Address, count, pattern, call.Cancellation)
            : session.Client.Virtual.Fill(range.Address, count, pattern, call.Cancellation);
        if (!done) throw call.Arguments.ErrorAtEnd("Memory access error");
        session.WriteLine($"Filled 0x{count:x} bytes");
    }

    private bool FillPhysical(ulong address, ulong count, byte[] pattern, CancellationToken cancellation)
    {
        byte[] piece = new byte[Math.Max(1, 0x1000 / pattern.Length) * pattern.Length];
        for (int i = 0; i < piece.Length; i++) piece[i] = pattern[i % pattern.Length];
        while (count > 0)
        {
            cancellation.ThrowIfCancellationRequested();
            int length = (int)Math.Min(count, (ulong)piece.Length);
            if (session.Client.Physical.Write(address, piece.AsSpan(0, length), cancellation: cancellation) != length) return false;
            address += (ulong)length;
            count -= (ulong)length;
        }

        return true;
    }

    private void Move(CommandCall call)
    {
        (ulong from, ulong count, ulong to) = ReadTwo(call);
        // Towards higher addresses the pieces go from the end, or an overlap would be overwritten before it is read.
        bool backwards = to > from && to - from < count;
        for (ulong done = 0; done < count;)
        {
            call.Cancellation.ThrowIfCancellationRequested();
            int length = (int)Math.Min(count - done, PieceSize);
            ulong offset = backwards ? count - done - (ulong)length : done;
            byte[] bytes = new byte[length];
            if (session.Client.Virtual.Read(unchecked(from + offset), bytes, call.Cancellation) != length ||
                session.Client.Virtual.Write(unchecked(to + offset), bytes, call.Cancellation) != length)
            {
                throw call.Arguments.ErrorAtEnd("Memory access error");
            }

            done += (ulong)length;
        }
    }

    private void Compare(CommandCall call)
    {
        (ulong first, ulong count, ulong second) = ReadTwo(call);
        for (ulong done = 0; done < count;)
        {
            int length = (int)Math.Min(count - done, PieceSize);
            MemoryBlock left = MemoryReader.Read(session.Client, unchecked(first + done), length, call.Cancellation);
            MemoryBlock right = MemoryReader.Read(session.Client, unchecked(second + done), length, call.Cancellation);
            for (int i = 0; i < length; i++)
            {
                call.Cancellation.ThrowIfCancellationRequested();
                string a = left.IsReadable(i, 1) ? $"{left.Slice(i, 1)[0]:x2}" : "??";
                string b = right.IsReadable(i, 1) ? $"{right.Slice(i, 1)[0]:x2}" : "??";
                if (a == b && a != "??") continue;
                session.WriteLine($"{session.Address(unchecked(left.Address + (ulong)i))}  {a} - {session.Address(unchecked(right.Address + (ulong)i))}  {b}");
            }

            done += (ulong)length;
        }
    }

    private (ulong From, ulong Count, ulong To) ReadTwo(CommandCall call)
    {
        session.RequireStopped();
        RangeArgument range = RangeArgument.ReadBounded(call.Arguments, session.Masm, 1);
        ulong to = session.Evaluate(call);
        call.Arguments.ExpectEnd();
        return (range.Address, range.Count!.Value, to);
    }
}
