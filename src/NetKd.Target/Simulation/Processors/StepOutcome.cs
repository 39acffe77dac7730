namespace NetKd.Target.Simulation;

/// <summary>What an instruction did, as the rest of the machine sees it.</summary>
public enum StepOutcome
{
    /// <summary>It ran; the next can follow.</summary>
    Done,
    /// <summary>HLT: nothing happens until an interrupt.</summary>
    Waiting,
    /// <summary>An exception for the debugger: a fault, a breakpoint or a step.</summary>
    Exception,
    /// <summary>INT 2Dh with EAX 1, NT's debug service for printing: text at RCX, its length in DX.</summary>
    Print,
}
