using System.Text.RegularExpressions;

namespace NetKd.Symbols.Stores;

/// <summary>Where a symbol store is: a directory, or an HTTP(S) server.</summary>
public sealed partial record StoreLocation
{
    private StoreLocation(string? directory, Uri? server)
    {
        Directory = directory;
        Server = server;
    }

    /// <summary>The directory, local or on a share; null for a server.</summary>
    public string? Directory { get; }

    /// <summary>The server's address; null for a directory. It may hold a password: show <see cref="ToString"/> instead.</summary>
    public Uri? Server { get; }

    /// <summary>A store in a directory.</summary>
    public static StoreLocation InDirectory(string directory) => new(directory, null);

    /// <summary>A store of an HTTP(S) server.</summary>
    public static StoreLocation OnServer(Uri server) => new(null, server);

    /// <summary>The location for people to read: a server's without user, password and query, where credentials may be.</summary>
    public override string ToString() => Directory ?? Masked(Server!);

    /// <summary>An address without the parts that may hold credentials.</summary>
    internal static string Masked(Uri address) => Masked(address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped).TrimEnd('/'));

    /// <summary>Text that may be an address, however wrong, without what may be credentials in it, and without what would speak to a terminal.</summary>
    internal static string Masked(string text)
    {
        string masked = UserAndPassword().Replace(text, "");
        int scheme = masked.IndexOf("://", StringComparison.Ordinal);
        int query = scheme < 0 ? -1 : masked.IndexOf('?', scheme);
        if (query >= 0) masked = masked[..query];
        return masked.Any(char.IsControl) ? string.Concat(masked.Select(c => char.IsControl(c) ? '.' : c)) : masked;
    }

    [GeneratedRegex("(?<=//)[^/*;]*@")]
    private static partial Regex UserAndPassword();
}
