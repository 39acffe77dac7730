namespace NetKd.Symbols.Images;

/// <summary>A file is not the PE image it should be; the message says which and why.</summary>
public sealed class InvalidImageException(string message) : Exception(message);
