using NetKd.Commands.Expressions;
using NetKd.Commands.Text;
using NetKd.Symbols.Types;

namespace NetKd.Commands.Types;

/// <summary>What <c>??</c> prints: the type and the value, and the fields of a structure or of what a pointer points to.</summary>
internal sealed class TypedOutput(IExpressionScope scope)
{
    private readonly ValueReader _reader = new(scope);
    private readonly ValueText _text = new(scope);

    /// <summary>Writes a value; text in pieces, line ends included.</summary>
    public void Write(TypedValue value, Action<string> write, CancellationToken cancellation)
    {
        TypeInfo plain = value.Type.Plain;
        string declared = TypeText.Declaration(value.Type);
        switch (plain)
        {
            case UserDefinedType user:
                write($"{declared}\n");
                Structure(user, _reader.Load(value), write, cancellation);
                break;
            case ArrayType array:
                write($"{declared} {(value.Address is ulong place ? ScalarText.Pointer(place, (ulong)scope.PointerSize) : "")}".TrimEnd() + "\n");
                Array(array, value, write, cancellation);
                break;
            case FunctionType function:
                ulong address = value.Address ?? 0;
                write($"{declared} {ScalarText.Pointer(address, (ulong)scope.PointerSize)}\n {function.ReturnType.Name}  {scope.DescribeAddress(address) ?? "?"}+0({TypeText.Parameters(function)}\n");
                break;
            case BasicType { Kind: BasicKind.Void }:
                write("void\n");
                break;
            default:
                ReadOnlyMemory<byte> bytes = _reader.Bytes(value);
                write($"{declared} {ScalarText.Expression(value.Type, bytes.Span)}\n");
                if (plain is PointerType pointer) Pointed(pointer, ValueReader.Pointer(bytes.Span), write, cancellation);
                break;
        }
    }

    private void Pointed(PointerType pointer, ulong address, Action<string> write, CancellationToken cancellation)
    {
        if (pointer.Kind == PointerKind.MemberPointer) return;
        if (ValueText.CharacterSize(pointer.Target) is int size) write($" {_text.Text(address, size, null)}\n");
        else if (address != 0 && pointer.Target.Plain is UserDefinedType user) Structure(user, _reader.Load(TypedValue.InMemory(user, address)), write, cancellation);
    }

    private void Array(ArrayType array, TypedValue value, Action<string> write, CancellationToken cancellation)
    {
        TypedValue loaded = _reader.Load(value);
        ReadOnlyMemory<byte> bytes = loaded.Bytes ?? default;
        if (ValueText.CharacterSize(array.Element) is not null)
        {
            string text = _text.Field(array, bytes);
            write($" {text[(text.IndexOf(']', StringComparison.Ordinal) + 1)..].TrimStart()}\n");
            return;
        }

        if (array.Count == 0) return;
        TypedValue first = loaded.Part(array.Element, 0);
        if (array.Element.Plain is UserDefinedType user) Structure(user, first, write, cancellation);
        else if (array.Element.Plain is PointerType { Target.Plain: UserDefinedType target } pointer && first.Bytes is { } address && (ulong)address.Length == pointer.Size)
            Leading(pointer, target, ValueReader.Pointer(address.Span), write, cancellation);
        else write($"{_text.Field(array.Element, first.Bytes ?? default)}\n");
    }

    private void Leading(PointerType pointer, UserDefinedType target, ulong address, Action<string> write, CancellationToken cancellation)
    {
        write($"{ScalarText.Pointer(address, pointer.Size)} \n");
        if (address != 0) Structure(target, _reader.Load(TypedValue.InMemory(target, address)), write, cancellation);
    }

    private void Structure(UserDefinedType type, TypedValue value, Action<string> write, CancellationToken cancellation)
    {
        if (_text.Summary(type, value.Bytes ?? default) is { } summary) write($" {summary}\n");
        new TypeDisplay(scope, new TypeDisplayOptions(), write, cancellation).Members(type, value);
    }
}
