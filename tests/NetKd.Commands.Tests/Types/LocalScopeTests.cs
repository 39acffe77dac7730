using NetKd.Commands.Expressions;
using NetKd.Commands.Types;
using NetKd.Symbols;
using NetKd.Symbols.Scopes;

namespace NetKd.Commands.Tests.Types;

/// <summary>Variables by where they are: registers, memory, constants, parts, nowhere.</summary>
public sealed class LocalScopeTests
{
    private const uint Here = 0x1080;

    private readonly ValuesTarget _target = new();
    private readonly Registers _registers = new();

    [Fact]
    public void The_innermost_block_that_holds_the_instruction_hides_the_others()
    {
        LocalScope scope = Scope(
            [Variable("x", new ConstantLocation(1)), Variable("y", new ConstantLocation(2))],
            new BlockScope(0x1070, 0x20, [Variable("x", new ConstantLocation(3))], [new BlockScope(0x1080, 1, [Variable("x", new ConstantLocation(4))], [])]),
            new BlockScope(0x1090, 0x20, [Variable("z", new ConstantLocation(5))], []));
        Assert.Equal(["x", "y", "x", "x"], scope.Variables.Select(v => v.Name));
        Assert.Equal("unsigned int64 4", Show(scope, "x"));
        Assert.Equal("unsigned int64 2", Show(scope, "y"));
        Assert.Equal("Couldn't resolve error at 'z'", Show(scope, "z"));
    }

    [Fact]
    public void Variables_of_the_inlined_function_are_those_that_are_seen()
    {
        InlineSite inline = new("Inner", 0, [new CodeRange(Here, 4)], [], [Variable("inner", new ConstantLocation(7))], []);
        FunctionScope function = Function([Variable("outer", new ConstantLocation(1))]);
        LocalScope scope = new(_target.Module, function, inline, Here, _registers, _target);
        Assert.Equal(["inner"], scope.Variables.Select(v => v.Name));
    }

    [Fact]
    public void Registers_and_what_they_point_to()
    {
        _registers.Values["rcx"] = BitConverter.GetBytes(0x55UL);
        _registers.Values["rbp"] = BitConverter.GetBytes(ValuesTarget.Rich + 0xa0);
        LocalScope scope = Scope([Variable("r", new RegisterLocation("rcx")), Variable("m", new RegisterRelativeLocation("rbp", 8)), Variable("gone", new RegisterLocation("rdx"))]);
        Assert.Equal("unsigned int64 0x55", Show(scope, "r"));
        Assert.Equal("unsigned int64 0x00000004`00000003", Show(scope, "m"));
        Assert.Equal("unsigned int64 * 0xffff8000`030008a8", Show(scope, "&m"));
        Assert.Contains("not available here", Show(scope, "gone"), StringComparison.Ordinal);
        Assert.Contains("in a register or nowhere", Show(scope, "&r"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_variable_is_where_its_range_says_and_else_nowhere()
    {
        LocalVariable moving = new("v", LocalKind.Local, 0,
        [
            new LocationRange(new ConstantLocation(1), [new CodeRange(0x1000, 0x80)]),
            new LocationRange(new ConstantLocation(2), [new CodeRange(0x1080, 0x10)]),
        ]);
        Assert.Equal("unsigned int64 2", Show(Scope([moving]), "v"));
        LocalScope later = new(_target.Module, Function([moving]), null, 0x1090, _registers, _target);
        Assert.Equal("<value unavailable>", new ValueText(_target).Line(later.Value(moving)));
    }

    [Fact]
    public void A_value_in_parts_is_put_together()
    {
        _registers.Values["ecx"] = BitConverter.GetBytes(0x11223344u);
        LocalVariable whole = Variable("whole", new PieceLocation([new LocationPiece(4, new RegisterRelativeLocation("rbp", 0)), new LocationPiece(0, new RegisterLocation("ecx"))]));
        _registers.Values["rbp"] = BitConverter.GetBytes(ValuesTarget.Rich + 0xa0);
        Assert.Equal("unsigned int64 0x00000001`11223344", Show(Scope([whole]), "whole"));
        LocalVariable half = Variable("half", new PieceLocation([new LocationPiece(0, new RegisterLocation("ecx")), new LocationPiece(4, new RegisterLocation("rdx"))]));
        Assert.Contains("only a part of it is kept", Show(Scope([half]), "half"), StringComparison.Ordinal);
    }

    [Fact]
    public void All_variables_of_a_frame_cost_one_read()
    {
        _registers.Values["rsp"] = BitConverter.GetBytes(ValuesTarget.Rich);
        List<LocalVariable> variables = [.. Enumerable.Range(0, 20).Select(i => Variable($"v{i}", new RegisterRelativeLocation("rsp", 16 * i)))];
        LocalScope scope = Scope(variables);
        int before = _target.Memory.Reads;
        IReadOnlyList<TypedValue> values = scope.Load(variables);
        Assert.Equal(1, _target.Memory.Reads - before);
        Assert.Equal(ValuesTarget.Rich + 0x100, ValueReader.Integer(values[0].Type, values[0].Bytes!.Value.Span));
        Assert.Equal(ValuesTarget.Rich, ValueReader.Integer(values[16].Type, values[16].Bytes!.Value.Span));
    }

    [Fact]
    public void Variables_far_apart_are_read_apart_and_one_that_cannot_be_read_does_not_hide_another()
    {
        List<LocalVariable> variables = [Variable("near", new ImageLocation((uint)(ValuesTarget.Resolve("g_int") - ValuesTarget.Base))), Variable("lost", new RegisterRelativeLocation("rbp", 0))];
        _registers.Values["rbp"] = BitConverter.GetBytes(0x10UL);
        IReadOnlyList<TypedValue> values = Scope(variables).Load(variables);
        Assert.Equal(2, _target.Memory.Reads);
        Assert.Equal(8, values[0].Bytes!.Value.Length);
        Assert.Equal("<memory unavailable>", new ValueText(_target).Line(values[1]));
    }

    [Fact]
    public void A_register_variable_is_assigned_in_the_innermost_frame_only()
    {
        _registers.Values["rbx"] = BitConverter.GetBytes(7UL);
        LocalScope scope = Scope([Variable("v", new RegisterLocation("rbx"))]);
        Assert.Equal("unsigned int64 9", Show(scope, "v = 9"));
        Assert.Equal("unsigned int64 9", Show(scope, "@rbx"));
        _registers.IsWritable = false;
        Assert.Contains("must be a variable", Show(scope, "v = 10"), StringComparison.Ordinal);
    }

    [Fact]
    public void Members_are_seen_within_a_member_function()
    {
        FunctionScope sum = ValuesTarget.Symbols.FindFunction((uint)(ValuesTarget.Resolve("Derived::Sum") - ValuesTarget.Base))!;
        uint behind = (uint)(ValuesTarget.Resolve("Derived::Sum") - ValuesTarget.Base) + sum.Symbol.Size - 1;
        _registers.Values["rsp"] = BitConverter.GetBytes(ValuesTarget.Rich + 0x500);
        LocalScope scope = new(_target.Module, sum, null, behind, _registers, _target);
        ulong self = scope.AddressOf(scope.Variables.First(v => v.Name == "this"))!.Value;
        Assert.True(_target.Memory.Write(self, BitConverter.GetBytes(ValuesTarget.Rich + 0x180)));
        Assert.Equal("int 0n9", Show(scope, "b"));
        Assert.Equal("int 0n20", Show(scope, "this->b + d"));
        Assert.Equal("int 0n7", Show(scope, "s_count"));
    }

    private LocalScope Scope(IReadOnlyList<LocalVariable> variables, params BlockScope[] blocks) =>
        new(_target.Module, Function(variables, blocks), null, Here, _registers, _target);

    private static FunctionScope Function(IReadOnlyList<LocalVariable> variables, params BlockScope[] blocks) =>
        new(new Symbol("F", SymbolKind.Function, 0x1000, 0x200, 0), 0x1004, variables, blocks, []);

    private static LocalVariable Variable(string name, ValueLocation location) => new(name, LocalKind.Local, 0, [new LocationRange(location, [])]);

    private string Show(LocalScope scope, string text)
    {
        _target.Locals = scope;
        try
        {
            return TypedText.Of(new CppEvaluator(_target, new MasmEvaluator(_target)).Evaluate(text), _target).TrimEnd('\n');
        }
        catch (NetKd.Commands.Language.CommandException e)
        {
            return e.Message;
        }
    }

    private sealed class Registers : IFrameRegisters
    {
        public Dictionary<string, byte[]> Values { get; } = new(StringComparer.Ordinal);

        public bool IsWritable { get; set; } = true;

        public ulong VirtualFrame => 0;

        public ReadOnlyMemory<byte>? Read(string register) => Values.TryGetValue(register, out byte[]? bytes) ? bytes : null;
    }
}
