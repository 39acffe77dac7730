using System.Net;
using NetKd.Protocol.Net;

namespace NetKd.Cli.Doctor;

/// <summary>What a datagram turned out to be.</summary>
internal enum SightingKind
{
    /// <summary>A target's poke, made with our key.</summary>
    Poke,
    /// <summary>Of a poke's size on the control channel; no key was given to check it.</summary>
    UncheckedPoke,
    /// <summary>Control channel, but made with another key, or damaged.</summary>
    OtherKey,
    /// <summary>KDNET of a version that no debugger of today answers.</summary>
    UnknownVersion,
    /// <summary>Made with our key by a debugger, not by a target.</summary>
    Debugger,
    /// <summary>Data channel: a target that goes on with a session of a debugger that has left.</summary>
    SessionData,
    /// <summary>KDNET by its first bytes, but malformed.</summary>
    Malformed,
    /// <summary>Not KDNET.</summary>
    Foreign,
}

/// <summary>Datagrams of one kind from one sender.</summary>
/// <param name="From">The sender.</param>
/// <param name="Kind">What they are.</param>
/// <param name="Version">KDNET version of the last one; 0 when it has none.</param>
/// <param name="Count">How many came.</param>
internal sealed record PokeSighting(IPEndPoint From, SightingKind Kind, byte Version, long Count)
{
    /// <summary>The target's own address as its last poke states it.</summary>
    public IPEndPoint? Target { get; init; }

    /// <summary>The host that the target was set up for, as its last poke states it.</summary>
    public IPEndPoint? ConfiguredHost { get; init; }

    /// <summary>How often the boot's identity changed while we watched.</summary>
    public int Restarts { get; init; }
}
