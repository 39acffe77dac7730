using System.Text.RegularExpressions;
using NetKd.Symbols.Names.Managed;
using NetKd.Symbols.Pdb.Msf;
using NetKd.Symbols.Pdb.Types;
using NetKd.Symbols.Types;

namespace NetKd.Symbols.Tests.Names;

/// <summary>C# names of the bundled target computer, whose PDB .NET's ahead-of-time compiler made.</summary>
public sealed partial class ManagedNamesTests : IDisposable
{
    private readonly MsfFile _file = MsfFile.Open(TargetOs.Pdb());
    private readonly PdbTypeTable _types;
    private readonly ManagedNames _names;

    public ManagedNamesTests()
    {
        _types = new PdbTypeTable(_file);
        _names = Assert.IsType<ManagedNames>(ManagedNames.Detect(_types, new PdbIdTable(_file, _types), "targetos", () => s_symbols.Value));
    }

    private static readonly Lazy<string[]> s_functions = new(() => Printed("-symbols", ProcedureRecord()));

    private static readonly Lazy<string[]> s_publics = new(() => Printed("-publics", PublicRecord()));

    private static readonly Lazy<string[]> s_symbols = new(() => [.. s_functions.Value.Union(s_publics.Value)]);

    public void Dispose() => _file.Dispose();

    [Fact]
    public void Every_function_is_found_by_each_form_of_its_name()
    {
        Assert.True(s_functions.Value.Length > 400);
        foreach (string function in s_functions.Value)
        {
            string shown = _names.Display(function), full = _names.FullName(function);
            Assert.NotEqual(function, shown);
            Assert.DoesNotContain("targetos_", shown, StringComparison.Ordinal);
            Assert.DoesNotContain("__", shown, StringComparison.Ordinal);
            Assert.EndsWith(shown[^1..], full, StringComparison.Ordinal);
            Assert.Contains(function, _names.Resolve(shown));
            Assert.Contains(function, _names.Resolve(full));
            Assert.Equal([function], _names.Resolve(function));
            // What is shown means overloads of one method of one type.
            Assert.Single(_names.Resolve(shown).Select(_names.FullName).Select(f => f[..(f + "<").IndexOf('<', StringComparison.Ordinal)]).Distinct());
            if (full.StartsWith("NetKd.TargetOs.", StringComparison.Ordinal)) Assert.Contains(function, _names.Resolve(full["NetKd.".Length..]));
        }
    }

    [Fact]
    public void Every_type_is_found_by_each_form_of_its_name()
    {
        int found = 0;
        foreach (string type in _types.Match("targetos_*").Select(t => t.Name))
        {
            string shown = _names.DisplayType(type);
            Assert.DoesNotContain("targetos", shown, StringComparison.Ordinal);
            Assert.Equal([type], _names.ResolveType(shown));
            Assert.Equal([type], _names.ResolveType(type));
            found++;
        }

        Assert.True(found > 100);
    }

    [Theory]
    [InlineData("targetos_NetKd_TargetOs_Threads_Scheduler__Switch", "Scheduler.Switch")]
    [InlineData("targetos_NetKd_TargetOs_Threads_KernelThread___ctor", "KernelThread.KernelThread")]
    [InlineData("targetos_NetKd_TargetOs_Threads_KernelThread___ctor_0", "KernelThread.KernelThread")]
    [InlineData("targetos_NetKd_TargetOs_Threads_Scheduler___cctor", "Scheduler..cctor")]
    [InlineData("targetos_NetKd_TargetOs_Net_Udp__Write_0", "Udp.Write")]
    [InlineData("targetos_NetKd_TargetOs_Net_DhcpClient__get_IsBound", "DhcpClient.IsBound.get")]
    [InlineData("targetos_System_Span_1<UInt8>__Slice_0", "Span<byte>.Slice")]
    [InlineData("targetos_System_Runtime_InteropServices_MemoryMarshal__Read<UInt16>", "MemoryMarshal.Read<ushort>")]
    [InlineData("targetos_NetKd_TargetOs_Debugger_TargetMachine__Bytes<targetos_NetKd_TargetOs_Debugger_TargetMachine_ControlReport>", "TargetMachine.Bytes<TargetMachine.ControlReport>")]
    [InlineData("targetos_NetKd_TargetOs_Crypto_Aes256_Block__Write", "Aes256.Block.Write")]
    [InlineData("Internal_CompilerGenerated__Module___NativeLibraryStartup", "<Module>.NativeLibraryStartup")]
    [InlineData("?__GCSTATICS@targetos_NetKd_TargetOs_Threads_Scheduler@@", "Scheduler.__GCSTATICS")]
    [InlineData("?__NONGCSTATICS@targetos_NetKd_TargetOs_Memory_Heap@@", "Heap.__NONGCSTATICS")]
    [InlineData("?__GCSTATICS@targetos_NetKd_TargetOs_Debugger_KernelDebugger@@__PreInitData", "KernelDebugger.__GCSTATICS.__PreInitData")]
    [InlineData("??_7targetos_NetKd_TargetOs_Net_UdpPort@@6B@", "UdpPort.`vtable'")]
    [InlineData("??_7Boxed_targetos_NetKd_Protocol_Net_PeerAddress@@6B@", "PeerAddress.`boxed vtable'")]
    [InlineData("??_7__Array<Bool>@@6B@", "bool[].`vtable'")]
    [InlineData("_unwind0targetos_NetKd_TargetOs_Threads_Scheduler__Switch", "Scheduler.Switch.__unwind0")]
    [InlineData("__writableDatatargetos_NetKd_TargetOs_Net_DhcpClient", "DhcpClient.__writableData")]
    [InlineData("__readonlydata_targetos_NetKd_TargetOs_Debugger_Exceptions__Code", "Exceptions.Code.__readonlydata")]
    [InlineData("__FrozenObj_targetos_NetKd_TargetOs_Debugger_KernelDebugger1", "KernelDebugger.__FrozenObj1")]
    [InlineData("KeBugCheckEx", "KeBugCheckEx")]
    [InlineData("RhpNewFast", "RhpNewFast")]
    [InlineData("__security_cookie", "__security_cookie")]
    [InlineData("__managed__Startup", "__managed__Startup")]
    [InlineData("", "")]
    public void Symbols_are_shown_as_csharp_writes_them(string symbol, string shown) => Assert.Equal(shown, _names.Display(symbol));

    [Theory]
    [InlineData("Scheduler.Switch", "targetos_NetKd_TargetOs_Threads_Scheduler__Switch")]
    [InlineData("scheduler.switch", "targetos_NetKd_TargetOs_Threads_Scheduler__Switch")]
    [InlineData("Threads.Scheduler.Switch", "targetos_NetKd_TargetOs_Threads_Scheduler__Switch")]
    [InlineData("TargetOs.Threads.Scheduler.Switch", "targetos_NetKd_TargetOs_Threads_Scheduler__Switch")]
    [InlineData("NetKd.TargetOs.Threads.Scheduler.Switch", "targetos_NetKd_TargetOs_Threads_Scheduler__Switch")]
    [InlineData("DhcpClient.get_IsBound", "targetos_NetKd_TargetOs_Net_DhcpClient__get_IsBound")]
    [InlineData("MemoryMarshal.Read<ushort>", "targetos_System_Runtime_InteropServices_MemoryMarshal__Read<UInt16>")]
    [InlineData("?__GCSTATICS@targetos_NetKd_TargetOs_Threads_Scheduler@@", "?__GCSTATICS@targetos_NetKd_TargetOs_Threads_Scheduler@@")]
    public void Typed_names_mean_one_symbol(string typed, string symbol) => Assert.Equal([symbol], _names.Resolve(typed));

    [Fact]
    public void Typed_names_mean_all_overloads_and_instances()
    {
        Assert.Equal(2, _names.Resolve("KernelThread..ctor").Count);
        Assert.Equal(2, _names.Resolve("KernelThread.KernelThread").Count);
        Assert.Equal(4, _names.Resolve("TargetMachine.Bytes").Count);
        Assert.Empty(_names.Resolve("Scheduler.Missing"));
        Assert.Empty(_names.Resolve("cheduler.Switch"));
        Assert.Empty(_names.Resolve(""));
        Assert.Empty(_names.Resolve("."));
        // A method's name alone means every method of that name, as a namespace left out does.
        Assert.Contains("targetos_NetKd_TargetOs_Threads_Scheduler__Switch", _names.Resolve("Switch"));
    }

    [Theory]
    [InlineData("UInt8", "byte")]
    [InlineData("__Array<UInt64>", "ulong[]")]
    [InlineData("targetos_System_ReadOnlySpan_1<UInt32>", "ReadOnlySpan<uint>")]
    [InlineData("targetos_NetKd_TargetOs_Net_DhcpClient_State", "DhcpClient.State")]
    [InlineData("targetos_NetKd_TargetOs_Cpu_TrapFrame__FloatingPoint_e__FixedBuffer", "TrapFrame.<FloatingPoint>e__FixedBuffer")]
    [InlineData("targetos_NetKd_TargetOs_Boot_PeImage_Section", "PeImage.Section")]
    [InlineData("S_P_CoreLib_System_Collections_Generic_List_1<Int32>", "System.Collections.Generic.List<int>")]
    [InlineData("System_Console_System_Console", "System.Console")]
    public void Types_are_shown_as_csharp_writes_them(string type, string shown) => Assert.Contains(shown, (string[])[_names.DisplayType(type), $"System.Collections.Generic.{_names.DisplayType(type)}", $"System.{_names.DisplayType(type)}"]);

    [Theory]
    [InlineData("targetos_NetKd_Demo_Program___c___Main_b__0_0", "Program.Main.lambda_0_0")]
    [InlineData("targetos_NetKd_Demo_Program___Main_g__Local_0_0", "Program.Main.Local_0_0")]
    [InlineData("targetos_NetKd_Demo_Money__op_Addition", "Money.operator+")]
    public void What_no_id_names_is_read_by_its_form(string symbol, string shown) => Assert.Equal(shown, _names.Display(symbol));

    // The names that ILC 10.0.14 gave to a program with these kinds of members, which the bundled one does not have.
    [Theory]
    [InlineData("targetos_NetKd_TargetOs_Demo_Money__op_Addition", "Money.operator+")]
    [InlineData("targetos_NetKd_TargetOs_Demo_Money__op_Implicit", "Money.operator.implicit")]
    [InlineData("targetos_NetKd_TargetOs_Demo_Program__set_Property", "Program.Property.set")]
    [InlineData("targetos_NetKd_TargetOs_Demo_Program___Main_g__Local_4_0", "Program.Main.Local_4_0")]
    [InlineData("targetos_NetKd_TargetOs_Demo_Box_1<Int32>__Convert<Int64>", "Box<int>.Convert<long>")]
    [InlineData("targetos_NetKd_TargetOs_Demo_My_Type__Do_It", "My_Type.Do_It")]
    [InlineData("targetos_NetKd_TargetOs_Demo_My_Type__Do_It", "Demo.My_Type.Do_It")]
    public void Names_of_other_programs_are_found_by_what_people_type(string symbol, string typed)
    {
        ManagedNames names = ManagedNames.Detect(_types, new PdbIdTable(_file, _types), "targetos", () => [symbol, "targetos_NetKd_TargetOs_Demo_Other__Do_It"])!;
        Assert.Equal([symbol], names.Resolve(typed));
        Assert.Equal([symbol], names.Resolve(names.Display(symbol)));
    }

    [Fact]
    public void Local_variables_have_csharp_types()
    {
        Assert.True(_types.TryFind("targetos_NetKd_TargetOs_Net_NetworkInterface", out TypeInfo? type));
        string[] fields = [.. ((UserDefinedType)type).Fields.Where(f => !f.IsStatic).Select(f => $"{_names.DisplayType(f.Type)} {f.Name}")];
        Assert.Contains(fields, f => f.StartsWith("NetworkAdapter ", StringComparison.Ordinal));
        Assert.DoesNotContain(fields, f => f.Contains("targetos", StringComparison.Ordinal));
    }

    [Fact]
    public void Static_fields_are_found_in_the_structures_that_hold_them()
    {
        Assert.True(_names.TryFindStatic("Scheduler.s_current", out ManagedStaticField number));
        Assert.Equal(("?__NONGCSTATICS@targetos_NetKd_TargetOs_Threads_Scheduler@@", false, 4u, "int"), (number.BaseSymbol, number.IsIndirect, number.Offset, _types.Get(number.TypeIndex).Name));
        Assert.True(_names.TryFindStatic("NetKd.TargetOs.Threads.Scheduler.s_threads", out ManagedStaticField reference));
        Assert.Equal(("?__GCSTATICS@targetos_NetKd_TargetOs_Threads_Scheduler@@", true, 8u, "KernelThread[]"), (reference.BaseSymbol, reference.IsIndirect, reference.Offset, _names.DisplayType(_types.Get(reference.TypeIndex))));
        Assert.Contains(number.BaseSymbol, s_publics.Value);
        Assert.False(_names.TryFindStatic("Scheduler.s_missing", out _));
        Assert.False(_names.TryFindStatic("s_current", out _));
    }

    [Fact]
    public void A_program_in_cpp_is_none_of_this_and_costs_one_look_up()
    {
        using MsfFile file = MsfFile.Open(SampleProgram.Build("types").Pdb);
        PdbTypeTable types = new(file);
        Assert.Null(ManagedNames.Detect(types, new PdbIdTable(file, types), "types", () => throw new InvalidOperationException("nobody asked for symbols")));
        Assert.InRange(types.RecordsRead, 0, 300);
    }

    [Fact]
    public void Names_of_any_form_are_read_without_harm()
    {
        Random random = new(3);
        byte[][] seeds = [.. s_symbols.Value.Select(System.Text.Encoding.ASCII.GetBytes)];
        for (int i = 0; i < Fuzzing.Count(3000); i++)
        {
            string name = System.Text.Encoding.Latin1.GetString(Fuzzing.Mutate(random, seeds[random.Next(seeds.Length)], 200));
            Assert.NotNull(_names.Display(name));
            Assert.NotNull(_names.Resolve(_names.Display(name)));
            Assert.NotNull(_names.DisplayType(name));
        }
    }

    private static string[] Printed(string part, Regex record)
    {
        string output = SampleProgram.Run("llvm-pdbutil", "dump", part, TargetOs.Pdb());
        return [.. record.Matches(output).Select(m => m.Groups[1].Value).Distinct()];
    }

    [GeneratedRegex(@"S_[LG]PROC32 \[size = \d+\] `(.*)`")]
    private static partial Regex ProcedureRecord();

    [GeneratedRegex(@"S_PUB32 \[size = \d+\] `(.*)`")]
    private static partial Regex PublicRecord();
}
