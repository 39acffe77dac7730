using NetKd.Symbols.Images;
using NetKd.Symbols.Unwinding;

namespace NetKd.Symbols.Tests.Unwinding;

/// <summary>Unwind data, programs and stacks from anybody: never an exception, never an endless loop, never unbounded reads.</summary>
public sealed class UnwindFuzzTests
{
    private const int Count = 3000;
    // A step reads at most its chain of unwind data, code, and a stack slot for each code.
    private const long MostBytesOfOneStep = 1 << 20;

    [Fact]
    public void Amd64()
    {
        Random random = new(1);
        for (int i = 0; i < Fuzzing.Count(Count); i++)
        {
            HandMadeImage memory = RandomMemory(random, MachineType.Amd64, out UnwindImage image);
            Amd64Frame frame = new() { InstructionPointer = HandMadeImage.Base + (ulong)random.Next(0x1000, 0x3000), IsExecuting = random.Next(2) == 0 };
            for (int r = 0; r < 16; r++) frame.Registers[r] = HandMadeImage.Stack + (ulong)random.Next(0x800);
            for (int step = 0; step < 8; step++)
            {
                FunctionEntry? entry = image.Functions.TryFind((uint)(frame.InstructionPointer - image.Base), out FunctionEntry found) ? found : null;
                long before = memory.BytesRead;
                bool moved = Amd64Unwinder.TryUnwind(memory, image, entry, frame, out _);
                Assert.InRange(memory.BytesRead - before, 0, MostBytesOfOneStep);
                if (!moved) break;
            }
        }
    }

    [Fact]
    public void Arm64()
    {
        Random random = new(2);
        for (int i = 0; i < Fuzzing.Count(Count); i++)
        {
            HandMadeImage memory = RandomMemory(random, MachineType.Arm64, out UnwindImage image);
            Arm64Frame frame = new() { InstructionPointer = HandMadeImage.Base + (ulong)random.Next(0x1000, 0x3000), StackPointer = HandMadeImage.Stack + (ulong)random.Next(0x400) };
            for (int r = 0; r < 31; r++) frame.Registers[r] = HandMadeImage.Stack + (ulong)random.Next(0x800);
            for (int step = 0; step < 8; step++)
            {
                uint offset = (uint)(frame.InstructionPointer - image.Base);
                FunctionEntry? entry = image.Functions.TryFind(offset, out FunctionEntry found) ? found : null;
                long before = memory.BytesRead;
                bool moved = Arm64Unwinder.TryUnwind(memory, image, entry, frame, out _);
                Assert.InRange(memory.BytesRead - before, 0, MostBytesOfOneStep);
                if (!moved) break;
            }
        }
    }

    [Fact]
    public void X86()
    {
        Random random = new(3);
        string[] words = ["$T0", "$T1", "$eip", "$esp", "$ebp", "$ebx", ".raSearch", ".raSearchStart", ".cbLocals", ".cbSavedRegs", "=", "=", "^", "+", "-", "*", "/", "%", "@", "4", "8", "-1", "4294967295", "99999999999", "", "§"];
        HandMadeImage memory = new();
        byte[] stack = new byte[0x1000];
        random.NextBytes(stack);
        memory.Put(0x10_0000, stack);
        X86Unwinder unwinder = new(memory, _ => random.Next(2) == 0);
        for (int i = 0; i < Fuzzing.Count(Count); i++)
        {
            string program = string.Join(' ', Enumerable.Range(0, random.Next(i % 100 == 0 ? 2000 : 30)).Select(_ => words[random.Next(words.Length)]));
            X86FrameData data = new(0, 1, (uint)random.Next(100), (uint)random.Next(), (uint)random.Next(9), (uint)random.Next(100), random.Next(2) == 0, random.Next(5), random.Next(4) == 0 ? "" : program);
            X86Frame frame = new() { InstructionPointer = 0x10_0000 + (uint)random.Next(0x1000), IsExecuting = random.Next(2) == 0 };
            for (int r = 0; r < 8; r++) frame.Registers[r] = 0x10_0000 + (uint)random.Next(0x1100);
            long before = memory.BytesRead;
            for (int step = 0; step < 4 && unwinder.TryUnwind(random.Next(5) == 0 ? null : data, frame, out _); step++)
            {
            }

            Assert.InRange(memory.BytesRead - before, 0, 4 * MostBytesOfOneStep);
        }
    }

    private static HandMadeImage RandomMemory(Random random, ushort machine, out UnwindImage image)
    {
        HandMadeImage memory = new(machine);
        byte[] noise = new byte[0x400];
        uint begin = 0x1000;
        for (int i = random.Next(1, 6); i > 0; i--)
        {
            random.NextBytes(noise);
            // Mostly of a known version, so that more than the first byte is looked at.
            if (machine == MachineType.Amd64 && random.Next(8) != 0) noise[0] = (byte)(noise[0] & 0xF8 | random.Next(1, 3));
            if (machine == MachineType.Arm64 && random.Next(8) != 0) noise[2] &= 0xF3;
            uint data = memory.AddUnwindData(noise[..random.Next(4, 0x100)]);
            if (random.Next(6) == 0) data = (uint)random.Next();
            // A chain to itself.
            if (machine == MachineType.Amd64 && random.Next(4) == 0) data = memory.AddUnwindData([1 | 4 << 3, 0, 0, 0, .. BitConverter.GetBytes(begin), .. BitConverter.GetBytes(begin + 64), .. BitConverter.GetBytes(data + 0x100)]);
            memory.AddFunction(begin, begin + (uint)random.Next(1, 0x200), data);
            begin += (uint)random.Next(-0x80, 0x400);
        }

        byte[] code = new byte[0x2000];
        random.NextBytes(code);
        byte[] leaving = [0x48, 0x83, 0xC4, 0x58, 0x5B, 0x41, 0x5E, 0xC3, 0xE9, 0xFF, 0x25, 0xEB];
        for (int i = 0; i < code.Length; i++)
        {
            if (random.Next(2) == 0) code[i] = leaving[random.Next(leaving.Length)];
        }

        memory.Put(HandMadeImage.Base + 0x1000, code);
        ulong[] stack = new ulong[0x100];
        for (int i = 0; i < stack.Length; i++) stack[i] = (random.Next(3) == 0 ? HandMadeImage.Stack : HandMadeImage.Base) + (ulong)random.Next(0x3000);
        memory.PutWords(HandMadeImage.Stack, stack);
        image = memory.Image();
        return memory;
    }
}
