using System.Runtime.InteropServices;

namespace NetKd.TargetOs.Cpu;

/// <summary>The operand of LGDT, LIDT, SGDT and SIDT: ten bytes without padding.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 2)]
internal struct DescriptorRegister
{
    public ushort Limit;
    public ulong Base;
}
