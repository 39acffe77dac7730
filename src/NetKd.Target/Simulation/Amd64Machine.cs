using NetKd.Protocol.Contexts;

namespace NetKd.Target.Simulation;

/// <summary>What amd64 machines answer alike, wherever their registers come from.</summary>
public abstract class Amd64Machine : KernelMachine
{
    /// <inheritdoc/>
    public override ushort MachineType => ContextLayout.MachineAmd64;

    /// <inheritdoc/>
    protected override int SpecialRegistersSize => Amd64SpecialRegisterOffsets.Size;
}
