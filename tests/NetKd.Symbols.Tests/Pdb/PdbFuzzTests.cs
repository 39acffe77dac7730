using NetKd.Symbols.Pdb;
using NetKd.Symbols.Pdb.Msf;
using NetKd.Symbols.Scopes;
using NetKd.Symbols.Tests.Msf;

namespace NetKd.Symbols.Tests.Pdb;

/// <summary>Damaged PDBs are refused with a reason when they are opened, or answer less afterwards; they never throw then, and never run away.</summary>
public sealed class PdbFuzzTests
{
    private const int MaxAnswers = 100_000;

    [Theory]
    [InlineData("x86_64-pc-windows-msvc", "-O2")]
    [InlineData("i686-pc-windows-msvc", "-O1 -fomit-frame-pointer")]
    public void Damaged_streams_are_refused_or_answer_less(string target, string compile)
    {
        byte[][] streams = Streams(SampleProgram.Build("basic", target, compile, target.StartsWith('i') ? "/entry:Main /safeseh:no" : "/entry:Main").Pdb);
        Random random = new(11);
        for (int i = 0; i < Fuzzing.Count(1500); i++)
        {
            MsfBuilder builder = new(512);
            int damaged = random.Next(1, streams.Length);
            for (int s = 0; s < streams.Length; s++) builder.Add(s == damaged ? Damage(random, streams[s]) : streams[s]);
            using TemporaryFile file = new(builder.Build());
            try
            {
                using PdbFile pdb = PdbFile.Open(file.Path);
                Exercise(pdb, random);
            }
            catch (PdbFormatException e)
            {
                Assert.NotEmpty(e.Message);
            }
        }
    }

    private static void Exercise(PdbFile pdb, Random random)
    {
        for (uint offset = 0; offset < 0x6000; offset += (uint)random.Next(1, 200))
        {
            pdb.TryFindNearest(offset, out _);
            pdb.TryFindNext(offset, out _);
            Assert.True(pdb.FindAt(offset).Count < MaxAnswers);
            pdb.TryFindLine(offset, out _);
            pdb.FindX86Frame(offset);
            if (pdb.FindFunction(offset) is not { } function) continue;
            foreach (LocalVariable variable in function.Variables) variable.LocationAt(offset);
            Assert.True(function.InlineSites.Count < MaxAnswers);
        }

        foreach (string name in (string[])["Combine", "g_number", "shapes::Box::Area", "?g_number@@3TNumber@shapes@@A"]) Assert.True(pdb.Find(name).Count < MaxAnswers);
        Assert.True(pdb.Match("*a*").Take(MaxAnswers).Count() < MaxAnswers);
        Assert.True(pdb.FindLines("main.cpp", 20).Count < MaxAnswers);
        Assert.True(pdb.SourceFiles.Count < MaxAnswers);
    }

    private static byte[] Damage(Random random, byte[] stream)
    {
        if (stream.Length == 0 || random.Next(4) == 0) return Fuzzing.Mutate(random, stream, stream.Length + 600);
        byte[] copy = [.. stream];
        for (int i = random.Next(1, 8); i > 0; i--)
        {
            // Sizes, counts and offsets suffer most from numbers near the limits.
            int at = random.Next(copy.Length) & ~3;
            if (at + 4 > copy.Length) continue;
            uint value = random.Next(4) switch { 0 => uint.MaxValue, 1 => 0x7fffffffu, 2 => (uint)random.Next(copy.Length * 2), _ => (uint)random.Next() };
            BitConverter.TryWriteBytes(copy.AsSpan(at), value);
        }

        return copy;
    }

    internal static byte[][] Streams(string path)
    {
        using MsfFile msf = MsfFile.Open(path);
        byte[][] streams = new byte[msf.StreamCount][];
        for (int i = 0; i < streams.Length; i++)
            streams[i] = msf.Stream(i) is { } stream && stream.TryRead(0, (int)stream.Length, out ReadOnlySpan<byte> bytes) ? bytes.ToArray() : [];
        return streams;
    }
}
