using NetKd.BootConfig.Hives;

namespace NetKd.BootConfig.Bcd;

/// <summary>Values as the hive stores them (facts: kernel-debugging-docs, C.7, Format).</summary>
internal static class BcdValueCodec
{
    private const int MostListEntries = 4096;

    public static BcdValue Read(BcdElementFormat format, HiveValue stored)
    {
        byte[] data = stored.Data;
        switch (format)
        {
            case BcdElementFormat.Device when data.Length > 0:
                return new BcdValue.Device(new BcdDevice(data));
            case BcdElementFormat.String when stored.Type == HiveValueType.String:
                return new BcdValue.String(stored.Text);
            case BcdElementFormat.Object when Guid.TryParseExact(stored.Text, "B", out Guid id):
                return new BcdValue.Object(id);
            case BcdElementFormat.ObjectList when stored.Texts.Length <= MostListEntries && Array.TrueForAll(stored.Texts, text => Guid.TryParseExact(text, "B", out _)):
                return new BcdValue.ObjectList([.. stored.Texts.Select(Guid.Parse)]);
            // Windows writes eight bytes; shorter ones occur.
            case BcdElementFormat.Integer when data.Length is > 0 and <= 8:
                return new BcdValue.Integer(Number(data));
            case BcdElementFormat.Boolean when data.Length is > 0 and <= 8:
                return new BcdValue.Boolean(Number(data) != 0);
            case BcdElementFormat.IntegerList when data.Length % 8 == 0 && data.Length / 8 <= MostListEntries:
                return new BcdValue.IntegerList([.. Enumerable.Range(0, data.Length / 8).Select(i => BinaryPrimitives.ReadUInt64LittleEndian(data.AsSpan(8 * i)))]);
            default:
                return new BcdValue.Unreadable(data);
        }
    }

    public static (HiveValueType Type, byte[] Data) Write(BcdValue value) => value switch
    {
        BcdValue.Device device => (HiveValueType.Binary, device.Value.Bytes.ToArray()),
        BcdValue.String text => (HiveValueType.String, HiveValue.FromText(text.Value)),
        BcdValue.Object id => (HiveValueType.String, HiveValue.FromText(id.Value.ToString("B"))),
        BcdValue.ObjectList ids => (HiveValueType.MultiString, HiveValue.FromTexts(ids.Values.Select(id => id.ToString("B")))),
        BcdValue.Integer number => (HiveValueType.Binary, Bytes(number.Value)),
        BcdValue.Boolean flag => (HiveValueType.Binary, [flag.Value ? (byte)1 : (byte)0]),
        BcdValue.IntegerList numbers => (HiveValueType.Binary, [.. numbers.Values.SelectMany(Bytes)]),
        BcdValue.Unreadable raw => (HiveValueType.Binary, raw.Data),
        _ => throw new ArgumentException("unknown kind of value", nameof(value)),
    };

    private static ulong Number(byte[] data)
    {
        Span<byte> bytes = stackalloc byte[8];
        data.CopyTo(bytes);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    private static byte[] Bytes(ulong value)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return bytes;
    }
}
