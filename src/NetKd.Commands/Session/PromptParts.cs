namespace NetKd.Commands.Session;

/// <summary>What is shown at a stop, as <c>.prompt_allow</c> names it.</summary>
[Flags]
internal enum PromptParts
{
    None = 0,
    Registers = 1,
    Disassembly = 2,
    EffectiveAddress = 4,
    Source = 8,
    Symbol = 16,
    Default = Disassembly | EffectiveAddress | Source | Symbol,
}
