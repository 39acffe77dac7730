using System.Net;
using System.Net.NetworkInformation;

namespace NetKd.BootConfig.Kdnet;

/// <summary>An address of this machine, with the length of its network's prefix in bits.</summary>
public readonly record struct LocalNetwork(IPAddress Address, int PrefixLength)
{
    /// <summary>The addresses of this machine's interfaces, loopback left out.</summary>
    public static IReadOnlyList<LocalNetwork> OfThisMachine()
    {
        try
        {
            return
            [
                .. NetworkInterface.GetAllNetworkInterfaces()
                    .Where(network => network.NetworkInterfaceType != NetworkInterfaceType.Loopback)
                    .SelectMany(network => network.GetIPProperties().UnicastAddresses)
                    .Select(unicast => new LocalNetwork(unicast.Address, unicast.PrefixLength)),
            ];
        }
        catch (Exception e) when (e is NetworkInformationException or PlatformNotSupportedException)
        {
            return [];
        }
    }

    /// <summary>Whether an address is in this network.</summary>
    public bool Contains(IPAddress other)
    {
        if (other.AddressFamily != Address.AddressFamily) return false;
        byte[] mine = Address.GetAddressBytes();
        byte[] theirs = other.GetAddressBytes();
        for (int bit = 0; bit < PrefixLength && bit < mine.Length * 8; bit++)
        {
            if (((mine[bit >> 3] ^ theirs[bit >> 3]) & (0x80 >> (bit & 7))) != 0) return false;
        }

        return true;
    }
}
