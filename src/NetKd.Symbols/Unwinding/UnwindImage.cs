using NetKd.Symbols.Images;

namespace NetKd.Symbols.Unwinding;

/// <summary>What unwinding needs of an image.</summary>
/// <param name="Base">Where it is loaded.</param>
/// <param name="Constant">Reads its tables and code, which do not change while it is loaded; at the addresses where it is loaded.</param>
/// <param name="Functions">Its function table.</param>
public sealed record UnwindImage(ulong Base, IAddressReader Constant, FunctionTable Functions);
