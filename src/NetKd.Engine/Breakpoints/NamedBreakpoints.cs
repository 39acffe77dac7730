using NetKd.Engine.Modules;

namespace NetKd.Engine.Breakpoints;

/// <summary>Breakpoints that follow their names as modules come and go.</summary>
internal static class NamedBreakpoints
{
    /// <summary>
    /// Looks up the waiting breakpoints that may be meant for a module that has come; for every module when none is given (.reload). True when
    /// one has found its place. The module's symbols are loaded only when a breakpoint may need them.
    /// </summary>
    public static bool Resolve(DebugClient client, Module? module)
    {
        bool any = false;
        foreach (Breakpoint breakpoint in client.Breakpoints)
        {
            if (breakpoint is not { IsResolved: false, Location: { } location }) continue;
            if (module is not null && location.Module is { } wanted && !module.IsNamed(wanted)) continue;
            IReadOnlyList<ulong> places = location.Resolve(client, module?.Name);
            if (places.Count == 0) continue;
            if (places.Count > 1)
            {
                client.WriteOutput(OutputMask.Warning, $"Breakpoint {breakpoint.Id}: {location.Text} is ambiguous, it stands for {places.Count} places; it still waits (bm sets all of them).\n");
                continue;
            }

            breakpoint.Address = places[0];
            breakpoint.IsResolved = true;
            any = true;
        }

        return any;
    }

    /// <summary>
    /// A restarted kernel has its breakpoints at once: at the same places of the image, wherever that is now. Those in other modules wait for
    /// them.
    /// </summary>
    public static void FollowKernel(DebugClient client, Module kernel, ulong oldBase)
    {
        foreach (Breakpoint breakpoint in client.Breakpoints)
        {
            if (breakpoint is not { IsResolved: true, Location: not null }) continue;
            bool inKernel = unchecked(breakpoint.Address - oldBase) < kernel.Size;
            if (inKernel) breakpoint.Address = unchecked(breakpoint.Address - oldBase + kernel.Base);
            else breakpoint.IsResolved = false;
        }
    }

    /// <summary>Lets the breakpoints in a module that goes wait for it again.</summary>
    public static void Release(BreakpointList breakpoints, Module module)
    {
        foreach (Breakpoint breakpoint in breakpoints)
        {
            if (breakpoint is not { IsResolved: true, Location: not null } || !module.Contains(breakpoint.Address)) continue;
            breakpoint.IsResolved = false;
            breakpoint.Address = 0;
        }
    }
}
