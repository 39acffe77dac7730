namespace NetKd.Symbols.Stores.Cabinet;

/// <summary>A compressed file cannot be unpacked; the message says what is wrong with it.</summary>
internal sealed class CabinetFormatException(string message) : Exception(message);
