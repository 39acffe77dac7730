using System.Diagnostics;
using System.Text.Json;
using NetKd.Linux.Btf;
using NetKd.Symbols.Types;

namespace NetKd.Linux.Tests;

/// <summary>BTF that a compiler made, read by us and by the kernel's own tool, bpftool.</summary>
public sealed class BtfPeerTests
{
    private const string Source = """
        typedef unsigned char u8; typedef unsigned long long u64; typedef int (*callback)(const char *, u64, ...);
        enum colour { RED = -2, GREEN, BLUE = 40 }; enum large { SMALL = 1, HUGE_ONE = 0x123456789abLL };
        struct list { struct list *next, *prev; };
        typedef struct { int counter; } atomic_t;
        struct __attribute__((packed)) tight { u8 a; u64 b; short c : 5; int d : 20; u8 e; };
        union either { u64 whole; u8 parts[8]; struct { short low, high; }; };
        struct flags { unsigned one : 1, three : 3, rest : 28; signed char sign; _Bool yes; u64 wide : 40; u64 more : 24; };
        struct all {
          struct list links; atomic_t users; union either value; struct flags bits; struct tight packed; enum colour colour; enum large size;
          callback call; int (*table[4])(void); const volatile int *const watched; double real; char name[16]; int matrix[2][3];
          struct { int x; union { long y; char z; }; }; struct hidden *opaque; u8 tail[];
        };
        struct all everything;
        int use(struct all *what, callback call) { return what->users.counter; }
        """;

    [Fact]
    public async Task Every_structure_and_enumeration_is_what_bpftool_says()
    {
        string folder = Directory.CreateTempSubdirectory("netkd-btf").FullName;
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "types.c"), Source);
            await RunAsync(folder, "clang", "clang", "-target", "bpf", "-g", "-O1", "-c", "types.c", "-o", "types.o");
            await RunAsync(folder, "llvm-objcopy", "llvm", "--dump-section", ".BTF=types.btf", "types.o", "/dev/null");
            string dump = await RunAsync(folder, File.Exists("/usr/sbin/bpftool") ? "/usr/sbin/bpftool" : "bpftool", "bpftool", "btf", "dump", "file", "types.o", "-j");
            BtfTypes types = BtfTypes.Parse(await File.ReadAllBytesAsync(Path.Combine(folder, "types.btf")));
            Assert.Equal("", types.Problem);
            int structures = 0, enumerations = 0;
            foreach (JsonElement record in JsonDocument.Parse(dump).RootElement.GetProperty("types").EnumerateArray())
            {
                TypeInfo type = types.Get(record.GetProperty("id").GetUInt32());
                switch (record.GetProperty("kind").GetString())
                {
                    case "STRUCT" or "UNION":
                        Compare(record, Assert.IsAssignableFrom<UserDefinedType>(type));
                        structures++;
                        break;
                    case "ENUM" or "ENUM64":
                        Compare(record, Assert.IsAssignableFrom<EnumType>(type));
                        enumerations++;
                        break;
                }
            }

            Assert.True(structures >= 9 && enumerations >= 2, $"{structures} structures and {enumerations} enumerations");
            Assert.True(types.TryFindFunction("use", out TypeInfo? use, out _));
            Assert.Equal("all*, int (*)(const char*, u64, ...)", ((FunctionType)use).ParameterText);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Compare(JsonElement record, UserDefinedType type)
    {
        Assert.Equal(record.GetProperty("size").GetUInt64(), type.Size);
        List<JsonElement> members = [.. record.GetProperty("members").EnumerateArray()];
        Assert.Equal(members.Select(m => m.GetProperty("name").GetString()!.Replace("(anon)", "", StringComparison.Ordinal)), type.Fields.Select(f => f.Name));
        for (int i = 0; i < members.Count; i++)
        {
            uint bit = members[i].GetProperty("bits_offset").GetUInt32();
            uint bits = members[i].TryGetProperty("bitfield_size", out JsonElement size) ? size.GetUInt32() : 0;
            BitFieldType? field = type.Fields[i].Type as BitFieldType;
            Assert.Equal(bit, 8 * type.Fields[i].Offset + (uint)(field?.Position ?? 0));
            Assert.Equal(bits, (uint)(field?.Length ?? 0));
        }
    }

    private static void Compare(JsonElement record, EnumType type) =>
        Assert.Equal(
            record.GetProperty("values").EnumerateArray().Select(v => (v.GetProperty("name").GetString()!, Low(v.GetProperty("val")))),
            type.Values.Select(v => (v.Name, (int)v.Value)));

    // This tool's age shows values without a sign, and a compiler's may cut those of 64 bits off.
    private static int Low(JsonElement number) => unchecked((int)(long)(Int128.Parse(number.GetRawText(), System.Globalization.CultureInfo.InvariantCulture) & uint.MaxValue));

    private static async Task<string> RunAsync(string folder, string tool, string package, params string[] arguments)
    {
        ProcessStartInfo start = new(tool, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using Process process = Process.Start(start)!;
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            Assert.True(process.ExitCode == 0, $"{tool}: {await errors}");
            return output;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Fail($"{tool} is missing: apt-get install {package}");
            throw;
        }
    }
}
