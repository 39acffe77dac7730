using NetKd.BootConfig.Bcd;
using NetKd.Protocol.Net;

namespace NetKd.BootConfig.Language.Commands;

/// <summary>The settings of a network debugger: the same for the kernel's and the hypervisor's, in elements of their own.</summary>
internal sealed record NetworkSettings(uint HostIP, uint HostIPv6, uint Port, uint Key, uint Dhcp, uint BusParameters)
{
    private const string HostIPName = "hostip";
    private const string HostIPv6Name = "hostipv6";
    private const string PortName = "port";
    private const string KeyName = "key";
    private const string NewKey = "newkey";
    private const string NoDhcp = "nodhcp";
    private const string BusParametersName = "busparams";

    public static readonly string[] Valued = [HostIPName, HostIPv6Name, PortName, KeyName, BusParametersName];

    public static readonly string[] Words = [NewKey, NoDhcp];

    public static NetworkSettings Kernel { get; } = new(WellKnown.HostIP, WellKnown.HostIPv6, WellKnown.Port, WellKnown.Key, WellKnown.Dhcp, WellKnown.BusParameters);

    public static NetworkSettings Hypervisor { get; } = new(
        WellKnown.HypervisorHostIP, WellKnown.HypervisorHostIPv6, WellKnown.HypervisorHostPort, WellKnown.HypervisorKey, WellKnown.HypervisorDhcp, WellKnown.HypervisorBusParameters);

    /// <summary>Writes the settings; prints the key when it made a new one.</summary>
    public void Apply(BcdEditSession session, BcdObject entry, DebuggerParameters given)
    {
        if (!given.Has(HostIPv6Name)) given.Require(HostIPName, $"W.X.Y.Z (or hostipv6:). {ElementRules.IPv4}");
        given.Require(PortName, $"N. {ElementRules.Ports}");
        given.Exclude(HostIPName, HostIPv6Name);
        given.Exclude(KeyName, NewKey);
        given.Apply(session, entry, HostIPName, HostIP);
        given.Apply(session, entry, HostIPv6Name, HostIPv6);
        // A target speaks the family of the one address that is there, never both.
        entry.Remove(given.Has(HostIPName) ? HostIPv6 : HostIP);
        given.Apply(session, entry, PortName, Port);
        given.Apply(session, entry, BusParametersName, BusParameters);
        entry.Set(Dhcp, new BcdValue.Boolean(!given.Has(NoDhcp)));
        if (given.Has(KeyName)) given.Apply(session, entry, KeyName, Key);
        else if (given.Has(NewKey) || !HasKey(entry)) Generate(session, entry);
    }

    private bool HasKey(BcdObject entry) => entry.GetString(Key) is { } text && KeyText.TryParse(text, out _, out _) == KeyTextFault.None;

    private void Generate(BcdEditSession session, BcdObject entry)
    {
        string key = KeyTextFormat.Reveal(KeyTextFormat.Generate());
        entry.Set(Key, new BcdValue.String(key));
        // The command's purpose: the debugger's side needs it.
        session.Print($"Key={key}");
    }
}
