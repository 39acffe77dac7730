namespace NetKd.Linux.Btf;

/// <summary>Bytes that are no BTF of a version that is known. The message says what is wrong, and where.</summary>
public sealed class BtfFormatException(string message) : FormatException(message);
