using System.Buffers.Binary;
using NetKd.Symbols.Pdb;
using NetKd.Symbols.Scopes;
using NetKd.Symbols.Tests.Msf;

namespace NetKd.Symbols.Tests.Pdb;

/// <summary>An image whose code was moved after linking: OMAP streams lead from where it is to where the records say it was.</summary>
public sealed class MovedCodeTests
{
    private const uint NewPlace = 0x9000;

    [Fact]
    public void A_function_that_was_moved_is_found_where_it_is()
    {
        SampleProgram program = SampleProgram.Build("basic");
        using PdbFile original = PdbFile.Open(program.Pdb);
        Symbol combine = Assert.Single(original.Find("Combine"));
        using TemporaryFile file = new(Moved(PdbFuzzTests.Streams(program.Pdb), combine.Offset, combine.Offset + combine.Size));
        using PdbFile moved = PdbFile.Open(file.Path);

        Symbol there = Assert.Single(moved.Find("Combine"));
        Assert.Equal(combine with { Offset = NewPlace }, there);
        Assert.True(moved.TryFindNearest(NewPlace + 0x30, out Symbol nearest));
        Assert.Equal(there, nearest);
        Assert.False(moved.TryFindNearest(combine.Offset + 0x30, out _));
        FunctionScope scope = moved.FindFunction(NewPlace + 0x30)!;
        Assert.Equal(new CodeRange(NewPlace + 0x60, 0x15), Assert.Single(Assert.Single(scope.InlineSites).Ranges));
        Assert.True(moved.TryFindLine(NewPlace, out SourceLine? line));
        Assert.Equal((30u, NewPlace), (line.Line, line.Offset));
        Assert.Contains(moved.FindLines("main.cpp", 30), l => l.Offset == NewPlace);

        // What was not moved stays.
        Assert.Equal(Assert.Single(original.Find("Count")), Assert.Single(moved.Find("Count")));
    }

    private static byte[] Moved(byte[][] streams, uint start, uint end)
    {
        const int Debug = 3;
        byte[] debug = streams[Debug];
        int listSize = BinaryPrimitives.ReadInt32LittleEndian(debug.AsSpan(48));
        Span<byte> list = debug.AsSpan(debug.Length - listSize);
        ushort sections = BinaryPrimitives.ReadUInt16LittleEndian(list[10..]);
        BinaryPrimitives.WriteUInt16LittleEndian(list[6..], (ushort)streams.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(list[8..], (ushort)(streams.Length + 1));
        BinaryPrimitives.WriteUInt16LittleEndian(list[20..], sections);
        MsfBuilder builder = new(4096);
        foreach (byte[] stream in streams) builder.Add(stream);
        builder.Add(Pairs((0x1000, 0x1000), (start, 0), (end, end), (NewPlace, start), (NewPlace + (end - start), 0)));
        builder.Add(Pairs((0x1000, 0x1000), (start, NewPlace), (end, end)));
        return builder.Build();
    }

    private static byte[] Pairs(params (uint From, uint To)[] pairs)
    {
        byte[] bytes = new byte[pairs.Length * 8];
        for (int i = 0; i < pairs.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(i * 8), pairs[i].From);
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(i * 8 + 4), pairs[i].To);
        }

        return bytes;
    }
}
