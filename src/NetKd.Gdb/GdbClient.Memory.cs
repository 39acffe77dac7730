using System.Text;

namespace NetKd.Gdb;

/// <summary>Memory, as the selected processor sees it or, with QEMU, physical.</summary>
public sealed partial class GdbClient
{
    // Enough to hide the way to the stub and back; more only grows buffers.
    private const int MaxUnderWay = 8;

    private readonly List<int> _ahead = [];
    private byte[] _aheadBytes = [];
    private string _aheadThread = "";
    private ulong _aheadAddress;
    private int _aheadLength;
    private bool _physical;

    // A stub that takes one packet behind the other: none waits for the way of the last one's answer.
    private bool TakesSeveral => IsQemu || !_channel.Acknowledges;

    /// <summary>Reads memory as a processor sees it. Returns how many bytes from the start could be read.</summary>
    /// <exception cref="GdbException">The stub cannot be talked with any more.</exception>
    public int ReadMemory(string thread, ulong address, Span<byte> destination)
    {
        CollectAhead();
        if (_aheadLength >= destination.Length && _aheadAddress == address && _aheadThread == thread)
        {
            _aheadBytes.AsSpan(0, destination.Length).CopyTo(destination);
            return destination.Length;
        }

        Select(thread);
        SetPhysical(false);
        return Read(address, destination);
    }

    /// <summary>
    /// Asks for memory whose bytes are wanted next, without waiting for them: the stub works while its answers so far are used. <see cref="ReadMemory"/>
    /// of just this gives them. Does nothing for a stub that takes one packet at a time.
    /// </summary>
    public void ReadAhead(string thread, ulong address, int length)
    {
        if (!TakesSeveral) return;
        Select(thread);
        SetPhysical(false);
        CollectAhead();
        if (_aheadBytes.Length < length) _aheadBytes = new byte[length];
        (_aheadThread, _aheadAddress, _aheadLength) = (thread, address, 0);
        int piece = PieceSize;
        for (int asked = 0; asked < length; asked += piece)
        {
            int part = Math.Min(piece, length - asked);
            Requests++;
            _channel.Send($"m{unchecked(address + (ulong)asked):x},{part:x}");
            _ahead.Add(part);
        }

        _channel.Flush();
    }

    /// <summary>
    /// Reads a few bytes at each of several places, as a processor sees them, one question behind the other. Returns at how many places from the first all of
    /// them could be read.
    /// </summary>
    /// <param name="thread">The processor.</param>
    /// <param name="address">The first place.</param>
    /// <param name="distance">From each place to the next, in bytes; negative to go downwards.</param>
    /// <param name="size">Bytes at each place, some few.</param>
    /// <param name="destination">Takes them side by side, and says how many places there are.</param>
    /// <exception cref="GdbException">The stub cannot be talked with any more.</exception>
    public int ReadPlaces(string thread, ulong address, long distance, int size, Span<byte> destination)
    {
        CollectAhead();
        Select(thread);
        SetPhysical(false);
        int count = destination.Length / size, depth = TakesSeveral ? MaxUnderWay : 1;
        int asked = 0, answered = 0, done = 0;
        while (answered < asked || (done == answered && asked < count))
        {
            for (; done == answered && asked < count && asked - answered < depth; asked++)
            {
                Requests++;
                _channel.Send($"m{unchecked(address + (ulong)(asked * distance)):x},{size:x}");
            }

            bool readable = Decode(Await("m"), destination.Slice(answered * size, size)) == size;
            if (readable && done == answered) done++;
            answered++;
        }

        return done;
    }

    /// <summary>Writes memory as a processor sees it. Returns how many bytes from the start were written.</summary>
    public int WriteMemory(string thread, ulong address, ReadOnlySpan<byte> source)
    {
        Select(thread);
        SetPhysical(false);
        return Write(address, source);
    }

    /// <summary>Reads physical memory; 0 where the stub cannot.</summary>
    public int ReadPhysical(ulong address, Span<byte> destination) => SetPhysical(true) ? Read(address, destination) : 0;

    /// <summary>Writes physical memory; 0 where the stub cannot.</summary>
    public int WritePhysical(ulong address, ReadOnlySpan<byte> source) => SetPhysical(true) ? Write(address, source) : 0;

    private bool SetPhysical(bool physical)
    {
        if (_physical == physical) return true;
        if (!IsQemu || !Ask($"Qqemu.PhyMemMode:{(physical ? 1 : 0)}").SequenceEqual("OK"u8)) return false;
        _physical = physical;
        return true;
    }

    private int Read(ulong address, Span<byte> destination)
    {
        int piece = PieceSize;
        int asked = 0, done = 0;
        bool ended = false;
        Queue<int> underWay = [];
        int depth = TakesSeveral ? MaxUnderWay : 1;
        while (underWay.Count > 0 || (!ended && asked < destination.Length))
        {
            while (!ended && underWay.Count < depth && asked < destination.Length)
            {
                int length = Math.Min(piece, destination.Length - asked);
                Requests++;
                _channel.Send($"m{unchecked(address + (ulong)asked):x},{length:x}");
                underWay.Enqueue(length);
                asked += length;
            }

            int expected = underWay.Dequeue();
            ReadOnlySpan<byte> answer = Await("m");
            if (ended) continue;
            int got = Decode(answer, destination.Slice(done, expected));
            done += got;
            ended = got < expected;
        }

        // A piece that reaches into a hole is refused whole: what is there before the hole, up to the end of its page, is asked for again.
        if (ended && done < destination.Length) done += ReadUpToHole(unchecked(address + (ulong)done), destination.Slice(done, Math.Min(piece, destination.Length - done)));
        return done;
    }

    // Bytes of memory in an answer; none in one that is an error.
    private static int Decode(ReadOnlySpan<byte> answer, Span<byte> destination) => IsError(answer) && answer.Length == 3 ? 0 : Hex.Decode(answer, destination);

    // Two digits a byte must fit into a packet of the stub's.
    private int PieceSize => Math.Max(1, PacketSize / 2 & ~7);

    // Takes the answers that are still under way. They come before that to any later question.
    private void CollectAhead()
    {
        if (_ahead.Count == 0) return;
        int[] pieces = [.. _ahead];
        _ahead.Clear();
        bool whole = true;
        foreach (int piece in pieces)
        {
            ReadOnlySpan<byte> answer = Await("m");
            if (!whole) continue;
            int got = Decode(answer, _aheadBytes.AsSpan(_aheadLength, piece));
            _aheadLength += got;
            whole = got == piece;
        }
    }

    // What was read ahead is as it was then: the machine, or its memory, has changed.
    private void ForgetAhead()
    {
        CollectAhead();
        _aheadLength = 0;
    }

    private int ReadUpToHole(ulong address, Span<byte> destination)
    {
        const int PageSize = 4096;
        int toPageEnd = (int)(PageSize - address % PageSize);
        if (toPageEnd >= destination.Length) return 0;
        Requests++;
        _channel.Send($"m{address:x},{toPageEnd:x}");
        return Decode(Await("m"), destination[..toPageEnd]);
    }

    private int Write(ulong address, ReadOnlySpan<byte> source)
    {
        ForgetAhead();
        int piece = Math.Max(1, (PacketSize - 32) / 2);
        int done = 0;
        while (done < source.Length)
        {
            ReadOnlySpan<byte> part = source.Slice(done, Math.Min(piece, source.Length - done));
            StringBuilder packet = new($"M{unchecked(address + (ulong)done):x},{part.Length:x}:");
            packet.Append(Hex.Encode(part));
            if (!Ask(packet.ToString()).SequenceEqual("OK"u8)) break;
            done += part.Length;
        }

        return done;
    }
}
