using System.Net;
using NetKd.Cli.Kd;
using NetKd.Protocol.Net;

namespace NetKd.Cli.Commands;

/// <summary>Checks of the values that several commands' options take. What is wrong is a <see cref="UsageException"/> that names the option.</summary>
internal static class OptionValue
{
    /// <summary>A number of a range.</summary>
    public static int Between(int value, int low, int high, string name) =>
        value >= low && value <= high ? value : throw new UsageException($"{name} {value}: give a number from {low} to {high}");

    /// <summary>An IP address.</summary>
    public static IPAddress Address(string text, string name) =>
        IPAddress.TryParse(text, out IPAddress? address) ? address : throw new UsageException($"{name} {text} is not an IP address");

    /// <summary>A key that must be given.</summary>
    public static KdNetKey RequiredKey(string? text, string name) =>
        KeySource.ParseKey(text ?? throw new UsageException($"{name} is missing: give w.x.y.z or @FILE"), name);
}
