using System.Text.RegularExpressions;
using NetKd.Symbols.Pdb.Types;
using NetKd.Symbols.Types;
using static NetKd.Symbols.Tests.Types.DumpedType;

namespace NetKd.Symbols.Tests.Types;

/// <summary>
/// Compares every type of a table with what llvm-pdbutil prints. What a type consists of is compared by its description, which was compared
/// at its own index.
/// </summary>
internal sealed partial class PdbutilComparison(PdbTypeTable table, Dictionary<uint, DumpedType> dumped)
{
    /// <summary>How many of each kind were compared.</summary>
    public Dictionary<string, int> Compared { get; } = [];

    public void CompareAll()
    {
        Assert.Equal(dumped.Keys.Min(), table.FirstIndex);
        Assert.Equal(dumped.Keys.Max() + 1, table.EndIndex);
        foreach (DumpedType type in dumped.Values)
        {
            try
            {
                Compare(type);
            }
            catch (Exception e)
            {
                throw new Xunit.Sdk.XunitException($"0x{type.Index:x} {type.Leaf} {type.Name}\n{string.Join('\n', type.Body.Take(20))}\n{e.Message}");
            }

            Compared[type.Leaf] = Compared.GetValueOrDefault(type.Leaf) + 1;
        }
    }

    private void Compare(DumpedType dump)
    {
        TypeInfo type = table.Get(dump.Index);
        switch (dump.Leaf)
        {
            case "LF_MODIFIER":
                ModifiedType modified = Assert.IsType<ModifiedType>(type);
                AssertSame(IndexAfter(dump.Text, "referent ="), modified.Underlying);
                Assert.Equal(dump.Text.Contains("const", StringComparison.Ordinal), modified.IsConst);
                Assert.Equal(dump.Text.Contains("volatile", StringComparison.Ordinal), modified.IsVolatile);
                break;
            case "LF_POINTER":
                ComparePointer(dump.Text, Assert.IsType<PointerType>(type));
                break;
            case "LF_ARRAY":
                ArrayType array = Assert.IsType<ArrayType>(type);
                AssertSame(IndexAfter(dump.Text, "element type:"), array.Element);
                Assert.Equal(NumberAfter(dump.Text, "size:"), array.Size);
                break;
            case "LF_BITFIELD":
                BitFieldType bits = Assert.IsType<BitFieldType>(type);
                AssertSame(IndexAfter(dump.Text, "type ="), bits.Underlying);
                Assert.Equal((int)NumberAfter(dump.Text, "bit offset ="), bits.Position);
                Assert.Equal((int)NumberAfter(dump.Text, "# bits ="), bits.Length);
                break;
            case "LF_PROCEDURE" or "LF_MFUNCTION":
                FunctionType function = Assert.IsType<FunctionType>(type);
                AssertSame(IndexAfter(dump.Text, "return type ="), function.ReturnType);
                CompareParameters(dumped[IndexAfter(dump.Text, "param list =")], function);
                if (dump.Leaf == "LF_MFUNCTION") AssertSame(IndexAfter(dump.Text, "class type ="), function.Class!);
                break;
            case "LF_ENUM":
                CompareEnum(dump, Assert.IsAssignableFrom<EnumType>(type));
                break;
            case "LF_STRUCTURE" or "LF_CLASS" or "LF_UNION" or "LF_INTERFACE":
                CompareUserDefined(dump, Assert.IsAssignableFrom<UserDefinedType>(type));
                break;
            case "LF_ARGLIST" or "LF_FIELDLIST" or "LF_METHODLIST" or "LF_VTSHAPE" or "LF_VFTABLE":
                Assert.Equal(BasicKind.Unknown, Assert.IsType<BasicType>(type).Kind);
                break;
            default:
                Assert.Fail($"{dump.Leaf} is not compared yet.");
                break;
        }
    }

    private void ComparePointer(string text, PointerType pointer)
    {
        AssertSame(IndexAfter(text, "referent ="), pointer.Target);
        string mode = PointerMode().Match(text).Groups[1].Value;
        PointerKind kind = mode switch
        {
            "pointer" => PointerKind.Pointer,
            "ref" => PointerKind.Reference,
            "rvalue ref" => PointerKind.RValueReference,
            _ => PointerKind.MemberPointer,
        };
        Assert.Equal(kind, pointer.Kind);
        Assert.Equal(kind == PointerKind.MemberPointer, mode is "data member pointer" or "member fn pointer");
        Assert.Equal(Options().Match(text).Groups[1].Value.Contains("const", StringComparison.Ordinal), pointer.IsConst);
        Assert.Equal(Options().Match(text).Groups[1].Value.Contains("volatile", StringComparison.Ordinal), pointer.IsVolatile);
        // It does not print the class; names of parameters hold it.
        if (kind == PointerKind.MemberPointer) Assert.NotNull(pointer.Class);
        else Assert.Equal(text.Contains("kind = ptr64", StringComparison.Ordinal) ? 8u : 4u, pointer.Size);
    }

    private void CompareParameters(DumpedType list, FunctionType function)
    {
        List<string> lines = [.. list.Body.Where(l => l.StartsWith("0x", StringComparison.Ordinal) || l.StartsWith("<no type>", StringComparison.Ordinal))];
        bool isVariadic = lines is [.., ['<', ..]];
        if (isVariadic) lines.RemoveAt(lines.Count - 1);
        Assert.Equal(isVariadic, function.IsVariadic);
        List<TypeInfo> parameters = [.. function.Parameters];
        Assert.Equal(lines.Count, parameters.Count);
        for (int i = 0; i < lines.Count; i++)
        {
            AssertSame(IndexAfter(lines[i], ""), parameters[i]);
            // Its names of pointers to functions and arrays are no C ("void ()*"); those are compared with the sources.
            string name = LlvmNames.Quoted(lines[i]);
            if (!name.Contains('(', StringComparison.Ordinal) && !name.Contains('[', StringComparison.Ordinal)) Assert.Equal(LlvmNames.Translate(name), LlvmNames.Simplify(parameters[i].Name));
        }
    }

    private void CompareEnum(DumpedType dump, EnumType type)
    {
        if (IsResolvedForward(dump, type)) return;
        Assert.Equal(dump.Name, type.Name);
        AssertSame(IndexAfter(dump.Text, "underlying type:"), type.Underlying);
        List<string> expected = [], actual = [.. type.Values.Select(v => $"{v.Name} = {Truncate((ulong)v.Value, type.Size)}")];
        foreach (string member in Members(dump).Where(m => m.StartsWith("LF_ENUMERATE", StringComparison.Ordinal)))
        {
            string name = member["LF_ENUMERATE [".Length..member.LastIndexOf(" = ", StringComparison.Ordinal)];
            expected.Add($"{name} = {Truncate(NumberAfter(member, $"[{name} ="), type.Size)}");
        }

        Assert.Equal(expected, actual);
    }

    // What is beyond the type's own width is how the compiler wrote the number.
    private static ulong Truncate(ulong value, ulong size) => size is 0 or >= 8 ? value : value & (1UL << (int)size * 8) - 1;

    private void CompareUserDefined(DumpedType dump, UserDefinedType type)
    {
        if (IsResolvedForward(dump, type)) return;
        UserDefinedKind kind = dump.Leaf switch
        {
            "LF_CLASS" => UserDefinedKind.Class,
            "LF_UNION" => UserDefinedKind.Union,
            "LF_INTERFACE" => UserDefinedKind.Interface,
            _ => UserDefinedKind.Structure,
        };
        Assert.Equal(kind, type.Kind);
        Assert.Equal(dump.Name, type.Name);
        Assert.Equal(NumberAfter(dump.Text, "sizeof"), type.Size);
        Assert.False(type.IsIncomplete);
        List<string> members = [.. Members(dump)];
        CompareFields([.. members.Where(m => m.StartsWith("LF_MEMBER", StringComparison.Ordinal) || m.StartsWith("LF_STMEMBER", StringComparison.Ordinal))], type.Fields);
        CompareBases([.. members.Where(m => m.StartsWith("LF_BCLASS", StringComparison.Ordinal) || m.StartsWith("LF_VBCLASS", StringComparison.Ordinal))], type.Bases);
        CompareFunctions([.. members.Where(m => m.StartsWith("LF_ONEMETHOD", StringComparison.Ordinal) || m.StartsWith("LF_METHOD", StringComparison.Ordinal))], type.Functions);
        Assert.Equal(members.Exists(m => m.StartsWith("LF_VFUNCTAB", StringComparison.Ordinal)), type.HasVirtualTable);
    }

    // "-> 0x1043" is the definition that llvm-pdbutil found; "= 0x104A" is the declaration itself, where it found none.
    private bool IsResolvedForward(DumpedType dump, TypeInfo type)
    {
        Match forward = Forward().Match(dump.Text);
        if (!forward.Success) return false;
        Assert.Equal(dump.Name, type.Name);
        if (forward.Groups[1].Value == "->") AssertSame(ParseHex(forward.Groups[2].Value), type);
        // Where it finds none there is none, or one whose hash nobody can tell from its declaration: unnamed ones, and C's within functions.
        else if (type is UserDefinedType { IsIncomplete: false }) Assert.True(dump.Text.Contains("scoped", StringComparison.Ordinal) || dump.Name.EndsWith("<unnamed-tag>", StringComparison.Ordinal));
        return true;
    }

    private void CompareFields(List<string> expected, IReadOnlyList<Field> fields)
    {
        Assert.Equal(expected.Count, fields.Count);
        for (int i = 0; i < fields.Count; i++)
        {
            bool isStatic = expected[i].StartsWith("LF_STMEMBER", StringComparison.Ordinal);
            Assert.Equal(isStatic, fields[i].IsStatic);
            Assert.Equal(LlvmNames.Quoted(expected[i]), fields[i].Name);
            AssertSame(IndexAfter(expected[i], isStatic ? "type =" : "Type ="), fields[i].Type);
            if (!isStatic) Assert.Equal(NumberAfter(expected[i], "offset ="), fields[i].Offset);
        }
    }

    private void CompareBases(List<string> expected, IReadOnlyList<BaseClass> bases)
    {
        Assert.Equal(expected.Count, bases.Count);
        for (int i = 0; i < bases.Count; i++)
        {
            bool isVirtual = expected[i].StartsWith("LF_VBCLASS", StringComparison.Ordinal);
            Assert.Equal(isVirtual, bases[i].IsVirtual);
            AssertSame(IndexAfter(expected[i], isVirtual ? "base =" : "type ="), bases[i].Type);
            if (!isVirtual) Assert.Equal(NumberAfter(expected[i], "offset ="), bases[i].Offset);
        }
    }

    private void CompareFunctions(List<string> expected, IReadOnlyList<MemberFunction> functions)
    {
        List<(string Name, uint Index, string Attributes)> all = [];
        foreach (string line in expected)
        {
            string name = LlvmNames.Quoted(line);
            if (line.StartsWith("LF_ONEMETHOD", StringComparison.Ordinal)) all.Add((name, IndexAfter(line, "type ="), line[line.IndexOf("attrs =", StringComparison.Ordinal)..]));
            else foreach (string method in dumped[IndexAfter(line, "overload list =")].Body) all.Add((name, IndexAfter(method, "type ="), method[method.IndexOf("attrs =", StringComparison.Ordinal)..]));
        }

        Assert.Equal(all.Select(m => m.Name), functions.Select(f => f.Name));
        for (int i = 0; i < all.Count; i++)
        {
            AssertSame(all[i].Index, functions[i].Type);
            Assert.Equal(all[i].Attributes.Contains("static", StringComparison.Ordinal), functions[i].IsStatic);
            Assert.Equal(all[i].Attributes.Contains("virtual", StringComparison.Ordinal), functions[i].IsVirtual);
        }
    }

    // The members of a list and of those that continue it, each as one line.
    private IEnumerable<string> Members(DumpedType dump)
    {
        uint list = IndexAfter(dump.Text, "field list:");
        while (list != 0)
        {
            uint next = 0;
            string member = "";
            foreach (string line in dumped[list].Body.Append("- "))
            {
                if (!line.StartsWith("- ", StringComparison.Ordinal))
                {
                    member += " " + line;
                    continue;
                }

                if (member.StartsWith("LF_INDEX", StringComparison.Ordinal)) next = IndexAfter(member, "continuation =");
                else if (member.Length > 0) yield return member;
                member = line[2..];
            }

            list = next;
        }
    }

    private void AssertSame(uint index, TypeInfo actual) => Assert.Equal(Describe(table.Get(index)), Describe(actual));

    private static string Describe(TypeInfo type) => $"{type.GetType().Name} {type.Name} of {type.Size}";

    [GeneratedRegex(@"mode = ([a-z ]+)")]
    private static partial Regex PointerMode();

    [GeneratedRegex(@"opts = ([A-Za-z_| ]+)")]
    private static partial Regex Options();

    [GeneratedRegex(@"forward ref \((->|=) 0x([0-9A-F]+)\)")]
    private static partial Regex Forward();
}
