namespace NetKd.Target.Simulation;

/// <summary>Why <see cref="SimulatedMachine.Run"/> returned.</summary>
public enum MachineEvent
{
    /// <summary>The instructions are used up.</summary>
    None,
    /// <summary>Every processor waits for an interrupt.</summary>
    AllWaiting,
    /// <summary>An exception is to be reported: <see cref="SimulatedMachine.PendingException"/>.</summary>
    Exception,
    /// <summary>Text is to be printed: <see cref="SimulatedMachine.ReadPrint"/>.</summary>
    Print,
    /// <summary>The debugger asked for a restart.</summary>
    Reboot,
}
