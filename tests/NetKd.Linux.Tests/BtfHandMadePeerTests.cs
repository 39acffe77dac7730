using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using NetKd.Linux.Btf;
using NetKd.Symbols.Types;

namespace NetKd.Linux.Tests;

/// <summary>Whole values of enumerations, which compilers of BTF cut off, and bit fields by the kernel's own tool, in BTF that is made by hand.</summary>
public sealed class BtfHandMadePeerTests
{
    [Fact]
    public async Task Values_of_64_bits_and_old_bit_fields_are_what_bpftool_says()
    {
        BtfBuilder builder = new();
        uint number = builder.Integer("unsigned int", 4), three = builder.Integer("unsigned int", 4, 0, 3);
        builder.Enumeration64("large", ("FAR", 0x1234_5678_9ABC), ("BACK", -0x1234_5678_9ABC), ("LEAST", long.MinValue), ("MOST", long.MaxValue));
        builder.Enumeration("small", true, ("MINUS", -1), ("LOW", int.MinValue), ("TWO", 2));
        builder.Structure("old", 8, ("x", three, 0), ("y", three, 3), ("whole", number, 32));
        byte[] bytes = builder.Build();
        BtfTypes types = BtfTypes.Parse(bytes);
        string path = Path.Combine(Path.GetTempPath(), $"netkd-btf-{Guid.NewGuid():n}");
        try
        {
            await File.WriteAllBytesAsync(path, bytes);
            JsonElement[] records = [.. JsonDocument.Parse(await DumpAsync(path)).RootElement.GetProperty("types").EnumerateArray()];
            Assert.Equal(5, records.Length);
            foreach (JsonElement record in records)
            {
                TypeInfo type = types.Get(record.GetProperty("id").GetUInt32());
                Assert.Equal((record.GetProperty("name").GetString(), record.GetProperty("size").GetUInt64()), (type.Name, type.Size));
                if (type is EnumType enumeration) Assert.Equal(Values(record), enumeration.Values.Select(v => (v.Name, v.Value)));
                if (type is UserDefinedType structure)
                {
                    Assert.Equal(
                        record.GetProperty("members").EnumerateArray().Select(m => (m.GetProperty("name").GetString()!, m.GetProperty("bits_offset").GetUInt32())),
                        structure.Fields.Select(f => (f.Name, 8 * f.Offset + (uint)(f.Type is BitFieldType bits ? bits.Position : 0))));
                }
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    // Tools of some ages write values of 32 bits without their sign.
    private static IEnumerable<(string, long)> Values(JsonElement record)
    {
        bool small = record.GetProperty("kind").GetString() == "ENUM";
        foreach (JsonElement value in record.GetProperty("values").EnumerateArray())
        {
            Int128 number = Int128.Parse(value.GetProperty("val").GetRawText(), CultureInfo.InvariantCulture);
            yield return (value.GetProperty("name").GetString()!, small ? unchecked((int)(uint)(number & uint.MaxValue)) : unchecked((long)number));
        }
    }

    private static async Task<string> DumpAsync(string path)
    {
        string tool = File.Exists("/usr/sbin/bpftool") ? "/usr/sbin/bpftool" : "bpftool";
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(tool, ["btf", "dump", "file", path, "-j"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            Assert.True(process.ExitCode == 0, $"{tool}: {output} {await errors}");
            return output;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Fail("bpftool is missing, install it: apt-get install bpftool");
            throw;
        }
    }
}
