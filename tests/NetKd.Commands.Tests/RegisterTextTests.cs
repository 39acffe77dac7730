using NetKd.Protocol.Contexts;
using NetKd.Commands.Text;

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
}
