using NetKd.Symbols.Unwinding;

namespace NetKd.Symbols.Tests.Unwinding;

/// <summary>Hand-made stacks of 32-bit x86.</summary>
public sealed class X86UnwinderTests
{
    private const uint Code = 0x40_0000, Stack = 0x10_0000, Return = Code + 0x105;

    private readonly HandMadeImage _memory = new();
    private readonly X86Unwinder _unwinder;

    public X86UnwinderTests()
    {
        _unwinder = new X86Unwinder(_memory, address => address - Code < 0x1000);
        _memory.Put(Code, [.. Enumerable.Repeat((byte)0x90, 0x1000)]);
        // A call in front of the return address.
        _memory.Put(Return - 5, [0xE8]);
        Words(Stack, new uint[64]);
    }

    [Fact]
    public void By_a_frame_data_program()
    {
        X86FrameData data = new(0, 0x100, 8, 4, 3, 4, false, 0, "$T0 .raSearch = $eip $T0 ^ = $esp $T0 4 + = $ebx $T0 4 - ^ =");
        // Two words of locals, ebx, the return address.
        Words(Stack, 1, 2, 0xB0B, Return, 0xA1);
        Found(data, At(Code + 0x10), FrameMethod.FrameData, Stack + 16, out X86Frame caller);
        Assert.Equal(0xB0Bu, caller.Registers[3]);
        Assert.Equal(4u, caller.CalleeParameterBytes);

        // In the caller, the parameters of the function it called are still below its own data.
        Words(Stack + 16, 0xA1, 1, 2, 0xB0C, Return);
        Found(data, caller, FrameMethod.FrameData, Stack + 36, out caller);
        Assert.Equal(0xB0Cu, caller.Registers[3]);
    }

    [Fact]
    public void By_an_aligned_program_of_clang()
    {
        X86FrameData data = new(0, 0x100, 0, 0, 0, 0, false, 0, "$T0 $ebp 4 + = $T1 $T0 8 - 16 @ = $eip $T0 ^ = $esp $T0 4 + = $ebp $T0 4 - ^ =");
        Words(Stack + 32, 0xEB9, Return);
        X86Frame frame = At(Code + 0x10);
        frame.Registers[X86Frame.Ebp] = Stack + 32;
        Found(data, frame, FrameMethod.FrameData, Stack + 40, out X86Frame caller);
        Assert.Equal(0xEB9u, caller.Registers[X86Frame.Ebp]);
    }

    [Fact]
    public void By_an_fpo_record()
    {
        X86FrameData data = new(0, 0x100, 12, 8, 4, 8, true, 0, "");
        // Locals, two saved registers of which the first pushed is ebp, the return address.
        Words(Stack, 1, 2, 3, 0x51, 0xEB9, Return);
        Found(data, At(Code + 0x10), FrameMethod.Fpo, Stack + 24, out X86Frame caller);
        Assert.Equal((0xEB9u, 8u), (caller.Registers[X86Frame.Ebp], caller.CalleeParameterBytes));
    }

    [Fact]
    public void By_the_frame_pointer_and_at_the_edges_of_a_function()
    {
        X86Frame frame = At(Code + 0x13);
        frame.Registers[X86Frame.Ebp] = Stack + 16;
        Words(Stack + 16, Stack + 48, Return);
        Found(null, frame, FrameMethod.FramePointer, Stack + 24, out X86Frame caller);
        Assert.Equal(Stack + 48, caller.Registers[X86Frame.Ebp]);

        // push ebp; mov ebp, esp
        _memory.Put(Code + 0x20, [0x55, 0x8B, 0xEC]);
        Words(Stack, Return, Return);
        Found(null, At(Code + 0x20), FrameMethod.Leaf, Stack + 4, out _);
        Words(Stack, 0xEB9, Return);
        Found(null, At(Code + 0x21), FrameMethod.Leaf, Stack + 8, out caller);
        Assert.Equal(0xEB9u, caller.Registers[X86Frame.Ebp]);
        // ret 8
        _memory.Put(Code + 0x30, [0xC2, 8, 0]);
        Words(Stack, Return);
        Found(null, At(Code + 0x30), FrameMethod.Leaf, Stack + 4, out _);
    }

    [Fact]
    public void By_a_guess_only_what_a_call_can_have_pushed()
    {
        // Words that are code, but not behind a call; then one that is.
        Words(Stack, Code + 0x300, 5, Code + 0x400, Return);
        Found(null, At(Code + 0x10), FrameMethod.Guess, Stack + 16, out _);
        Words(Stack, new uint[64]);
        Assert.False(_unwinder.TryUnwind(null, At(Code + 0x10), out _));
    }

    [Fact]
    public void Through_a_trap_frame()
    {
        X86FrameData data = new(0, 0x100, 0, 0, 0, 0, false, 1, "");
        X86Frame frame = At(Code + 0x10);
        frame.Registers[X86Frame.Ebp] = Stack;
        uint[] trap = new uint[0x80 / 4];
        (trap[0x44 / 4], trap[0x5C / 4], trap[0x60 / 4], trap[0x68 / 4], trap[0x6C / 4], trap[0x70 / 4]) = (0xA, 0xB, 0xEB9, Code + 0x55, 8, 0x246);
        Words(Stack, trap);
        Found(data, frame, FrameMethod.MachineFrame, Stack + 0x74, out X86Frame caller);
        Assert.Equal((true, 0xAu, 0xBu, 0xEB9u), (caller.IsExecuting, caller.Registers[0], caller.Registers[3], caller.Registers[X86Frame.Ebp]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("$T0 1 2 + = $T1 $T0 3 * = $T2 $T1 2 / = $T3 $T1 7 % = $T4 13 8 @ = $T5 -4 4 + =")]
    public void Programs_calculate(string program)
    {
        Dictionary<string, uint> variables = [];
        Assert.True(X86FrameProgram.TryRun(program, _memory, variables));
        if (program.Length > 0) Assert.Equal([3u, 9, 4, 2, 8, 0], Enumerable.Range(0, 6).Select(i => variables[$"$T{i}"]));
    }

    [Theory]
    [InlineData("=")]
    [InlineData("$T0 =")]
    [InlineData("1 2 =")]
    [InlineData("$T0 1")]
    [InlineData("$T0 $unknown =")]
    [InlineData("$T0 1 0 / =")]
    [InlineData("$T0 1 0 @ =")]
    [InlineData("$T0 12345 ^ =")]
    [InlineData("$T0 1 2 ~ =")]
    public void Damaged_programs_fail(string program) => Assert.False(X86FrameProgram.TryRun(program, _memory, new Dictionary<string, uint>()));

    private void Found(X86FrameData? data, X86Frame frame, FrameMethod how, uint stack, out X86Frame caller)
    {
        caller = frame.Copy();
        Assert.True(_unwinder.TryUnwind(data, caller, out FrameMethod method));
        Assert.Equal(how, method);
        if (how != FrameMethod.MachineFrame) Assert.Equal(Return, caller.InstructionPointer);
        Assert.Equal(stack, caller.Registers[X86Frame.Esp]);
    }

    private static X86Frame At(uint address)
    {
        X86Frame frame = new() { InstructionPointer = address };
        frame.Registers[X86Frame.Esp] = Stack;
        return frame;
    }

    private void Words(uint address, params uint[] words) => _memory.Put(address, [.. words.SelectMany(BitConverter.GetBytes)]);
}
