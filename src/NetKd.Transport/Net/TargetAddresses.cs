using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace NetKd.Transport.Net;

/// <summary>
/// Where <c>target=</c> leads: the address itself, or those that a name has at the moment. A name is looked up in the background, again and
/// again until somebody connects, since a lab's names come and go with its machines.
/// </summary>
internal sealed class TargetAddresses
{
    private static readonly long s_lookUpInterval = Stopwatch.Frequency * 10;

    private readonly string _name;
    private readonly ushort _port;
    private volatile SocketAddress[] _addresses = [];
    private volatile bool _lookingUp;
    private long _nextLookUp;

    internal TargetAddresses(NetConnectionOptions options)
    {
        _port = options.Port;
        _name = options.TargetAddress is null ? options.Target : "";
        if (options.TargetAddress is { } address) _addresses = [new IPEndPoint(address, _port).Serialize()];
    }

    /// <summary>True when the name has no address, as far as is known.</summary>
    internal bool IsUnresolved => _addresses.Length == 0;

    /// <summary>The addresses to poke now, with the target's port.</summary>
    internal SocketAddress[] Current(long now)
    {
        if (_name.Length > 0 && now >= _nextLookUp && !_lookingUp)
        {
            _nextLookUp = now + s_lookUpInterval;
            _lookingUp = true;
            _ = LookUpAsync();
        }

        return _addresses;
    }

    private async Task LookUpAsync()
    {
        try
        {
            IPAddress[] found = await Dns.GetHostAddressesAsync(_name).ConfigureAwait(false);
            _addresses = [.. found
                .Where(a => a.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6)
                .Take(NetConnectionOptions.MaxTargetAddresses)
                .Select(a => new IPEndPoint(a, _port).Serialize())];
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            // Not known, at least not now: the next look-up may find it. The wait says so.
            _addresses = [];
        }
        finally
        {
            _lookingUp = false;
        }
    }
}
