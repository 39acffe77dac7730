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
            string dump = await RunAsync(folder, Bpftool, "bpftool", "btf", "dump", "file", "types.o", "-j");
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

            CompareMembers(types, dump);
            Assert.True(structures >= 9 && enumerations >= 2, $"{structures} structures and {enumerations} enumerations");
            Assert.True(types.TryFindFunction("use", out TypeInfo? use, out _));
            Assert.Equal("all*, int (*)(const char*, u64, ...)", ((FunctionType)use).ParameterText);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Types_of_a_module_are_what_bpftool_says()
    {
        string folder = Directory.CreateTempSubdirectory("netkd-btf").FullName;
        try
        {
            BtfBuilder builder = new();
            uint number = builder.Integer("int", 4, encoding: 1);
            builder.Structure("device", 4, ("id", number, 0));
            byte[] kernel = builder.Build();
            BtfTypes types = BtfTypes.Parse(kernel);
            BtfBuilder module = new(types.EndIndex, types.EndString);
            uint own = module.Structure("loop_device", 16, ("base", 2, 0), ("number", number, 32), ("next", types.EndIndex + 1, 64));
            module.Pointer(own);
            module.Enumeration("state", false, ("IDLE", 0), ("BUSY", 1));
            byte[] bytes = module.Build();
            await File.WriteAllBytesAsync(Path.Combine(folder, "vmlinux"), kernel);
            await File.WriteAllBytesAsync(Path.Combine(folder, "loop"), bytes);
            string dump = await RunAsync(folder, Bpftool, "bpftool", "-j", "-B", "vmlinux", "btf", "dump", "file", "loop");
            BtfTypes both = BtfTypes.Parse(bytes, types);
            JsonElement[] records = [.. JsonDocument.Parse(dump).RootElement.GetProperty("types").EnumerateArray()];
            Assert.Equal([own, own + 1, own + 2], records.Select(record => record.GetProperty("id").GetUInt32()));
            Compare(records[0], Assert.IsAssignableFrom<UserDefinedType>(both.Get(own)));
            Compare(records[2], Assert.IsAssignableFrom<EnumType>(both.Get(own + 2)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Bpftool => File.Exists("/usr/sbin/bpftool") ? "/usr/sbin/bpftool" : "bpftool";

    // A member's type by what the tool says of the records that it leads to: its size, and the name where it is one's own.
    private static void CompareMembers(BtfTypes types, string dump)
    {
        Dictionary<uint, JsonElement> records = JsonDocument.Parse(dump).RootElement.GetProperty("types").EnumerateArray().ToDictionary(r => r.GetProperty("id").GetUInt32());
        foreach ((uint id, JsonElement record) in records)
        {
            if (record.GetProperty("kind").GetString() is not ("STRUCT" or "UNION")) continue;
            foreach ((JsonElement member, Field field) in record.GetProperty("members").EnumerateArray().Zip(((UserDefinedType)types.Get(id)).Fields))
            {
                uint of = member.GetProperty("type_id").GetUInt32();
                Assert.Equal(SizeOf(records, of), field.Type.Size);
                if (field.Type is BasicType) Assert.Equal(records[of].GetProperty("name").GetString(), field.Type.Name);
            }
        }
    }

    private static ulong SizeOf(Dictionary<uint, JsonElement> records, uint id)
    {
        JsonElement record = records[id];
        return record.GetProperty("kind").GetString() switch
        {
            "PTR" => 8,
            "ARRAY" => record.GetProperty("nr_elems").GetUInt64() * SizeOf(records, record.GetProperty("type_id").GetUInt32()),
            "TYPEDEF" or "CONST" or "VOLATILE" or "RESTRICT" => SizeOf(records, record.GetProperty("type_id").GetUInt32()),
            "FWD" => 0,
            _ => record.GetProperty("size").GetUInt64(),
        };
    }

    private static void Compare(JsonElement record, UserDefinedType type)
    {
        if (record.GetProperty("name").GetString() is var name and not "(anon)") Assert.Equal(name, type.Name);
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

    private static void Compare(JsonElement record, EnumType type)
    {
        if (record.GetProperty("name").GetString() is var name and not "(anon)") Assert.Equal(name, type.Name);
        Assert.Equal(record.GetProperty("size").GetUInt64(), type.Size);
        Assert.Equal(
            record.GetProperty("values").EnumerateArray().Select(v => (v.GetProperty("name").GetString()!, Low(v.GetProperty("val")))),
            type.Values.Select(v => (v.Name, unchecked((int)v.Value))));
    }

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
