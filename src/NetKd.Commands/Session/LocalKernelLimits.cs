using System.Collections.Frozen;

namespace NetKd.Commands.Session;

/// <summary>Which commands a kernel that runs on while it is looked into cannot obey (facts: kernel-debugging-docs, B.11).</summary>
internal static class LocalKernelLimits
{
    private static readonly FrozenDictionary<string, string> s_reasons = Reasons(
        ("Execution is", "g gh gn gN gu gc p pa pc ph pt t ta tc th tt wt tb"),
        ("Breakpoints are", "ba bc bd be bl bm bp bs bu .bpcmds"),
        ("Registers are", "r rF rM rX rm rdmsr wrmsr"),
        ("Stacks are", "k .frame .kframes dv"),
        ("Shutdown is", ".crash .reboot .dump .pagein"));

    /// <summary>Why a command is not available; null when it is.</summary>
    public static string? Refusal(string command) =>
        s_reasons.GetValueOrDefault(command) is { } what ? $"'{command}': {DebugClient.LocalKernelRefusal(what)}" : null;

    private static FrozenDictionary<string, string> Reasons(params (string What, string Commands)[] groups) =>
        groups.SelectMany(g => g.Commands.Split(' ').Select(name => KeyValuePair.Create(name, g.What))).ToFrozenDictionary();
}
