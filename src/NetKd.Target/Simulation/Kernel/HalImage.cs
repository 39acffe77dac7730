using Iced.Intel;

namespace NetKd.Target.Simulation;

/// <summary>The second image: a few functions of a hal.dll.</summary>
internal static class HalImage
{
    private static readonly Guid s_pdbId = new("5b2c1a7e-93d4-4f60-8a11-6e746b640002");

    /// <summary>Builds the image at <see cref="KernelLayout.HalBase"/>.</summary>
    public static SimulatedImage Build()
    {
        var image = new ImageBuilder(KernelLayout.HalBase);
        image.Variable("HalpClockTicks", exported: false);
        image.Function(new ImageFunction
        {
            Name = "HalProcessorIdle",
            StackBytes = 0x28,
            Body = code =>
            {
                code.Assembler.sti();
                code.Assembler.hlt();
                code.Return();
            },
        });
        image.Function(new ImageFunction
        {
            Name = "KeQueryPerformanceCounter",
            Body = code =>
            {
                code.Assembler.rdtsc();
                code.Assembler.shl(AssemblerRegisters.rdx, 32);
                code.Assembler.or(AssemblerRegisters.rax, AssemblerRegisters.rdx);
                code.Return();
            },
        });
        image.Function(new ImageFunction
        {
            Name = "HalMakeBeep",
            Body = code =>
            {
                code.Assembler.mov(AssemblerRegisters.eax, 1);
                code.Return();
            },
        });
        return image.Build("hal.dll", @"\SystemRoot\system32\hal.dll", "netkd-sim-hal.pdb", s_pdbId, 0x6560_0002);
    }
}
