namespace NetKd.Symbols;

/// <summary>How a 32-bit x86 function, or a part of it, keeps its frame: an FPO_DATA or a newer frame data record of a PDB.</summary>
/// <param name="Offset">First byte of the code it describes, from the image's base.</param>
/// <param name="Size">Length of that code in bytes.</param>
/// <param name="LocalBytes">Bytes of local variables.</param>
/// <param name="ParameterBytes">Bytes of parameters on the stack.</param>
/// <param name="PrologueBytes">Length of the prologue.</param>
/// <param name="SavedRegisterBytes">Bytes of saved registers.</param>
/// <param name="UsesFramePointer">EBP holds the frame (FPO: the frame uses BP; frame data: unknown, see the program).</param>
/// <param name="Kind">FPO's frame kind: 0 without frame pointer, 1 trap, 2 task state, 3 frame pointer.</param>
/// <param name="Program">Frame data's program in postfix notation, such as <c>$T0 .raSearch = $eip $T0 ^ = $esp $T0 4 + =</c>; empty for FPO.</param>
public sealed record X86FrameData(
    uint Offset, uint Size, uint LocalBytes, uint ParameterBytes, uint PrologueBytes, uint SavedRegisterBytes, bool UsesFramePointer, int Kind, string Program);
