using NetKd.Symbols.Names.Managed;
using NetKd.Symbols.Pdb;
using NetKd.Symbols.Types;

namespace NetKd.Symbols.Tests.Names;

/// <summary>The bundled target computer's PDB as debuggers use it.</summary>
public sealed class ManagedSymbolFileTests : IDisposable
{
    private readonly SymbolFile _file = ManagedSymbolFile.OpenPdb(TargetOs.Pdb());

    public void Dispose() => _file.Dispose();

    [Fact]
    public void A_function_has_its_csharp_name_by_address_and_its_address_by_either_name()
    {
        Symbol symbol = Assert.Single(_file.Find("Scheduler.Switch"));
        Assert.Equal(("Scheduler.Switch", SymbolKind.Function), (symbol.Name, symbol.Kind));
        Assert.Equal([symbol], _file.Find("targetos_NetKd_TargetOs_Threads_Scheduler__Switch"));
        Assert.Equal([symbol], _file.Find("NetKd.TargetOs.Threads.Scheduler.Switch"));
        Assert.True(_file.TryFindNearest(symbol.Offset + 1, out Symbol nearest));
        Assert.Equal(symbol, nearest);
        Assert.Contains(symbol, _file.FindAt(symbol.Offset));
        Assert.Equal("Scheduler.Switch", _file.FindFunction(symbol.Offset)!.Symbol.Name);
        Assert.Contains(symbol, _file.Match("scheduler.sw*"));
        Assert.Contains(symbol, _file.Match("*Scheduler__Switch"));
    }

    [Fact]
    public void Names_of_assembly_code_stay()
    {
        Assert.NotEmpty(_file.Find("KeBugCheckEx"));
        Assert.Equal("KeBugCheckEx", _file.Find("KeBugCheckEx")[0].Name);
        Assert.Empty(_file.Find("Scheduler.Missing"));
    }

    [Fact]
    public void Overloads_are_all_found() => Assert.Equal(2, _file.Find("KernelThread.KernelThread").Count);

    [Fact]
    public void A_static_field_is_a_variable_with_a_place_and_a_type()
    {
        Symbol field = Assert.Single(_file.Find("Scheduler.s_current"));
        Symbol structure = _file.Find("?__NONGCSTATICS@targetos_NetKd_TargetOs_Threads_Scheduler@@")[0];
        Assert.Equal((SymbolKind.Data, structure.Offset + 4, 4u), (field.Kind, field.Offset, field.Size));
        Assert.Equal("int", _file.Types!.Get(field.TypeIndex).Name);
    }

    [Fact]
    public void Types_have_their_csharp_names_and_are_found_by_either()
    {
        Assert.True(_file.Types!.TryFind("KernelThread", out TypeInfo? type));
        Assert.True(_file.Types.TryFind("targetos_NetKd_TargetOs_Threads_KernelThread", out TypeInfo? same));
        Assert.Equal(("KernelThread", "KernelThread"), (type.Name, same.Name));
        Assert.DoesNotContain(((UserDefinedType)type).Fields, f => f.Type.Name.Contains("targetos_", StringComparison.Ordinal));
        Assert.Contains("DhcpClient.State", _file.Types.Match("dhcp*").Select(t => t.Name));
        Assert.Contains("KernelThread", _file.Types.Match("*threads_kernelthread").Select(t => t.Name));
    }

    [Fact]
    public void The_pdb_of_a_program_in_cpp_is_opened_as_it_is()
    {
        using SymbolFile file = ManagedSymbolFile.OpenPdb(SampleProgram.Build("basic").Pdb);
        Assert.IsType<PdbFile>(file);
    }
}
