using NetKd.Commands.Disassembly;

namespace NetKd.Commands.Tests;

public sealed class DisassemblerTests
{
    private const ulong Address = 0xfffff803_12201010;

    private static string Line(string hexadecimal) =>
        new X86Disassembler(address => address is >= 0xfffff803_12201000 and < 0xfffff803_12300000 ? $"nt!Name+0x{address - 0xfffff803_12201000:x}" : null)
            .DecodeOne(Address, Convert.FromHexString(hexadecimal))!.Value.Line;

    [Theory]
    // facts: kd-transcript
    [InlineData("cc", "fffff803`12201010 cc              int     3")]
    [InlineData("c3", "fffff803`12201010 c3              ret")]
    [InlineData("90", "fffff803`12201010 90              nop")]
    // The published look of kd's disassembly.
    [InlineData("8b442408", "fffff803`12201010 8b442408        mov     eax,dword ptr [rsp+8]")]
    [InlineData("4883ec28", "fffff803`12201010 4883ec28        sub     rsp,28h")]
    [InlineData("33c9", "fffff803`12201010 33c9            xor     ecx,ecx")]
    [InlineData("b8ff000000", "fffff803`12201010 b8ff000000      mov     eax,0FFh")]
    [InlineData("eb0e", "fffff803`12201010 eb0e            jmp     nt!Name+0x20 (fffff803`12201020)")]
    [InlineData("e8ebffffff", "fffff803`12201010 e8ebffffff      call    nt!Name (fffff803`12201000)")]
    [InlineData("488b0509000000", "fffff803`12201010 488b0509000000  mov     rax,qword ptr [nt!Name+0x20 (fffff803`12201020)]")]
    [InlineData("e9ebefffef", "fffff803`12201010 e9ebefffef      jmp     fffff803`02200000")]
    [InlineData("65488b042588010000", "fffff803`12201010 65488b042588010000 mov     rax,qword ptr gs:[188h]")]
    [InlineData("488d4c2420", "fffff803`12201010 488d4c2420      lea     rcx,[rsp+20h]")]
    [InlineData("0fae38", "fffff803`12201010 0fae38          clflush byte ptr [rax]")]
    [InlineData("0690", "fffff803`12201010 06              ???")]
    public void Lines(string bytes, string expected) => Assert.Equal(expected.Replace("nt!Name (", "nt!Name+0x0 (", StringComparison.Ordinal), Line(bytes));

    [Fact]
    public void An_instruction_cut_by_the_end_of_memory_is_left_out() =>
        Assert.Null(new X86Disassembler().DecodeOne(Address, [0x48, 0x83]));

    [Fact]
    public void Backwards_over_one_byte_instructions() => Assert.Equal(
        [Address - 3, Address - 2, Address - 1], BackwardScan.Find(Address, TranscriptScope.Code.AsSpan(0, 16), 3));

    [Fact]
    public void Backwards_over_longer_instructions_finds_the_real_starts()
    {
        // sub rsp,28h; xor ecx,ecx; mov rax,rcx; add rsp,28h; ret, after a row of nops
        const ulong Routine = TranscriptScope.CodeBase + 0x20;
        Assert.Equal(
            [Routine, Routine + 4, Routine + 6, Routine + 9, Routine + 13],
            BackwardScan.Find(Routine + 14, TranscriptScope.Code.AsSpan(0, 0x2e), 5));
    }

    [Fact]
    public void A_known_start_of_a_function_decides()
    {
        // mov eax,0CCCCCCCCh can be read as several int 3 instructions from the wrong place.
        byte[] code = [0xb8, 0xcc, 0xcc, 0xcc, 0xcc, 0xc3];
        Assert.Equal([Address - 6, Address - 1], BackwardScan.Find(Address, code, 2, knownStart: Address - 6));
    }
}
