namespace NetKd.BootConfig.Kdnet;

/// <summary>A trap that a target is about to fall into.</summary>
/// <param name="Rule">A short name that stays the same, for scripts.</param>
/// <param name="Message">What is wrong, in one sentence.</param>
/// <param name="NextStep">What to do about it.</param>
public sealed record Advice(string Rule, string Message, string NextStep);
