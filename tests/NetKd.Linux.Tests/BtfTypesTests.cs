using NetKd.Linux.Btf;
using NetKd.Symbols.Types;

namespace NetKd.Linux.Tests;

/// <summary>Types of BTF that is made by hand.</summary>
public sealed class BtfTypesTests
{
    private const uint Signed = 1;
    private const uint Boolean = 4;

    [Fact]
    public void Numbers_say_what_their_bytes_mean()
    {
        BtfBuilder builder = new();
        uint number = builder.Integer("int", 4, Signed), character = builder.Integer("char", 1, Signed), flag = builder.Integer("_Bool", 1, Boolean);
        uint large = builder.Integer("unsigned long", 8), wide = builder.Integer("__int128", 16, Signed);
        BtfTypes types = BtfTypes.Parse(builder.Build());
        Assert.Equal(BasicKind.Void, Basic(types, 0).Kind);
        Assert.Equal((BasicKind.SignedInteger, 4ul), (Basic(types, number).Kind, Basic(types, number).Size));
        Assert.Equal(BasicKind.Character, Basic(types, character).Kind);
        Assert.Equal(BasicKind.Boolean, Basic(types, flag).Kind);
        Assert.Equal((BasicKind.UnsignedInteger, "unsigned long"), (Basic(types, large).Kind, Basic(types, large).Name));
        Assert.Equal((BasicKind.Unknown, 16ul), (Basic(types, wide).Kind, Basic(types, wide).Size));
        Assert.Equal(BasicKind.Unknown, Basic(types, 99).Kind);
    }

    [Fact]
    public void A_structure_has_its_members_where_they_are_and_those_without_a_name()
    {
        BtfBuilder builder = new();
        uint number = builder.Integer("int", 4, Signed), pointer = builder.Pointer(4), list = builder.Array(number, 3);
        builder.Structure("node", 40, ("next", pointer, 0), ("values", list, 64), ("", 5, 192));
        builder.Union("", 8, ("small", number, 0), ("large", pointer, 0));
        BtfTypes types = BtfTypes.Parse(builder.Build());

        Assert.True(types.TryFind("node", out TypeInfo? found));
        Assert.True(types.TryFind("struct node", out _));
        UserDefinedType structure = Assert.IsAssignableFrom<UserDefinedType>(found);
        Assert.Equal((40ul, UserDefinedKind.Structure, false), (structure.Size, structure.Kind, structure.IsIncomplete));
        Assert.Equal([("next", 0u, "node*"), ("values", 8u, "int[3]"), ("", 24u, "<unnamed-tag>")], structure.Fields.Select(f => (f.Name, f.Offset, f.Type.Name)));
        Assert.Equal(12ul, structure.Fields[1].Type.Size);
        UserDefinedType inner = Assert.IsAssignableFrom<UserDefinedType>(structure.Fields[2].Type);
        Assert.Equal((UserDefinedKind.Union, 8ul), (inner.Kind, inner.Size));
    }

    [Fact]
    public void Bit_fields_are_read_in_both_ways_of_writing_them()
    {
        BtfBuilder builder = new();
        uint number = builder.Integer("unsigned int", 4), three = builder.Integer("unsigned int", 4, 0, 3);
        builder.StructureWithBits("new", 8, ("a", number, 1u << 24), ("b", number, (5u << 24) | 1), ("c", number, (9u << 24) | 32), ("whole", number, 32));
        builder.Structure("old", 4, ("x", three, 0), ("y", three, 3));
        BtfTypes types = BtfTypes.Parse(builder.Build());
        Assert.Equal([("a", 0u, 0, 1), ("b", 0u, 1, 5), ("c", 4u, 0, 9)], Bits(types, "new"));
        Assert.Equal([("x", 0u, 0, 3), ("y", 0u, 3, 3)], Bits(types, "old"));
        static IEnumerable<(string, uint, int, int)> Bits(BtfTypes types, string name) =>
            ((UserDefinedType)(types.TryFind(name, out TypeInfo? type) ? type : null!)).Fields.Where(f => f.Type is BitFieldType)
                .Select(f => (f.Name, f.Offset, ((BitFieldType)f.Type).Position, ((BitFieldType)f.Type).Length));
    }

    [Fact]
    public void Enumerations_have_values_of_either_sign_and_of_64_bits()
    {
        BtfBuilder builder = new();
        uint small = builder.Enumeration("small", true, ("MINUS", -1), ("TWO", 2)), top = builder.Enumeration("top", false, ("HIGHEST", int.MinValue));
        uint large = builder.Enumeration64("large", ("FAR", 1L << 40), ("NEAR", -3));
        BtfTypes types = BtfTypes.Parse(builder.Build());
        Assert.Equal([new EnumValue("MINUS", -1), new EnumValue("TWO", 2)], Assert.IsAssignableFrom<EnumType>(types.Get(small)).Values);
        Assert.Equal([new EnumValue("HIGHEST", 0x8000_0000)], Assert.IsAssignableFrom<EnumType>(types.Get(top)).Values);
        EnumType wide = Assert.IsAssignableFrom<EnumType>(types.Get(large));
        Assert.Equal([new EnumValue("FAR", 1L << 40), new EnumValue("NEAR", -3)], wide.Values);
        Assert.Equal(8ul, wide.Size);
    }

    [Fact]
    public void A_declaration_is_answered_with_its_definition_and_a_typedef_names_what_has_no_name()
    {
        BtfBuilder builder = new();
        uint declared = builder.Forward("page"), alone = builder.Forward("nowhere"), number = builder.Integer("int", 4, Signed);
        builder.Structure("page", 64, ("flags", number, 0));
        uint unnamed = builder.Structure("", 4, ("counter", number, 0));
        builder.Typedef("atomic_t", unnamed);
        builder.Typedef("pid_t", builder.Typedef("__kernel_pid_t", number));
        BtfTypes types = BtfTypes.Parse(builder.Build());
        Assert.Equal(64ul, types.Get(declared).Size);
        Assert.True(Assert.IsAssignableFrom<UserDefinedType>(types.Get(alone)).IsIncomplete);
        Assert.True(types.TryFind("atomic_t", out TypeInfo? atomic));
        Assert.Equal(("atomic_t", 4ul, "counter"), (atomic.Name, atomic.Size, ((UserDefinedType)atomic).Fields[0].Name));
        Assert.True(types.TryFind("pid_t", out TypeInfo? id));
        Assert.Equal(("pid_t", BasicKind.SignedInteger), (id.Name, ((BasicType)id).Kind));
        Assert.Equal(["page", "pid_t"], types.Match("p*").Select(t => t.Name).Distinct());
    }

    [Fact]
    public void Functions_and_variables_are_found_by_name()
    {
        BtfBuilder builder = new();
        uint number = builder.Integer("int", 4, Signed), text = builder.Pointer(builder.Const(builder.Integer("char", 1)));
        uint print = builder.Prototype(number, text, 0);
        builder.Function("printk", print);
        builder.Variable("count", builder.Volatile(number));
        BtfTypes types = BtfTypes.Parse(builder.Build());
        Assert.True(types.TryFindFunction("printk", out TypeInfo? function, out uint index));
        Assert.Equal("const char*, ...", ((FunctionType)function).ParameterText);
        Assert.Equal(function.Name, types.Get(index).Name);
        Assert.True(types.TryFindVariable("count", out TypeInfo? variable, out _));
        Assert.Equal("volatile int", variable.Name);
        Assert.False(types.TryFind("printk", out _));
    }

    [Fact]
    public void Types_of_a_module_go_on_where_the_kernels_end()
    {
        BtfBuilder kernel = new();
        uint number = kernel.Integer("int", 4, Signed);
        kernel.Structure("device", 4, ("id", number, 0));
        byte[] bytes = kernel.Build();
        BtfTypes types = BtfTypes.Parse(bytes);
        // The strings go on too: behind the NULs of "", "int", "device", "id".
        BtfBuilder module = new(3, 1 + 4 + 7 + 3);
        module.Structure("loop_device", 8, ("base", 2, 0), ("number", number, 32));
        BtfTypes both = BtfTypes.Parse(module.Build(), types);
        Assert.True(both.TryFind("loop_device", out TypeInfo? loop));
        Assert.Equal([("base", "device"), ("number", "int")], ((UserDefinedType)loop).Fields.Select(f => (f.Name, f.Type.Name)));
        Assert.True(both.TryFind("device", out _));
        Assert.False(types.TryFind("loop_device", out _));
    }

    [Fact]
    public void Declarations_and_pointers_of_a_module_are_those_of_its_kernel()
    {
        BtfBuilder kernel = new();
        uint page = kernel.Forward("page"), pointer = kernel.Pointer(page);
        kernel.Structure("page", 64);
        BtfTypes types = BtfTypes.Parse(kernel.Build(), pointerSize: 4);
        BtfBuilder module = new(4, 1 + 5 + 5);
        uint again = module.Forward("page"), other = module.Pointer(again);
        BtfTypes both = BtfTypes.Parse(module.Build(), types);
        Assert.Equal((64ul, 64ul), (both.Get(page).Size, both.Get(again).Size));
        Assert.Equal((4ul, 4ul), (both.Get(pointer).Size, both.Get(other).Size));
    }

    [Fact]
    public void A_module_of_a_kernel_that_was_not_read_whole_is_refused()
    {
        BtfBuilder kernel = new();
        kernel.OfKind(25);
        BtfTypes types = BtfTypes.Parse(kernel.Build());
        Assert.Contains("kind 25", Assert.Throws<BtfFormatException>(() => BtfTypes.Parse(new BtfBuilder().Build(), types)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_longer_header_of_a_later_kernel_is_taken()
    {
        BtfBuilder builder = new();
        builder.Structure("node", 40);
        byte[] bytes = builder.Build();
        byte[] longer = [.. bytes[..24], .. new byte[8], .. bytes[24..]];
        longer[4] = 32;
        Assert.True(BtfTypes.Parse(longer).TryFind("node", out TypeInfo? node));
        Assert.Equal(40ul, node.Size);
    }

    [Fact]
    public void A_structure_is_found_before_what_else_has_its_name()
    {
        BtfBuilder builder = new();
        uint number = builder.Integer("int", 4, Signed);
        builder.Typedef("same", number);
        builder.Function("same", builder.Prototype(0));
        builder.Variable("same", number);
        builder.Structure("same", 40);
        builder.Structure("same", 48);
        BtfTypes types = BtfTypes.Parse(builder.Build());
        Assert.True(types.TryFind("same", out TypeInfo? type));
        Assert.Equal(40ul, type.Size);
        Assert.True(types.TryFindFunction("same", out type, out _));
        Assert.IsType<FunctionType>(type);
        Assert.True(types.TryFindVariable("same", out type, out _));
        Assert.Equal("int", type.Name);
    }

    [Fact]
    public void What_is_no_btf_is_refused_with_the_reason()
    {
        byte[] good = SmallFile();
        Assert.Contains("no header", Refusal(good[..20]), StringComparison.Ordinal);
        Assert.Contains("begins with eb9f", Refusal([1, 2, .. good[2..]]), StringComparison.Ordinal);
        Assert.Contains("version 2 is of a newer format", Refusal(new BtfBuilder().Build(2)), StringComparison.Ordinal);
        Assert.Contains("strings", Refusal(good[..^1]), StringComparison.Ordinal);
        good[4] = 8;
        Assert.Contains("header", Refusal(good), StringComparison.Ordinal);
        static string Refusal(byte[] bytes) => Assert.Throws<BtfFormatException>(() => BtfTypes.Parse(bytes)).Message;
    }

    [Fact]
    public void A_record_of_a_newer_format_ends_what_can_be_read_and_says_so()
    {
        BtfBuilder builder = new();
        builder.Structure("before", 4);
        builder.OfKind(25);
        builder.Structure("behind", 4);
        BtfTypes types = BtfTypes.Parse(builder.Build());
        Assert.True(types.TryFind("before", out _));
        Assert.False(types.TryFind("behind", out _));
        Assert.Contains("type 2 at offset 12 of the types: records of kind 25 are of a newer format", types.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Circles_end()
    {
        BtfBuilder builder = new();
        uint self = builder.Typedef("self", 1), pointer = builder.Pointer(2), array = builder.Array(3, 2), constant = builder.Const(4);
        uint prototype = builder.Prototype(0, 6), call = builder.Pointer(5);
        BtfTypes types = BtfTypes.Parse(builder.Build());
        foreach (uint index in (uint[])[self, pointer, array, constant, prototype, call]) Walk(types.Get(index), 3);
        Assert.Contains("refers to itself", types.Get(pointer).Name, StringComparison.Ordinal);
    }

    // Unbounded, each of these takes minutes.
    [Fact]
    public void Prototypes_that_multiply_end()
    {
        BtfBuilder builder = new();
        builder.Integer("int", 4);
        for (uint next = 1; next < 7; next++)
        {
            uint[] parameters = new uint[ushort.MaxValue];
            Array.Fill(parameters, next);
            builder.Prototype(1, parameters);
        }

        uint pointer = builder.Pointer(7);
        (string, uint, uint)[] members = new (string, uint, uint)[ushort.MaxValue];
        Array.Fill(members, ("", pointer, 0u));
        uint structure = builder.Structure("many", 8, members);
        BtfTypes types = BtfTypes.Parse(builder.Build());
        Assert.Contains("too much", types.Get(pointer).Name, StringComparison.Ordinal);
        Assert.Equal(ushort.MaxValue, Assert.IsAssignableFrom<UserDefinedType>(types.Get(structure)).Fields.Count);
    }

    [Fact]
    public void Names_that_all_are_the_same_end()
    {
        BtfBuilder builder = new();
        uint declared = builder.Forward("same");
        for (int i = 0; i < 200_000; i++) builder.Typedef("same", declared);
        (string, uint, uint)[] members = new (string, uint, uint)[ushort.MaxValue];
        Array.Fill(members, ("", declared, 0u));
        uint structure = builder.Structure("many", 8, members);
        BtfTypes types = BtfTypes.Parse(builder.Build());
        Assert.Equal(ushort.MaxValue, Assert.IsAssignableFrom<UserDefinedType>(types.Get(structure)).Fields.Count);
    }

    [Fact]
    public void Names_longer_than_any_of_a_kernel_are_none()
    {
        BtfBuilder builder = new();
        uint longest = builder.Integer(new string('a', 511), 4), longer = builder.Integer(new string('b', 512), 4);
        BtfTypes types = BtfTypes.Parse(builder.Build());
        Assert.Equal((511, 0), (types.Get(longest).Name.Length, types.Get(longer).Name.Length));
    }

    [Fact]
    public void Damaged_bytes_of_a_module_are_refused_or_read_as_far_as_they_go()
    {
        BtfTypes kernel = BtfTypes.Parse(SmallFile());
        uint first = kernel.EndIndex;
        BtfBuilder builder = new(first, kernel.EndString);
        builder.Structure("device", 16, ("node", 4, 0), ("next", first + 1, 64));
        builder.Pointer(first);
        builder.Forward("node");
        builder.Typedef("device_t", first);
        byte[] good = builder.Build();
        Random random = new(20_262);
        for (int i = 0; i < Fuzzing.Count(20_000); i++)
        {
            try
            {
                BtfTypes types = BtfTypes.Parse(Fuzzing.Mutate(random, good, 1024), kernel);
                for (uint index = first - 4; index < first + 8; index++) Walk(types.Get(index), 3);
                types.TryFind("device", out _);
                _ = types.Match("*e*").Take(20).Count();
            }
            catch (BtfFormatException)
            {
                // Refused, with a reason.
            }
        }
    }

    [Fact]
    public void Damaged_bytes_are_refused_or_read_as_far_as_they_go()
    {
        byte[] good = SmallFile();
        Random random = new(20_261);
        for (int i = 0; i < Fuzzing.Count(20_000); i++)
        {
            byte[] bytes = Fuzzing.Mutate(random, good, 4096);
            try
            {
                BtfTypes types = BtfTypes.Parse(bytes);
                for (uint index = 0; index < 40; index++) Walk(types.Get(index), 3);
                types.TryFind("node", out _);
                _ = types.Match("*e*").Take(20).Count();
            }
            catch (BtfFormatException)
            {
                // Refused, with a reason.
            }
        }
    }

    private static byte[] SmallFile()
    {
        BtfBuilder builder = new();
        uint number = builder.Integer("int", 4, Signed), pointer = builder.Pointer(4), list = builder.Array(number, 3);
        builder.StructureWithBits("node", 40, ("next", pointer, 0), ("values", list, 64), ("flag", number, (3u << 24) | 160), ("inner", 6, 192));
        builder.Typedef("node_t", 4);
        builder.Union("inner", 8, ("small", number, 0), ("call", 8, 0));
        uint prototype = builder.Prototype(0, number, builder.Const(pointer), 0);
        builder.Pointer(prototype);
        builder.Function("run", prototype);
        builder.Enumeration("kind", false, ("ONE", 1), ("TWO", 2));
        builder.Enumeration64("wide", ("FAR", 1L << 40));
        builder.Variable("first", builder.Volatile(number));
        builder.Forward("node");
        return builder.Build();
    }

    private static void Walk(TypeInfo type, int depth)
    {
        _ = type.Name;
        _ = type.Size;
        if (depth == 0) return;
        switch (type)
        {
            case UserDefinedType structure:
                foreach (Field field in structure.Fields.Take(20)) Walk(field.Type, depth - 1);
                break;
            case EnumType enumeration:
                _ = enumeration.Values.Count;
                break;
            case PointerType pointer:
                Walk(pointer.Target, depth - 1);
                break;
            case ArrayType array:
                Walk(array.Element, depth - 1);
                break;
            case ModifiedType modified:
                Walk(modified.Plain, depth - 1);
                break;
            case FunctionType function:
                _ = function.ParameterText;
                break;
        }
    }

    private static BasicType Basic(BtfTypes types, uint index) => Assert.IsType<BasicType>(types.Get(index));
}
