namespace NetKd.Symbols.Tests.Types;

/// <summary>The program of tests/SamplePrograms/types, which keeps everything it describes.</summary>
internal static class TypesProgram
{
    public static SampleProgram Build(string target = "x86_64-pc-windows-msvc") => SampleProgram.Build("types", target, "-O0 -fchar8_t", "/entry:Main /opt:noref");
}
