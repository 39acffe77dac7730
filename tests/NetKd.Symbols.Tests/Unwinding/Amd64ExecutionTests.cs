using NetKd.Symbols.Images;
using NetKd.Symbols.Unwinding;

namespace NetKd.Symbols.Tests.Unwinding;

/// <summary>
/// Compiled programs run instruction by instruction; at each one the whole stack is unwound and compared with the truth: return
/// addresses, stack pointers, and every register that functions preserve.
/// </summary>
public sealed class Amd64ExecutionTests(ITestOutputHelper output)
{
    // rbx, rbp, rsi, rdi, r12 to r15.
    private static readonly int[] s_preserved = [3, 5, 6, 7, 12, 13, 14, 15];
    private const int FirstPreservedVector = 6;

    [Theory]
    [InlineData("-O0")]
    [InlineData("-O1")]
    [InlineData("-O2")]
    [InlineData("-Os")]
    [InlineData("-Oz")]
    [InlineData("-O2 -fno-omit-frame-pointer")]
    public void At_every_instruction_the_stack_is_the_one_that_ran(string switches)
    {
        SampleProgram program = SampleProgram.Build("unwind", compile: $"{switches} -funwind-tables -mno-implicit-float -fno-vectorize -fno-slp-vectorize");
        using ExecutedProgram run = new(program.Image);
        Dictionary<FrameMethod, int> methods = [];
        int instructions = 0, frames = 0;
        do
        {
            instructions++;
            Amd64Frame frame = run.Registers();
            foreach (Caller caller in run.Callers)
            {
                ulong at = frame.InstructionPointer;
                Assert.True(TryUnwind(run, frame, out FrameMethod method), $"{At(at)}: no caller");
                methods[method] = methods.GetValueOrDefault(method) + 1;
                frames++;
                Compare(caller, frame, at, method);
            }
        }
        while (run.Step());

        output.WriteLine($"{switches}: {instructions} instructions, {frames} frames: {string.Join(", ", methods.Select(pair => $"{pair.Key} {pair.Value}"))}");
        Assert.True(instructions >= 10_000, $"only {instructions} instructions ran");
        Assert.All([FrameMethod.UnwindData, FrameMethod.Epilogue, FrameMethod.Leaf], method => Assert.True(methods.ContainsKey(method), $"{method} was not met"));
    }

    private static bool TryUnwind(ExecutedProgram run, Amd64Frame frame, out FrameMethod method)
    {
        ulong probe = frame.IsExecuting ? frame.InstructionPointer : frame.InstructionPointer - 1;
        FunctionEntry? entry = run.Image.Functions.TryFind((uint)(probe - ExecutedProgram.Base), out FunctionEntry found) ? found : null;
        return Amd64Unwinder.TryUnwind(run, run.Image, entry, frame, out method);
    }

    private static void Compare(Caller caller, Amd64Frame frame, ulong at, FrameMethod method)
    {
        Assert.True(caller.ReturnAddress == frame.InstructionPointer, $"{At(at)}, {method}: {frame.InstructionPointer:x} instead of {caller.ReturnAddress:x}");
        Assert.True(caller.StackPointer == frame.StackPointer, $"{At(at)}, {method}: stack pointer {frame.StackPointer:x} instead of {caller.StackPointer:x}");
        foreach (int register in s_preserved)
        {
            Assert.True((frame.Known >> register & 1) != 0);
            Assert.True(caller.Registers.Registers[register] == frame.Registers[register], $"{At(at)}, {method}: register {register} is {frame.Registers[register]:x} instead of {caller.Registers.Registers[register]:x}");
        }

        for (int vector = FirstPreservedVector; vector < 16; vector++)
            Assert.True(caller.Registers.Vectors[vector] == frame.Vectors[vector], $"{At(at)}, {method}: xmm{vector}");
        Assert.Equal(0, frame.Known & 0b0000_1111_0000_0111);
    }

    private static string At(ulong address) => $"offset {address - ExecutedProgram.Base:x}";
}
