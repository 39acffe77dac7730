using NetKd.Commands.Expressions;
using NetKd.Commands.Language;
using NetKd.Commands.Session;
using NetKd.Symbols;
using NetKd.Symbols.Types;

namespace NetKd.Commands.Types;

/// <summary><c>dt</c>: types, and memory seen through them (facts: kernel-debugging-docs, D.5).</summary>
internal sealed class DisplayTypeCommand(CommandSession session, ModuleTypes types) : ICommandGroup
{
    private const int MaxListLength = 1 << 16;
    private const int MaxListed = 20_000;

    public IEnumerable<Command> Commands =>
    [
        new("dt", new(
            "dt [-abcdehinoprstvy] [module!]name [field ...] [address] [-l field]",
            "Displays a type, or memory or a variable by its type; -r2 opens two levels, -b contained structures, -a arrays, -l follows a list, name* lists.",
            "dt nt!_EPROCESS ImageFileName Pcb.DirectoryTableBase @$proc"), Run) { IsWord = true },
    ];

    private IExpressionScope Scope => session.Scope;

    private void Run(CommandCall call)
    {
        session.RequireStopped();
        TypeArguments arguments = TypeArguments.Read(call.Arguments);
        if (arguments.Help || arguments.Name.Length == 0)
        {
            session.WriteLine("dt [-abcdehinoprstvy] [module!]name [[-ny] field ...] [address] [-l field]");
            session.WriteLine("  name    a type, a variable or a pattern; fields may be Links.Flink, Names[3].Length, Spare*");
            session.WriteLine("  -a arrays element by element   -b contained structures   -c one line      -d all that match in full");
            session.WriteLine("  -i no indentation   -l follow a list   -n/-y a name / a beginning follows -o no offsets     -p physical address");
            session.WriteLine("  -r[n] n levels      -s size            -t, -e types only                  -v with sizes");
            return;
        }

        string name = arguments.Name;
        if (TrySpelledType(arguments, call)) return;
        if (IsPattern(arguments)) List(arguments, call.Cancellation);
        else if (!name.Contains('!', StringComparison.Ordinal) && types.TryFindLocal(name, out TypedValue? local)) Local(local, arguments, call);
        else if (FindType(name) is { } type) Type(type, arguments, arguments.Rest, call);
        else if (types.TryFindGlobal(name, out TypedValue? global)) Global(name, global, arguments, call);
        else Otherwise(arguments, call);
    }

    // "dt unsigned int address": a type of several words.
    private bool TrySpelledType(TypeArguments arguments, CommandCall call)
    {
        if (!BuiltInTypes.IsWord(arguments.Name) || arguments.Rest.Count == 0) return false;
        ArgumentReader reader = new(string.Join(' ', arguments.Rest.Prepend(arguments.Name)));
        if (!new CppTypeReader(Scope).TryRead(reader, out TypeInfo? type, out _)) return false;
        string rest = reader.ReadRest();
        Type(new NamedType("", type), arguments, rest.Length == 0 ? [] : [rest], call);
        return true;
    }

    // "Point*" with an address is a pointer, without one a pattern.
    private bool IsPattern(TypeArguments arguments)
    {
        string name = arguments.Name;
        if (arguments.Options.Prefixes && arguments.FieldNames.Count == 0) return true;
        if (!name.AsSpan().ContainsAny('*', '?')) return false;
        return arguments.Rest.Count == 0 || FindType(name) is null;
    }

    private NamedType? FindType(string name)
    {
        if (types.TryFindType(name, out NamedType? type)) return type;
        ArgumentReader reader = new(name);
        if (!new CppTypeReader(Scope).TryRead(reader, out TypeInfo? composed, out _) || !reader.AtEnd) return null;
        return new NamedType("", composed);
    }

    private void Otherwise(TypeArguments arguments, CommandCall call)
    {
        // "dt address type", and "dt address" for the variable that is there.
        if (Evaluate(arguments.Name) is ulong address)
        {
            if (arguments.Rest.Count > 0 && FindType(arguments.Rest[0]) is { } type)
            {
                Type(type, arguments, [.. arguments.Rest.Skip(1), arguments.Name], call, isQualified: arguments.Rest[0].Contains('!', StringComparison.Ordinal));
                return;
            }

            string? name = Scope.DescribeAddress(address);
            if (name is not null && types.TryFindGlobal(name, out TypedValue? variable) && variable.Address == address) Global(name, variable, arguments, call);
            else throw new CommandException($"Symbol not found at address {address:x16}.");
            return;
        }

        throw new CommandException($"Symbol {arguments.Name} not found.");
    }

    private void Local(TypedValue value, TypeArguments arguments, CommandCall call)
    {
        string place = value.Place switch { MemoryPlace memory => $"0x{memory.Address:x}", RegisterPlace register => register.Name, _ => value.IsAvailable ? "a constant or parts" : "<unavailable>" };
        session.WriteLine($"Local var @ {place} Type {value.Type.Name}");
        Value("", value, arguments, Paths(value.Type, arguments, arguments.Rest, out _), call);
    }

    private void Global(string name, TypedValue value, TypeArguments arguments, CommandCall call)
    {
        if (value.Type.Plain is FunctionType function)
        {
            session.WriteLine($"{name[(name.IndexOf('!', StringComparison.Ordinal) + 1)..]}  {function.ReturnType.Name} ({TypeText.Parameters(function)}");
            return;
        }

        if (!name.Contains('!', StringComparison.Ordinal)) session.WriteLine(value.Address is ulong place && Scope.DescribeAddress(place) is { } full ? full : name);
        string module = name.Contains('!', StringComparison.Ordinal) ? name[..name.IndexOf('!', StringComparison.Ordinal)] : "";
        Value(module, value, arguments, Paths(value.Type, arguments, arguments.Rest, out _), call);
    }

    private void Type(NamedType type, TypeArguments arguments, IReadOnlyList<string> words, CommandCall call, bool isQualified = false)
    {
        IReadOnlyList<FieldPath> paths = Paths(type.Type, arguments, words, out ulong? address);
        if (type.Module.Length > 0 && !isQualified && !arguments.Name.Contains('!', StringComparison.Ordinal)) session.WriteLine(type.ToString());
        // As in kd address 0 is none.
        if (address is null or 0) Value(type.Module, null, arguments, paths, call, type.Type);
        else if (arguments.ListField is { } field) FollowList(type, address.Value, field, arguments, paths, call);
        else Value(type.Module, TypedValue.InMemory(type.Type, address.Value), arguments, paths, call);
    }

    private void Value(string module, TypedValue? value, TypeArguments arguments, IReadOnlyList<FieldPath> paths, CommandCall call, TypeInfo? type = null)
    {
        type ??= value!.Type;
        ValueReader reader = new(Memory(arguments));
        ValueText text = new(Memory(arguments));
        TypeDisplay display = new(Memory(arguments), arguments.Options, session.Write, call.Cancellation) { Module = module };
        switch (type.Plain)
        {
            case UserDefinedType user:
                if (arguments.Options.Verbose) session.WriteLine(TypeText.Heading(user));
                if (paths.Count > 0)
                {
                    Fields(user, value, paths, arguments, display);
                    break;
                }

                if (value is not null) value = reader.Load(value);
                if (value is not null && text.Summary(user, value.Bytes ?? default) is { } summary) session.WriteLine($" {summary}");
                display.Members(user, value);
                break;
            case EnumType enumeration when value is null:
                display.Enumerators(enumeration, 0);
                break;
            case PointerType { Target.Plain: UserDefinedType target } pointer when value is not null:
                ulong address = ValueReader.Pointer(reader.Bytes(value).Span);
                session.WriteLine(address == 0 ? "(null) " : ScalarText.Pointer(address, pointer.Size));
                if (address != 0) Value(module, TypedValue.InMemory(target, address), arguments, paths, call);
                break;
            case FunctionType function when value is null:
                session.WriteLine($"{function.ReturnType.Name} ({TypeText.Parameters(function)}");
                break;
            default:
                if (value is null) session.WriteLine(TypeText.Short(type, arguments.Options.Verbose));
                else WriteScalar(type, reader.Load(value), text, display, arguments);
                break;
        }

        if (display.Unreadable is ulong hole) session.WriteLine($"Memory read error {hole:x16}");
    }

    private void WriteScalar(TypeInfo type, TypedValue value, ValueText text, TypeDisplay display, TypeArguments arguments)
    {
        if (value.Bytes is not { } bytes || ((ulong)bytes.Length < type.Size && type.Plain is not ArrayType))
        {
            session.WriteLine("???? ");
            if (value.Address is ulong address) session.WriteLine($"Memory read error {address:x16}");
            return;
        }

        session.WriteLine(text.Field(type, bytes));
        if (arguments.Options.Elements && type.Plain is ArrayType array) display.Elements(array, value, 0);
    }

    private static void Fields(UserDefinedType type, TypedValue? value, IReadOnlyList<FieldPath> paths, TypeArguments arguments, TypeDisplay display) =>
        new FieldDisplay(display, arguments.Options).Write(type, value, paths);

    private void FollowList(NamedType type, ulong first, string field, TypeArguments arguments, IReadOnlyList<FieldPath> paths, CommandCall call)
    {
        if (type.Type.Plain is not UserDefinedType user) throw new CommandException($"{type.Type.Name} has no field {field}: only structures make lists.");
        ListLink link = ListLink.Find(user, field) ?? throw new CommandException($"Cannot find specified field members: {type.Type.Name} has no pointer {field}.");
        ValueReader reader = new(Memory(arguments));
        HashSet<ulong> seen = [];
        for (ulong address = first; address != 0 && seen.Add(address) && seen.Count <= MaxListLength;)
        {
            call.Cancellation.ThrowIfCancellationRequested();
            TypedValue value = reader.Load(TypedValue.InMemory(user, address));
            session.WriteLine($"{field} at {ScalarText.Pointer(address, (ulong)Scope.PointerSize)}");
            session.WriteLine("---------------------------------------------");
            Value(type.Module, value, arguments, paths, call);
            session.WriteLine();
            address = link.Next(value);
        }
    }

    private void List(TypeArguments arguments, CancellationToken cancellation)
    {
        string pattern = arguments.Options.Prefixes ? arguments.Name + "*" : arguments.Name;
        HashSet<string> written = new(StringComparer.Ordinal);
        foreach (NamedType type in types.MatchTypes(pattern))
        {
            cancellation.ThrowIfCancellationRequested();
            if (arguments.Size is ulong size && type.Type.Size != size || !written.Add(type.ToString())) continue;
            if (written.Count > MaxListed)
            {
                session.WriteLine($"... more than {MaxListed}: narrow the pattern");
                return;
            }

            session.WriteLine(arguments.All ? type.ToString() : $"          {type}");
            if (arguments.All && type.Type.Plain is UserDefinedType user)
                new TypeDisplay(Scope, arguments.Options, session.Write, cancellation) { Module = type.Module }.Members(user, null);
        }

        if (!arguments.TypesOnly) ListVariables(arguments, pattern, written, cancellation);
        if (written.Count == 0) throw new CommandException($"Symbol {arguments.Name} not found.");
    }

    private void ListVariables(TypeArguments arguments, string pattern, HashSet<string> written, CancellationToken cancellation)
    {
        foreach ((TypedModule module, Symbol symbol) in types.MatchVariables(pattern))
        {
            cancellation.ThrowIfCancellationRequested();
            if (arguments.Size is ulong size && (symbol.TypeIndex == 0 || module.Symbols.Types?.Get(symbol.TypeIndex).Size != size)) continue;
            string name = $"{module.Name}!{symbol.Name}";
            if (written.Count < MaxListed && written.Add(name)) session.WriteLine($"{module.Base + symbol.Offset:x16}  {name}");
        }
    }

    // A word is a field when the type has it; else it must be the address.
    private List<FieldPath> Paths(TypeInfo type, TypeArguments arguments, IReadOnlyList<string> words, out ulong? address)
    {
        address = null;
        List<FieldPath> paths = [];
        UserDefinedType? structure = type.Plain as UserDefinedType ?? (type.Plain as PointerType)?.Target.Plain as UserDefinedType;
        foreach (string word in words)
        {
            bool isField = structure is not null && !LooksLikeAddress(word) && IsFieldOf(structure, FieldPath.Parse(word).Steps[0].Name, arguments.Options.Prefixes);
            if (isField || arguments.FieldNames.Contains(word)) paths.Add(FieldPath.Parse(word));
            else if (address is null && Evaluate(word) is ulong value) address = value;
            else throw new CommandException($"Cannot find specified field members: {type.Name} has no '{word}', and it is no address.");
        }

        return paths;
    }

    private static bool IsFieldOf(UserDefinedType type, string name, bool prefixes) =>
        StructureMember.Of(type).Any(member => FieldDisplay.Matches(member.Name, name, prefixes));

    private static bool LooksLikeAddress(string word) => char.IsAsciiDigit(word[0]) || word[0] is '@' or '(' or '`' or '$';

    private ulong? Evaluate(string word)
    {
        try
        {
            return session.Masm.Evaluate(word);
        }
        catch (CommandException) when (!LooksLikeAddress(word))
        {
            return null;
        }
    }

    private IExpressionScope Memory(TypeArguments arguments) => arguments.Options.Physical ? new PhysicalScope(Scope) : Scope;
}
