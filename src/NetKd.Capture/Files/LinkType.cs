namespace NetKd.Capture.Files;

/// <summary>What the frames of a capture begin with (tcpdump.org/linktypes.html). Other numbers occur and are not understood.</summary>
public enum LinkType
{
    /// <summary>LINKTYPE_NULL: an address family as a u32 in the byte order of the machine that captured.</summary>
    Null = 0,
    /// <summary>LINKTYPE_ETHERNET.</summary>
    Ethernet = 1,
    /// <summary>DLT_RAW as some systems write it into files: IPv4 or IPv6 without anything before.</summary>
    RawBsd = 12,
    /// <summary>DLT_RAW as OpenBSD writes it into files.</summary>
    RawOpenBsd = 14,
    /// <summary>LINKTYPE_RAW: IPv4 or IPv6 without anything before.</summary>
    Raw = 101,
    /// <summary>LINKTYPE_LOOP: an address family as a u32 in network order.</summary>
    Loop = 108,
    /// <summary>LINKTYPE_LINUX_SLL: 16 bytes, what "any" gives on Linux.</summary>
    LinuxCooked = 113,
    /// <summary>LINKTYPE_IPV4.</summary>
    IPv4 = 228,
    /// <summary>LINKTYPE_IPV6.</summary>
    IPv6 = 229,
    /// <summary>LINKTYPE_LINUX_SLL2: 20 bytes, the newer form of the same.</summary>
    LinuxCooked2 = 276,
}
