using NetKd.Gdb;

namespace NetKd.Target.Bridge;

/// <summary>The kinds of machines that are debugged through stubs.</summary>
public enum GuestArchitecture
{
    /// <summary>64-bit x86.</summary>
    Amd64,
    /// <summary>64-bit Arm.</summary>
    Arm64,
    /// <summary>32-bit x86.</summary>
    X86,
}

/// <summary>Which kind of machine a stub's is.</summary>
public static class GuestArchitectures
{
    /// <summary>The names that users give, for messages.</summary>
    public const string Names = "amd64, arm64 or x86";

    /// <summary>Reads a user's name, letter case not counting; null for another.</summary>
    public static GuestArchitecture? Parse(string text) => text?.ToLowerInvariant() switch
    {
        "amd64" => GuestArchitecture.Amd64,
        "arm64" => GuestArchitecture.Arm64,
        "x86" => GuestArchitecture.X86,
        _ => null,
    };

    /// <summary>Decides by what the user said and what the stub describes; a stub that says nothing has an amd64 machine unless the user says otherwise.</summary>
    /// <exception cref="GdbException">They disagree, or the machine is none of these.</exception>
    internal static GuestArchitecture Decide(GuestArchitecture? wanted, GdbClient client)
    {
        if (!client.HasDescription) return wanted ?? GuestArchitecture.Amd64;
        TargetDescription description = client.Description;
        string what = description.Architecture.Length > 0 ? description.Architecture : "one without a name";
        if (Described(description) is not { } described)
            throw new GdbException($"The stub's machine is {what}: {Names} machines can be debugged through stubs.");
        if (wanted is null || wanted == described) return described;
        // A 64-bit processor in 32-bit mode is still described, and its registers given, as what it is.
        string hint = (wanted, described) == (GuestArchitecture.X86, GuestArchitecture.Amd64) ? " Leave arch= out, or run the guest in qemu-system-i386." : " Leave arch= out.";
        throw new GdbException($"The stub describes its machine as {what}, which is {described.ToString().ToLowerInvariant()} and not {wanted.ToString()!.ToLowerInvariant()}.{hint}");
    }

    private static GuestArchitecture? Described(TargetDescription description)
    {
        string name = description.Architecture;
        if (name.StartsWith("i386:x86-64", StringComparison.Ordinal)) return GuestArchitecture.Amd64;
        if (name.StartsWith("i386", StringComparison.Ordinal)) return GuestArchitecture.X86;
        if (name.StartsWith("aarch64", StringComparison.Ordinal)) return GuestArchitecture.Arm64;
        if (name.Length > 0) return null;
        return description.Find("rip") is not null ? GuestArchitecture.Amd64
            : description.Find("eip") is not null ? GuestArchitecture.X86
            : description.Find("x30") is not null ? GuestArchitecture.Arm64 : null;
    }
}
