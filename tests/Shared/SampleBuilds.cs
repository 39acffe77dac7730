namespace NetKd.Testing;

/// <summary>The ways in which tests compile and link the sample programs, by name, so that a test can run over all of them.</summary>
internal static class SampleBuilds
{
    private static readonly Dictionary<string, Func<SampleProgram>> s_builds = All();

    /// <summary>The names, such as <c>varied-x86_64-O2</c>.</summary>
    public static IEnumerable<string> Names => s_builds.Keys;

    /// <summary>Builds the program of a name, or takes it from an earlier build.</summary>
    public static SampleProgram Build(string name) => s_builds[name]();

    private static Dictionary<string, Func<SampleProgram>> All()
    {
        Dictionary<string, Func<SampleProgram>> builds = [];
        foreach (string architecture in (string[])["x86_64", "i686", "aarch64"])
        {
            string target = $"{architecture}-pc-windows-msvc";
            // clang marks no object as having only safe handlers.
            string safe = architecture == "i686" ? " /safeseh:no" : "";
            foreach (string level in (string[])["-O0", "-O1", "-O2"])
            {
                builds.Add($"basic-{architecture}{level}", () => SampleProgram.Build("basic", target, level, "/entry:Main" + safe));
                builds.Add($"varied-{architecture}{level}", () => SampleProgram.Build("varied", target, $"{level} -ffunction-sections", "/entry:Main /opt:ref,icf" + safe));
            }

            builds.Add($"types-{architecture}", () => SampleProgram.Build("types", target, "-O0 -fchar8_t", "/entry:Main /opt:noref" + safe));
            if (architecture != "i686") builds.Add($"unwind-{architecture}", () => SampleProgram.Build("unwind", target, "-O2 -funwind-tables", "/entry:Main" + safe));

            // Functions in an order that no compiland knows; what nobody calls stays; big pages.
            builds.Add($"ordered-{architecture}", () => SampleProgram.Build(
                "varied", target, "-O1 -ffunction-sections", $"/entry:Main /opt:noref,noicf /pdbpagesize:8192 /order:@{{sources}}/order-{architecture}.txt" + safe));

            // Without debug information the PDB has public names only, as one that was stripped: lld-link 14 does not know /pdbstripped.
            builds.Add($"stripped-{architecture}", () => SampleProgram.Build("varied", target, "-O1 -g0 -ffunction-sections", "/entry:Main" + safe));
        }

        return builds;
    }
}
