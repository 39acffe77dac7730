using System.Diagnostics;
using NetKd.Symbols.Stores.Cabinet;

namespace NetKd.Symbols.Tests.Stores.Cabinet;

/// <summary>Cabinets are unpacked as gcab made them and as cabextract unpacks them.</summary>
public sealed class CabinetTests
{
    private const string InstallGcab = "gcab is not installed. On Debian and Ubuntu: apt-get install --no-install-recommends gcab";
    private const string InstallCabextract = "cabextract is not installed. On Debian and Ubuntu: apt-get install --no-install-recommends cabextract";

    public static TheoryData<string> Contents => ["empty", "byte", "text", "noise", "frame", "program", "zeros"];

    [Theory]
    [MemberData(nameof(Contents))]
    public void What_gcab_packs_is_unpacked(string kind)
    {
        using TemporaryFolder folder = new();
        byte[] content = Content(kind);
        folder.Write("driver.pdb", content);
        foreach (string compression in (string[])["", "-z"])
        {
            string cabinet = folder[$"c{compression}.cab"];
            Run(InstallGcab, "gcab", ["-c", "-n", .. compression.Split(' ', StringSplitOptions.RemoveEmptyEntries), cabinet, folder["driver.pdb"]]);
            Assert.Equal(content, Unpack(File.ReadAllBytes(cabinet)));
        }
    }

    [Theory]
    [MemberData(nameof(Contents))]
    public void Every_kind_of_LZX_block_is_unpacked_as_cabextract_does(string kind)
    {
        byte[] content = Content(kind);
        if (content.Length == 0) return;
        Random random = new(content.Length);
        (int, int)[][] plans =
        [
            [(1, 1 << 20)], [(2, 1 << 20)], [(3, 1 << 20)], [(3, 32768)], [(3, 32767)], [(1, 5), (3, 7), (2, 11), (1, 60000), (3, 13), (3, 2), (2, 50000)],
            [(1, 40000), (3, 1001), (2, 70000), (3, 32768), (1, 1), (3, 1)],
            [.. Enumerable.Range(0, 20).Select(_ => (random.Next(1, 4), random.Next(9000, 60000)))],
        ];
        foreach ((int, int)[] plan in plans)
        {
            foreach (int windowBits in (int[])[15, 16, 18, 20, 21])
            {
                foreach (int translation in (int[])[0, 12_000_000])
                {
                    byte[] cabinet = CabinetBuilder.Lzx(content, windowBits, plan, translation).Build();
                    Assert.Equal(content, Unpack(cabinet));
                    if (windowBits is 16 or 21) Assert.Equal(content, Peer(cabinet));
                }
            }
        }
    }

    [Fact]
    public void Reserved_fields_and_missing_checksums_are_passed_over()
    {
        byte[] content = Content("text");
        foreach (CabinetBuilder cabinet in (CabinetBuilder[])[CabinetBuilder.Stored(content), CabinetBuilder.MsZip(content), CabinetBuilder.Lzx(content, 17, [(1, 50000)])])
        {
            cabinet.Reserve = 20;
            cabinet.WithChecksums = false;
            Assert.Equal(content, Unpack(cabinet.Build()));
            Assert.Equal(content, Peer(cabinet.Build()));
        }
    }

    [Fact]
    public void A_wrong_checksum_is_noticed()
    {
        byte[] cabinet = CabinetBuilder.Stored(Content("text")).Build();
        cabinet[^100] ^= 1;
        Assert.Contains("checksum", Refusal(cabinet), StringComparison.Ordinal);
    }

    [Fact]
    public void Other_kinds_of_cabinets_are_refused_by_name()
    {
        byte[] content = Content("text");
        Assert.Contains("Quantum", Refusal(new CabinetBuilder { Compression = 0x0702, Length = 1 }.Block([1], 1).Build()), StringComparison.Ordinal);
        Assert.Contains("not known (7)", Refusal(new CabinetBuilder { Compression = 7, Length = 1 }.Block([1], 1).Build()), StringComparison.Ordinal);
        Assert.Contains("2^14", Refusal(new CabinetBuilder { Compression = 0x0e03, Length = 1 }.Block([1], 1).Build()), StringComparison.Ordinal);
        foreach (ushort flag in (ushort[])[1, 2])
        {
            CabinetBuilder part = CabinetBuilder.Stored(content);
            part.Flags = flag;
            Assert.Contains("set of cabinets", Refusal(part.Build()), StringComparison.Ordinal);
        }

        CabinetBuilder several = CabinetBuilder.Stored(content);
        several.Files = 2;
        Assert.Contains("2 files", Refusal(several.Build()), StringComparison.Ordinal);
        Assert.Contains("MSCF", Refusal(new byte[100]), StringComparison.Ordinal);
        Assert.Contains("cut off", Refusal([.. "MSCF"u8]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_size_that_cannot_be_is_refused_before_anything_is_unpacked()
    {
        CabinetBuilder cabinet = CabinetBuilder.Stored(Content("text"));
        cabinet.Length = uint.MaxValue;
        Assert.Contains("more than", Refusal(cabinet.Build()), StringComparison.Ordinal);
        byte[] bytes = CabinetBuilder.Stored(Content("text")).Build();
        using MemoryStream output = new();
        CabinetFormatException refusal = Assert.Throws<CabinetFormatException>(() => CabinetFile.Open(new MemoryStream(bytes)).Extract(output, 1000, default));
        Assert.Contains("at most 1000", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(0, output.Length);
    }

    [Fact]
    public void Damaged_cabinets_give_a_reason_or_bytes_and_no_more_than_they_say()
    {
        byte[] content = Content("text")[..40000];
        byte[][] cabinets =
        [
            CabinetBuilder.Stored(content).Build(),
            WithoutChecksums(CabinetBuilder.MsZip(content)),
            WithoutChecksums(CabinetBuilder.Lzx(content, 15, [(1, 20000), (3, 333), (2, 9000)])),
            WithoutChecksums(CabinetBuilder.Lzx(content, 21, [(2, 100000)], 1_000_000)),
        ];
        Random random = new(3);
        int refused = 0;
        for (int i = 0; i < Fuzzing.Count(4000); i++)
        {
            byte[] original = cabinets[i % cabinets.Length];
            byte[] damaged = Fuzzing.Mutate(random, original, original.Length + 64);
            using MemoryStream output = new();
            try
            {
                CabinetFile file = CabinetFile.Open(new MemoryStream(damaged));
                file.Extract(output, 1 << 20, default);
                Assert.Equal(file.Length, output.Length);
            }
            catch (CabinetFormatException e)
            {
                Assert.NotEmpty(e.Message);
                refused++;
            }

            Assert.InRange(output.Length, 0, 1 << 20);
        }

        Assert.True(refused > 100, $"Only {refused} were refused.");
    }

    [Fact]
    public void Unpacking_can_be_cancelled()
    {
        using CancellationTokenSource source = new();
        source.Cancel();
        CabinetFile file = CabinetFile.Open(new MemoryStream(CabinetBuilder.Stored(Content("text")).Build()));
        Assert.Throws<OperationCanceledException>(() => file.Extract(Stream.Null, long.MaxValue, source.Token));
    }

    private static byte[] WithoutChecksums(CabinetBuilder cabinet)
    {
        cabinet.WithChecksums = false;
        return cabinet.Build();
    }

    private static byte[] Unpack(byte[] cabinet)
    {
        CabinetFile file = CabinetFile.Open(new MemoryStream(cabinet));
        Assert.Equal("driver.pdb", file.Name);
        using MemoryStream output = new();
        file.Extract(output, long.MaxValue, default);
        return output.ToArray();
    }

    private static string Refusal(byte[] cabinet) =>
        Assert.Throws<CabinetFormatException>(() => CabinetFile.Open(new MemoryStream(cabinet)).Extract(Stream.Null, long.MaxValue, default)).Message;

    private static byte[] Peer(byte[] cabinet)
    {
        using TemporaryFolder folder = new();
        folder.Write("c.cab", cabinet);
        Run(InstallCabextract, "cabextract", ["-q", "-d", folder.Path, folder["c.cab"]]);
        return File.ReadAllBytes(folder["driver.pdb"]);
    }

    private static byte[] Content(string kind)
    {
        Random random = new(7);
        byte[] bytes = new byte[kind switch { "empty" => 0, "byte" => 1, "frame" => 65536, "zeros" => 300_000, _ => 150_001 }];
        switch (kind)
        {
            case "zeros" or "empty":
                break;
            case "text" or "frame":
                // Words that come back, near and far.
                byte[][] words = [.. Enumerable.Range(0, 400).Select(_ => { byte[] word = new byte[random.Next(2, 30)]; random.NextBytes(word); return word; })];
                for (int at = 0; at < bytes.Length;)
                {
                    byte[] word = words[random.Next(words.Length)];
                    int length = Math.Min(word.Length, bytes.Length - at);
                    word.AsSpan(0, length).CopyTo(bytes.AsSpan(at));
                    at += length;
                }

                break;
            case "program":
                // Calls to few places from many.
                for (int at = 0; at + 5 <= bytes.Length; at += random.Next(5, 12))
                {
                    bytes[at] = 0xe8;
                    BitConverter.TryWriteBytes(bytes.AsSpan(at + 1), 1000 * random.Next(40) - at - 5);
                }

                break;
            default:
                random.NextBytes(bytes);
                break;
        }

        return bytes;
    }

    private static void Run(string install, string tool, IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new(tool, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new Xunit.Sdk.XunitException(install);
        }

        using (process)
        {
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode != 0) throw new Xunit.Sdk.XunitException($"{tool} ended with {process.ExitCode}: {errors.Result}{output}");
        }
    }
}
