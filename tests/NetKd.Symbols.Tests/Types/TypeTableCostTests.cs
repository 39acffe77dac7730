using NetKd.Symbols.Pdb.Msf;
using NetKd.Symbols.Pdb.Types;
using NetKd.Symbols.Types;

namespace NetKd.Symbols.Tests.Types;

/// <summary>What types cost in a file of a million records.</summary>
[Collection(nameof(Alone))]
public sealed class TypeTableCostTests
{
    private const int Structures = 500_000;

    [Fact]
    public void A_million_records_cost_nothing_until_one_is_asked_for_and_then_only_its_neighbours()
    {
        TypeStreamBuilder builder = new();
        uint fields = builder.AddFieldList(TypeStreamBuilder.Member("first", 0x74, 0), TypeStreamBuilder.Member("second", 0x74, 4));
        for (int i = 0; i < Structures; i++) builder.AddPointer(builder.AddStructure($"Structure{i:d6}", fields, 8));
        using TemporaryFile bytes = new(builder.Build());
        using MsfFile file = MsfFile.Open(bytes.Path);
        // Where the streams' blocks are is known from now on; that is the container's part.
        Assert.True(file.Stream(2)!.Length > 20_000_000);
        Assert.NotNull(file.Stream(5));

        long before = GC.GetAllocatedBytesForCurrentThread();
        PdbTypeTable table = new(file);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20_000);
        Assert.Equal(0, table.RecordsRead);
        Assert.Equal(2u * Structures + 1, table.EndIndex - table.FirstIndex);

        foreach (int wanted in (int[])[0, 123_456, Structures - 1])
        {
            before = GC.GetAllocatedBytesForCurrentThread();
            long records = table.RecordsRead;
            Assert.True(table.TryFind($"Structure{wanted:d6}", out TypeInfo? type));
            Assert.Equal(["first", "second"], ((UserDefinedType)type).Fields.Select(f => f.Name));
            // A bucket holds about four records, and between two known places lie some 250.
            Assert.InRange(table.RecordsRead - records, 1, 4000);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 50_000);
        }

        long missing = table.RecordsRead;
        Assert.False(table.TryFind("Missing", out _));
        Assert.InRange(table.RecordsRead - missing, 0, 4000);

        before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal("Structure250000*", table.Get(table.FirstIndex + 1 + 500_001).Name);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000);

        // A pattern is asked of every name, and only what matches becomes a type.
        before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(10, table.Match("structure12345?").Count());
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 5_000_000);
    }
}
