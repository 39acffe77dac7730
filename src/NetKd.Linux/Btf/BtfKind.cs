namespace NetKd.Linux.Btf;

/// <summary>The kinds of BTF's records (kernel documentation: bpf/btf, 2.2).</summary>
internal enum BtfKind
{
    Void = 0,
    Integer = 1,
    Pointer = 2,
    Array = 3,
    Structure = 4,
    Union = 5,
    Enumeration = 6,
    Forward = 7,
    Typedef = 8,
    Volatile = 9,
    Const = 10,
    Restrict = 11,
    Function = 12,
    FunctionPrototype = 13,
    Variable = 14,
    DataSection = 15,
    Float = 16,
    DeclarationTag = 17,
    TypeTag = 18,
    Enumeration64 = 19,
}
