using NetKd.Commands.Expressions;
using NetKd.Symbols.Types;

namespace NetKd.Commands.Types;

/// <summary>
/// Structures field by field in dt's layout. A structure is read once, whole (facts: performance-anchors, 3e.4); only what its pointers lead to
/// is asked for separately. Bounded in depth and lines, so that no type table and no list of the target makes it run for ever.
/// </summary>
internal sealed class TypeDisplay
{
    /// <summary>The most lines that one display prints.</summary>
    public const int MaxLines = 20_000;

    private const int MaxDepth = 20;
    private const int MaxElements = 4096;
    private const int NameWidth = 16;

    private readonly IExpressionScope _scope;
    private readonly ValueText _text;
    private readonly ValueReader _reader;
    private readonly TypeDisplayOptions _options;
    private readonly Action<string> _write;
    private readonly CancellationToken _cancellation;
    private int _lines;

    /// <summary>A display that writes its lines, line ends included, to an action.</summary>
    public TypeDisplay(IExpressionScope scope, TypeDisplayOptions options, Action<string> write, CancellationToken cancellation)
    {
        _scope = scope;
        _text = new ValueText(scope);
        _reader = new ValueReader(scope);
        _options = options;
        _write = write;
        _cancellation = cancellation;
    }

    /// <summary>The module whose static members are looked up; empty for any.</summary>
    public string Module { get; init; } = "";

    /// <summary>The last member that could not be read, when there was one.</summary>
    public ulong? Unreadable { get; private set; }

    /// <summary>The members of a structure; with values when there is one.</summary>
    public void Members(UserDefinedType type, TypedValue? value, int level = 0)
    {
        if (level > MaxDepth) return;
        foreach (StructureMember member in StructureMember.Of(type)) Member(member, value, level, NameWidth);
        if (_options.Compact && level == 0) _write("\n");
    }

    /// <summary>One member's line, and what is within it as the options want.</summary>
    public void Member(StructureMember member, TypedValue? value, int level, int width)
    {
        _cancellation.ThrowIfCancellationRequested();
        if (member.Kind == StructureMemberKind.Static)
        {
            Static(member, value is not null, level, width);
            return;
        }

        if (member.Kind == StructureMemberKind.VirtualTable)
        {
            TypeInfo pointer = ComposedTypes.PointerTo(BuiltInTypes.Void, _scope.PointerSize);
            string table = value is null ? $"Ptr{_scope.PointerSize * 8} " : VirtualTable(value.Part(pointer, member.Offset));
            Line(level, $"+0x{member.Offset:x3} ", member.Name + (_options.Compact ? "" : " :"), table);
            return;
        }

        TypedValue? part = value?.Part(member.Type, member.Offset);
        if (part is { Bytes: { } known } && (ulong)known.Length < member.Type.Size) Unreadable = unchecked((value!.Address ?? 0) + member.Offset);
        string name = member.Name.PadRight(_options.Compact ? 0 : width) + (_options.Compact ? "" : " :");
        Line(level, $"+0x{member.Offset:x3} ", name, Text(member.Type, part));
        Within(member.Type, part, level + 1);
    }

    /// <summary>The one-line contents of a structure that leads to a chosen field, with a blank before them; empty when debuggers know none.</summary>
    public string Summary(TypeInfo type, TypedValue? value) =>
        type.Plain is UserDefinedType user && value is not null && _text.Summary(user, Load(value).Bytes ?? default) is { } summary ? " " + summary : "";

    /// <summary>A line with a member's name and a text of the caller's.</summary>
    public void Heading(StructureMember member, int level, int width, string text) =>
        Line(level, $"+0x{member.Offset:x3} ", member.Name.PadRight(width) + " :", text);

    /// <summary>A value with its bytes.</summary>
    public TypedValue Load(TypedValue value) => _reader.Load(value);

    /// <summary>What a pointer leads to, some bytes on; null when it leads nowhere or there is no value.</summary>
    public TypedValue? Follow(TypedValue? value, PointerType pointer, ulong offset)
    {
        if (value is null || _reader.Load(value).Bytes is not { } bytes || (ulong)bytes.Length < pointer.Size) return null;
        ulong address = ValueReader.Pointer(bytes.Span);
        return address == 0 ? null : _reader.Load(TypedValue.InMemory(pointer.Target, unchecked(address + offset)));
    }

    /// <summary>A structure of which only some members are read, with one request.</summary>
    public TypedValue LoadPart(TypedValue value, IEnumerable<StructureMember> members)
    {
        if (value.Address is not ulong address || value.Bytes is not null) return value;
        ulong start = ulong.MaxValue, end = 0;
        foreach (StructureMember member in members)
        {
            start = Math.Min(start, member.Offset);
            end = Math.Max(end, member.Kind == StructureMemberKind.VirtualTable ? member.Offset + (ulong)_scope.PointerSize : member.End);
        }

        if (start >= end || end > TypedValue.MaxBytes) return _reader.Load(value);
        byte[] bytes = new byte[end];
        int read = _scope.ReadVirtual(unchecked(address + start), bytes.AsSpan((int)start));
        return TypedValue.InMemory(value.Type, address, bytes.AsMemory(0, (int)start + read));
    }

    /// <summary>What is inside of a value, as far as the options want it: fields, elements, what a pointer points to.</summary>
    public void Within(TypeInfo type, TypedValue? value, int level)
    {
        if (level > MaxDepth || _lines >= MaxLines) return;
        bool opens = level <= _options.Recursion || _options.Contained;
        switch (type.Plain)
        {
            case UserDefinedType user when opens:
                Members(user, value, level);
                break;
            case EnumType enumeration when _options.Contained && value is null:
                Enumerators(enumeration, level);
                break;
            case ArrayType array when _options.Elements && value is not null && ValueText.CharacterSize(array.Element) is null:
                Elements(array, value, level);
                break;
            case ArrayType array when opens && array.Count > 0:
                Within(array.Element, value?.Part(array.Element, 0), level);
                break;
            case PointerType { Kind: not PointerKind.MemberPointer } pointer when level <= _options.Recursion && value is { Bytes: { } bytes } && pointer.Target.Plain is UserDefinedType target:
                ulong address = ValueReader.Pointer(bytes.Span);
                if (address != 0) Members(target, _reader.Load(TypedValue.InMemory(target, address)), level);
                break;
        }
    }

    /// <summary>The names of an enumeration.</summary>
    public void Enumerators(EnumType type, int level)
    {
        foreach (EnumValue value in type.Values)
        {
            _cancellation.ThrowIfCancellationRequested();
            Write($"{Indent(level)}{value.Name} = 0n{value.Value}\n");
        }
    }

    /// <summary>Every element of an array on a line of its own.</summary>
    public void Elements(ArrayType array, TypedValue value, int level)
    {
        ulong count = Math.Min(array.Count, MaxElements);
        for (ulong i = 0; i < count; i++)
        {
            _cancellation.ThrowIfCancellationRequested();
            TypedValue element = value.Part(array.Element, i * array.Element.Size);
            Write($"{Indent(level)}[{i:d2}] {Text(array.Element, element)}\n");
            Within(array.Element, element, level + 1);
        }

        if (count < array.Count) Write($"{Indent(level)}... {array.Count - count} more elements\n");
    }

    /// <summary>The text of a member, or of its type when there is no value.</summary>
    public string Text(TypeInfo type, TypedValue? value)
    {
        if (value is null)
        {
            if (_options.Contained && type.Plain is EnumType) return "";
            TypeInfo shown = type;
            // -b opens an array's element: its count would be that of the fields below it.
            for (int depth = 0; _options.Contained && depth < MaxDepth && shown.Plain is ArrayType array; depth++) shown = array.Element;
            return TypeText.Short(shown, _options.Verbose, targets: !_options.Contained);
        }

        if (value.Bytes is not { } bytes) return "<unavailable>";
        if (_options.Elements && type.Plain is ArrayType elements && ValueText.CharacterSize(elements.Element) is null) return "";
        if (bytes.Length == 0 && type.Size > 0 && type.Plain is not UserDefinedType) return "??";
        return Verbosely(type, bytes) ?? _text.Field(type, bytes);
    }

    private string? Verbosely(TypeInfo type, ReadOnlyMemory<byte> bytes) => !_options.Verbose ? null : type.Plain switch
    {
        UserDefinedType user => _text.Summary(user, bytes) is { } summary ? $"{TypeText.Heading(user)}\n {summary}" : TypeText.Heading(user),
        EnumType => $"{TypeText.Short(type, verbose: true)}\n{_text.Field(type, bytes)}",
        _ => null,
    };

    private string VirtualTable(TypedValue table)
    {
        if (table.Bytes is not { } bytes || bytes.Length < _scope.PointerSize) return "??";
        ulong address = ValueReader.Pointer(bytes.Span);
        return address == 0 ? "(null) " : ScalarText.Pointer(address, (ulong)_scope.PointerSize) + " ";
    }

    private void Static(StructureMember member, bool withValue, int level, int width)
    {
        string name = $"{member.Owner.Name}::{member.Name}";
        if (!_scope.Types.TryFindGlobal(Module.Length == 0 ? name : $"{Module}!{name}", out TypedValue? variable) || variable.Address is not ulong address) return;
        TypedValue? value = withValue ? _reader.Load(variable.As(member.Type)) : null;
        Line(level, $"={Commands.Text.AddressText.Format(address)} ", member.Name.PadRight(_options.Compact ? 0 : width) + (_options.Compact ? "" : " :"), Text(member.Type, value));
    }

    private void Line(int level, string offset, string name, string text)
    {
        if (_options.WithoutOffsets) offset = "";
        if (_options.Compact) Write($"{offset}{name} {text}  ");
        else Write($"{Indent(level)}{offset}{name} {text}\n");
    }

    private string Indent(int level) => _options.WithoutIndent || _options.Compact ? "" : new string(' ', 3 * (level + 1));

    private void Write(string text)
    {
        if (_lines == MaxLines) _write($"... more than {MaxLines} lines: name fields, or use a smaller -r\n");
        if (_lines++ < MaxLines) _write(text);
    }
}
