using System.Buffers.Binary;
using Iced.Intel;
using NetKd.Commands.Disassembly;
using NetKd.Protocol.Contexts;

namespace NetKd.Commands.Tests;

/// <summary>arm64 instructions in the layout of Microsoft's debuggers, whose words for them are the expected ones.</summary>
public sealed class Arm64DisassemblerTests
{
    private const ulong Address = 0x402000F8;

    [Theory]
    [InlineData(0x110006B5u, "add         w21,w21,#1")]
    [InlineData(0x6B15029Fu, "cmp         w20,w21")]
    [InlineData(0xA9BF7BFDu, "stp         fp,lr,[sp,#-0x10]!")]
    [InlineData(0x910003FDu, "mov         fp,sp")]
    [InlineData(0xD43E0000u, "brk         #0xF000")]
    [InlineData(0xD65F03C0u, "ret")]
    [InlineData(0x54FFFF61u, "bne         here (00000000`402000e4)")]
    [InlineData(0x14000000u, "b           00000000`402000f8")]
    [InlineData(0x97FFFFFBu, "bl          here (00000000`402000e4)")]
    [InlineData(0xF940B52Au, "ldr         x10,[x9,#0x168]")]
    [InlineData(0x00000000u, "???")]
    public void Instructions_look_as_in_kd(uint word, string text)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, word);
        DisassembledLine line = Disassembler.For(ContextLayout.MachineArm64, address => address == 0x402000E4 ? "here" : null).DecodeOne(Address, bytes)!.Value;
        Assert.Equal($"00000000`402000f8 {word:x8} {text}", line.Line);
        Assert.Equal(4, line.Length);
    }

    [Theory]
    [InlineData(0x14000002u, FlowControl.UnconditionalBranch, 0x40200100ul)]
    [InlineData(0x97FFFFFBu, FlowControl.Call, 0x402000E4ul)]
    [InlineData(0x54FFFF61u, FlowControl.ConditionalBranch, 0x402000E4ul)]
    [InlineData(0x35FFFF6Au, FlowControl.ConditionalBranch, 0x402000E4ul)]
    [InlineData(0x3607FF60u, FlowControl.ConditionalBranch, 0x402000E4ul)]
    [InlineData(0xD61F0200u, FlowControl.IndirectBranch, null)]
    [InlineData(0xD63F0100u, FlowControl.IndirectCall, null)]
    [InlineData(0xD73F0900u, FlowControl.IndirectCall, null)]
    [InlineData(0xD65F03C0u, FlowControl.Return, null)]
    [InlineData(0xD65F0BFFu, FlowControl.Return, null)]
    [InlineData(0xD69F03E0u, FlowControl.Return, null)]
    [InlineData(0xD4000002u, FlowControl.Interrupt, null)]
    [InlineData(0xD503237Fu, FlowControl.Next, null)]
    [InlineData(0x910003FDu, FlowControl.Next, null)]
    public void Where_it_leads_is_known(uint word, FlowControl flow, ulong? target)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, word);
        DisassembledLine line = Disassembler.For(ContextLayout.MachineArm64, null).DecodeOne(Address, bytes)!.Value;
        Assert.Equal((flow, target), (line.Flow, line.Target));
    }

    [Fact]
    public void Before_an_address_are_words()
    {
        Disassembler disassembler = Disassembler.For(ContextLayout.MachineArm64, null);
        Assert.Equal([0x40200100ul, 0x40200104ul], disassembler.FindBackwards(0x40200108, new byte[40], 2, null));
        Assert.Equal([0x40200104ul], disassembler.FindBackwards(0x40200108, new byte[6], 2, null));
        Assert.Null(disassembler.DecodeOne(Address, new byte[3]));
    }
}
