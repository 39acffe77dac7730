using System.Buffers.Binary;
using NetKd.Capture.Text;

namespace NetKd.Capture.Sessions;

/// <summary>Poke and connection check in words (facts: kdnet-wire, section 2).</summary>
internal static class HandshakeDescription
{
    private const int ConnectionCheckAddress = 8;

    public static void AddPoke(List<PacketField> fields, ReadOnlySpan<byte> body)
    {
        ReadOnlySpan<byte> random = Poke.TargetRandom(body);
        fields.Add(new PacketField("nonce", $"{Poke.Nonce(body):x}"));
        // TIME_FIELDS: year, month, day, hour, minute, second, millisecond, weekday.
        fields.Add(new PacketField("booted", $"{Part(random, 0):D4}-{Part(random, 1):D2}-{Part(random, 2):D2}T{Part(random, 3):D2}:{Part(random, 4):D2}:{Part(random, 5):D2}"));
        fields.Add(new PacketField("target", PeerText.Format(Poke.TargetAddress(body))));
        fields.Add(new PacketField("configured-host", PeerText.Format(Poke.ConfiguredHost(body))));
        fields.Add(new PacketField("boot-identity", Convert.ToHexStringLower(random), IsMain: false));
    }

    public static void AddConnectionCheck(List<PacketField> fields, ReadOnlySpan<byte> body)
    {
        if (body.Length < ConnectionCheck.BodySize) return;
        PeerAddress host = PeerAddress.FromIPv4(BinaryPrimitives.ReadUInt32LittleEndian(body[ConnectionCheckAddress..]), 0);
        fields.Add(new PacketField("host", PeerText.FormatAddress(host)));
    }

    private static ushort Part(ReadOnlySpan<byte> fields, int index) => BinaryPrimitives.ReadUInt16LittleEndian(fields[(index * 2)..]);
}
