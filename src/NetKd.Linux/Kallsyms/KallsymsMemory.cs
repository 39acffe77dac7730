using System.Buffers.Binary;
using NetKd.Symbols;

namespace NetKd.Linux.Kallsyms;

/// <summary>
/// Reads the names that a Linux kernel carries in its own memory (CONFIG_KALLSYMS), without any file. Known layouts: 4.6 and later, relative to a
/// base, with the offsets before the names (to 6.3) or behind the token index (6.4 on).
/// </summary>
public static class KallsymsMemory
{
    private const int Alignment = 8;

    /// <summary>Looks for the names in a kernel image.</summary>
    /// <param name="memory">The kernel's memory.</param>
    /// <param name="start">Where the image begins.</param>
    /// <param name="size">How much of it is looked at, in bytes.</param>
    /// <returns>The names; null when there are none in a known layout.</returns>
    public static KernelNames? Read(IAddressReader memory, ulong start, ulong size)
    {
        ArgumentNullException.ThrowIfNull(memory);
        foreach (TokenTable tokens in TokenTable.Find(memory, start, size))
        {
            if (CompressedNames.Find(memory, tokens.Start, start) is not { } names) continue;
            if (Read(memory, tokens, names, start, size) is { } found) return found;
        }

        return null;
    }

    private static KernelNames? Read(IAddressReader memory, TokenTable tokens, CompressedNames names, ulong start, ulong size)
    {
        ulong length = (ulong)(4 * names.Count + Alignment - 1) & ~(ulong)(Alignment - 1);
        ulong before = names.Start - Alignment;
        ulong behind = (tokens.End + Alignment - 1) & ~(ulong)(Alignment - 1);
        (ulong Offsets, ulong Base)[] layouts = [(before - length, before), (behind, behind + length)];
        byte[] offsets = new byte[4 * names.Count];
        foreach ((ulong place, ulong basePlace) in layouts)
        {
            Span<byte> word = stackalloc byte[8];
            if (memory.Read(basePlace, word) != 8 || BinaryPrimitives.ReadUInt64LittleEndian(word) is var relativeBase && relativeBase - start >= size) continue;
            if (memory.Read(place, offsets) != offsets.Length) continue;
            return Build(tokens, names, Addresses(offsets, relativeBase));
        }

        return null;
    }

    // Where each processor has an area of its own that begins at 0, offsets are absolute, and the kernel's own are negative, from -1 down.
    private static ulong[] Addresses(ReadOnlySpan<byte> offsets, ulong relativeBase)
    {
        ulong[] addresses = new ulong[offsets.Length / 4];
        int negative = 0;
        for (int i = 0; i < addresses.Length; i++) negative += BinaryPrimitives.ReadInt32LittleEndian(offsets[(4 * i)..]) < 0 ? 1 : 0;
        bool absolute = negative > addresses.Length / 2;
        for (int i = 0; i < addresses.Length; i++)
        {
            int offset = BinaryPrimitives.ReadInt32LittleEndian(offsets[(4 * i)..]);
            addresses[i] = !absolute ? relativeBase + (uint)offset : offset < 0 ? relativeBase - 1 - (ulong)(long)offset : (ulong)offset;
        }

        return addresses;
    }

    private static KernelNames? Build(TokenTable tokens, CompressedNames names, ulong[] addresses)
    {
        KernelNamesBuilder builder = new();
        bool whole = names.Expand(tokens, (index, name, length) =>
        {
            if (length > 1) builder.Add(addresses[index], name[0], name.AsSpan(1, length - 1));
        });
        return whole ? builder.Build() : null;
    }
}
