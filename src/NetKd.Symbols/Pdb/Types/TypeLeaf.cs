namespace NetKd.Symbols.Pdb.Types;

/// <summary>
/// Kinds of records in the TPI and IPI streams, and of the members within a field list, by their names in the public cvinfo.h
/// (microsoft-pdb) and LLVM's CodeViewTypes.def.
/// </summary>
internal static class TypeLeaf
{
    public const ushort VirtualTableShape = 0x000a;
    public const ushort Label = 0x000e;
    public const ushort EndOfPrecompiled = 0x0014;
    public const ushort Modifier = 0x1001;
    public const ushort Pointer = 0x1002;
    public const ushort Procedure = 0x1008;
    public const ushort MemberFunction = 0x1009;
    public const ushort ArgumentList = 0x1201;
    public const ushort FieldList = 0x1203;
    public const ushort BitField = 0x1205;
    public const ushort MethodList = 0x1206;
    public const ushort BaseClass = 0x1400;
    public const ushort VirtualBaseClass = 0x1401;
    public const ushort IndirectVirtualBaseClass = 0x1402;
    public const ushort Index = 0x1404;
    public const ushort VirtualFunctionTable = 0x1409;
    public const ushort FriendClass = 0x140a;
    public const ushort VirtualFunctionOffset = 0x140c;
    public const ushort Enumerate = 0x1502;
    public const ushort Array = 0x1503;
    public const ushort Class = 0x1504;
    public const ushort Structure = 0x1505;
    public const ushort Union = 0x1506;
    public const ushort Enum = 0x1507;
    public const ushort Precompiled = 0x1509;
    public const ushort Alias = 0x150a;
    public const ushort FriendFunction = 0x150c;
    public const ushort Member = 0x150d;
    public const ushort StaticMember = 0x150e;
    public const ushort Method = 0x150f;
    public const ushort NestedType = 0x1510;
    public const ushort OneMethod = 0x1511;
    public const ushort NestedTypeWithAttributes = 0x1512;
    public const ushort TypeServer = 0x1515;
    public const ushort Interface = 0x1519;
    public const ushort BaseInterface = 0x151a;
    public const ushort Vector = 0x151b;
    public const ushort Matrix = 0x151c;
    public const ushort VirtualFunctionTableLayout = 0x151d;
    public const ushort FunctionId = 0x1601;
    public const ushort MemberFunctionId = 0x1602;
    public const ushort BuildInformation = 0x1603;
    public const ushort SubstringList = 0x1604;
    public const ushort StringId = 0x1605;
    public const ushort SourceLine = 0x1606;
    public const ushort ModuleSourceLine = 0x1607;

    // The C++ modules compiler's wider forms; their options have 32 bits.
    public const ushort Class2 = 0x1608;
    public const ushort Structure2 = 0x1609;
    public const ushort Union2 = 0x160a;
    public const ushort Interface2 = 0x160b;
}
