using NetKd.Commands.Expressions;
using NetKd.Commands.Types;
using NetKd.Symbols;
using NetKd.Symbols.Names.Managed;

namespace NetKd.Commands.Tests.Types;

/// <summary>Types and variables of targetos, which .NET's ahead-of-time compiler made, by their C# names and by the compiler's.</summary>
public sealed class ManagedTypesTests
{
    [Theory]
    [InlineData("sizeof(KernelThread)")]
    [InlineData("sizeof(nt!KernelThread)")]
    [InlineData("sizeof(targetos_NetKd_TargetOs_Threads_KernelThread)")]
    [InlineData("sizeof(NetKd.TargetOs.Threads.KernelThread)")]
    [InlineData("(KernelThread*)0")]
    [InlineData("Scheduler.s_current")]
    [InlineData("&Scheduler.Switch")]
    public void Names(string text)
    {
        string pdb = Path.Combine(SampleProgram.Root(), "artifacts", "targetos", "targetos.pdb");
        if (!File.Exists(pdb)) SampleProgram.Run("dotnet", "build", Path.Combine(SampleProgram.Root(), "targetos", "TargetOs.csproj"), "--nologo", "-v", "quiet");
        using SymbolFile symbols = ManagedSymbolFile.OpenPdb(pdb);
        ValuesTarget target = new(symbols);
        TypedValue value = new CppEvaluator(target, new MasmEvaluator(target)).Evaluate(text);
        Assert.True(value.Type.Size > 0, value.Type.Name);
        Assert.DoesNotContain("targetos_", TypeText.Declaration(value.Type), StringComparison.Ordinal);
    }
}
