namespace NetKd.Engine.Registers;

/// <summary>The value of a register of up to 128 bits.</summary>
/// <param name="Low">The low 64 bits.</param>
/// <param name="High">The high 64 bits.</param>
/// <param name="Bits">How many bits the register has.</param>
public readonly record struct RegisterValue(ulong Low, ulong High = 0, int Bits = 64);
