using NetKd.Protocol.Kd;

namespace NetKd.Cli.Kd;

/// <summary>Prints KD packets as they pass, for CTRL+D. Payloads are not printed: they can be memory of the target.</summary>
internal static class PacketTracePrinter
{
    /// <summary>Prints one packet on standard error.</summary>
    public static void Print(bool sent, in PacketHeader header, ReadOnlySpan<byte> payload)
    {
        string call = header.Type == PacketType.StateManipulate && ManipulateHeader.TryRead(payload, out ManipulateHeader manipulate) ? $" {manipulate.Api}" : "";
        Console.Error.WriteLine($"{(sent ? "->" : "<-")} {header.Type}{call} id {header.Id:x8} {payload.Length} bytes");
    }
}
