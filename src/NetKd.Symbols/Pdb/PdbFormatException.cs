namespace NetKd.Symbols.Pdb;

/// <summary>A file is not the PDB it should be; the message says what is wrong and where. Never raised after a file was opened.</summary>
public sealed class PdbFormatException(string message) : Exception(message);
