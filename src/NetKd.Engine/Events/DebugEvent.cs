using NetKd.Engine.Breakpoints;
using NetKd.Engine.Modules;

namespace NetKd.Engine.Events;

/// <summary>Kinds of events.</summary>
public enum DebugEventKind
{
    /// <summary>One of our breakpoints was hit.</summary>
    Breakpoint,
    /// <summary>A step is done.</summary>
    Step,
    /// <summary>An exception, a hard-coded breakpoint or a break-in.</summary>
    Exception,
    /// <summary>A module was loaded.</summary>
    LoadModule,
    /// <summary>A module was unloaded.</summary>
    UnloadModule,
}

/// <summary>Why the target stopped.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Processor">The processor that reported it.</param>
/// <param name="ProgramCounter">Where it stopped.</param>
/// <param name="Exception">The exception behind it; empty for module events.</param>
/// <param name="Breakpoint">The breakpoint that was hit.</param>
/// <param name="Module">The module that came or went.</param>
/// <param name="IsInitial">True for the first stop of a session, or of a restarted target.</param>
/// <param name="Time">The debugger's time.</param>
public sealed record DebugEvent(
    DebugEventKind Kind,
    int Processor,
    ulong ProgramCounter,
    ExceptionRecord Exception,
    Breakpoint? Breakpoint,
    Module? Module,
    bool IsInitial,
    DateTimeOffset Time);
