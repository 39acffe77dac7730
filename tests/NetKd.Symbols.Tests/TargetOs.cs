namespace NetKd.Symbols.Tests;

/// <summary>The bundled target computer's PDB: the names and types that .NET's ahead-of-time compiler writes.</summary>
internal static class TargetOs
{
    private static readonly Lazy<string> s_pdb = new(Build);

    /// <summary>Path of its PDB; it is built when it is not there.</summary>
    public static string Pdb() => s_pdb.Value;

    private static string Build()
    {
        string pdb = Path.Combine(SampleProgram.Root(), "artifacts", "targetos", "targetos.pdb");
        if (!File.Exists(pdb)) SampleProgram.Run("dotnet", "build", Path.Combine(SampleProgram.Root(), "targetos", "TargetOs.csproj"), "--nologo", "-v", "quiet");
        return pdb;
    }
}
