using System.Text.RegularExpressions;

namespace NetKd.Commands.Tests;

/// <summary>Commands against the simulated target: the line that is typed, and a pattern for all that it prints.</summary>
public sealed class CommandTableTests(CommandSessionFixture session) : IClassFixture<CommandSessionFixture>
{
    private const string Address = "[0-9a-f]{8}`[0-9a-f]{8}";

    [Theory]
    // Expressions
    [InlineData("? 1+1", "Evaluate expression: 2 = 00000000`00000002")]
    [InlineData("? nt", "Evaluate expression: -8782904033280 = fffff803`12200000")]
    [InlineData("? wo(nt)", "Evaluate expression: 23117 = 00000000`00005a4d")]
    [InlineData("?? 1+2", "int 0n3")]
    [InlineData(".formats 41", "Evaluate expression:\n  Hex:     00000000`00000041\n(.|\n)*")]
    [InlineData("n", "base is 16")]
    [InlineData("r @$t0=5;? @$t0", "Evaluate expression: 5 = 00000000`00000005")]
    [InlineData("r @$ip", "\\$ip=fffff803[0-9a-f]{8}")]
    // Registers
    [InlineData("r rax=1234;r rax", "rax=0000000000001234")]
    [InlineData("r rax=1234;r eax,ax,al", "eax=1234\nax=1234\nal=34")]
    [InlineData("r zf=1;r zf;r zf=0", "zf=1")]
    [InlineData("rm", "Register output mask is a:\n       2 - Integer state \\(64-bit\\)\n       8 - Segment registers")]
    [InlineData("rM 8", "cs=0010  ss=0018  ds=002b  es=002b  fs=0053  gs=002b             efl=[0-9a-f]{8}\n(nt|hal)!.*:\n.*")]
    [InlineData("r xmm0", "xmm0=0 0 0 0")]
    [InlineData("r xmm0:uq", "xmm0=0000000000000000 0000000000000000")]
    [InlineData("r foo", " +\\^ Bad register error in 'r foo'")]
    // Memory
    [InlineData("db nt L2", "fffff803`12200000  4d 5a                                            MZ")]
    [InlineData("dw nt L1", "fffff803`12200000  5a4d")]
    [InlineData("db 0 L10", "00000000`00000000  \\?\\? \\?\\? \\?\\? \\?\\? \\?\\? \\?\\? \\?\\? \\?\\?-\\?\\? \\?\\? \\?\\? \\?\\? \\?\\? \\?\\? \\?\\? \\?\\?  \\?{16}")]
    [InlineData("db zzz", "Couldn't resolve error at 'zzz'")]
    [InlineData("dd 1000 500", " +\\^ Range error in 'dd 1000 500'")]
    [InlineData("ed nt!SimCounter deadbeef;dd nt!SimCounter L1", Address + "  deadbeef")]
    [InlineData("eq nt!SimCounter 1122334455667788;dq nt!SimCounter L1", Address + "  11223344`55667788")]
    [InlineData("eb nt!SimCounter 11 22 33;db nt!SimCounter L3", Address + "  11 22 33 +\\.\"3")]
    [InlineData("eza nt!SimCounter \"hello\";da nt!SimCounter", Address + "  \"hello\"")]
    [InlineData("ezu nt!SimCounter \"abc\";du nt!SimCounter", Address + "  \"abc\"")]
    [InlineData("eb nt!SimCounter 1ff", " +\\^ Overflow error in 'eb nt!SimCounter 1ff'")]
    [InlineData("ed 0 1", " +\\^ Memory access error at 00000000`00000000 in 'ed 0 1'")]
    [InlineData("f nt!SimCounter L4 ab;dd nt!SimCounter L1", "Filled 0x4 bytes\n" + Address + "  abababab")]
    [InlineData("f 0 L10 aa", " +\\^ Memory access error in 'f 0 L10 aa'")]
    [InlineData("eq nt!SimCounter 77;m nt!SimCounter L8 nt!SimRounds;dq nt!SimRounds L1", Address + "  00000000`00000077")]
    [InlineData("m nt!SimCounter L8 nt!SimRounds;c nt!SimCounter L8 nt!SimRounds", "")]
    [InlineData("ed nt!SimCounter 1;ed nt!SimRounds 2;c nt!SimCounter L1 nt!SimRounds", Address + "  01 - " + Address + "  02")]
    [InlineData("s -b nt L100 4d 5a", "fffff803`12200000  4d 5a .*")]
    [InlineData("s -[1]a nt L?10000 \"19041.1\"", "0x" + Address)]
    [InlineData("s -d nt L10 12345678", "")]
    [InlineData("dps nt!SimCounter L1", Address + "  .*")]
    [InlineData("dyb nt L4", " {19}76543210 76543210 76543210 76543210\n {19}-------- -------- -------- --------\nfffff803`12200000  01001101 01011010 .*")]
    [InlineData("!db 1000 L4", "#    1000 .*")]
    [InlineData("!vtop 0 nt", "Amd64VtoP: Virt fffff803`12200000, pagedir [^\n]*\n(Amd64VtoP: [^\n]*\n)+Virtual address fffff80312200000 translates to physical address [0-9a-f]+\\.")]
    [InlineData("!vtop 0 1000", "(Amd64VtoP: [^\n]*\n)+Amd64VtoP: .* not present, contains 00000000`00000000")]
    // Code
    [InlineData("u nt!SimAddToCounter L2", "nt!SimAddToCounter:\n" + Address + " 488d05[0-9a-f]{8}  lea     rax,\\[nt!SimCounter \\(" + Address + "\\)\\]\n" + Address + " 480108          add     qword ptr \\[rax\\],rcx")]
    [InlineData("u 0", "00000000`00000000 \\?\\?              \\?\\?\\?\n +\\^ Memory access error in 'u 0'")]
    [InlineData("ub nt!SimAddToCounter+a L2", "nt!SimAddToCounter:\n" + Address + " 488d05.*\n" + Address + " 480108.*")]
    // Breakpoints
    [InlineData("bc *;bp nt!SimAddToCounter;bl;bc 0", " 0 e " + Address + "     0001 \\(0001\\) nt!SimAddToCounter")]
    [InlineData("bc *;bp nt!SimAddToCounter 5 \".echo hit;g\";bd 0;bl;bc 0;bl", " 0 d " + Address + "     0005 \\(0005\\) nt!SimAddToCounter \".echo hit;g\"")]
    [InlineData("bc *;ba w4 nt!SimCounter;bl;bc *", " 0 e " + Address + " w 4 0001 \\(0001\\)")]
    [InlineData("bc *;bp /1 nt!SimAddToCounter;bl;.bpcmds;bc *", " 0 e " + Address + "     /1 0001 \\(0001\\) nt!SimAddToCounter\nbp0 /1 0x" + Address + ";")]
    [InlineData("ba w4 nt!SimCounter+1", "The address of a 4-byte processor breakpoint must be a multiple of 4.")]
    [InlineData("bc *;bp zzz!foo;bl;.bpcmds;bc *", " 0 eu                      0001 \\(0001\\) \\(zzz!foo\\)\nbu0 zzz!foo;")]
    [InlineData("bc *;bm nt!SimAdd*;bc *", "  0: " + Address + " @!\"nt!SimAddToCounter\"")]
    // Modules and names
    [InlineData("lm m hal", "start             end                 module name\n" + Address + " " + Address + "   hal        \\(.*")]
    [InlineData("lmvm nt", "(.|\n)*    Timestamp:        [^\n]* \\([0-9A-F]{8}\\)\n    CheckSum:         [0-9A-F]{8}\n    ImageSize:        [0-9A-F]{8}(\n    Symbols: .*)?")]
    [InlineData("ln nt!SimAddToCounter", "\\(" + Address + "\\)   nt!SimAddToCounter   \\|  \\(" + Address + "\\)   nt![^\n]*\nExact matches:\n    nt!SimAddToCounter \\(<no parameter info>\\)")]
    [InlineData("x nt!SimAdd*", Address + " nt!SimAddToCounter \\(<no parameter info>\\)")]
    [InlineData("x foo!bar", " +\\^ Couldn't resolve 'x foo'")]
    [InlineData("dt nt!_EPROCESS", "Symbol nt!_EPROCESS not found\\.")]
    // Stacks and processors
    [InlineData("k 1", "Child-SP          RetAddr               Call Site\n" + Address + " " + Address + "     (nt|hal)!.*")]
    [InlineData("kn 1", " # Child-SP          RetAddr               Call Site\n00 " + Address + " .*")]
    [InlineData("kb 1", "RetAddr               : Args to Child  +: Call Site\n" + Address + "     : " + Address + " " + Address + " " + Address + " " + Address + " : .*")]
    [InlineData("kc 1", "Call Site\n(nt|hal)!.*")]
    [InlineData("~1s;~;~0s", "   0  " + Address + "  .*\n\\.  1  " + Address + "  .*")]
    [InlineData("~7s", "7 is not a processor of this target: it has 2 \\(0 to 1\\)\\.")]
    [InlineData("1r rip;r rip", "rip=(?<other>[0-9a-f]{16})\nrip=(?!\\k<other>).*")]
    [InlineData("~x", " +\\^ Syntax error in '~x'")]
    // Control
    [InlineData(".echo hello", "hello")]
    [InlineData(".echo \"a;b\"", "a;b")]
    [InlineData(".printf \"%p %x %d|%5d|%-3d|%08x %y\\n\", nt, 0n255, 0n255, 1, 2, 3, nt!SimAddToCounter", "fffff80312200000 ff 255\\|    1\\|2  \\|00000003 nt!SimAddToCounter \\(" + Address + "\\)")]
    [InlineData(".if (1) {.echo y} .else {.echo n}", "y")]
    [InlineData(".if (0) {.echo y} .elsif (1) {.echo e} .else {.echo n}", "e")]
    [InlineData("j 1 '.echo yes';'.echo no'", "yes")]
    [InlineData(".foreach (v {.echo a b c}) {.echo ${v}}", "a\nb\nc")]
    [InlineData(".for (r @$t0=0;@$t0<3;r @$t0=@$t0+1) {.printf \"%d \", @$t0};.echo", "0 1 2 ")]
    [InlineData("r @$t0=0;.while (1) {r @$t0=@$t0+1;.if (@$t0=3) {.break}};? @$t0", "Evaluate expression: 3 = .*")]
    [InlineData("as greeting .echo bar", "")]
    [InlineData(".prompt_allow", "Allow the following(.|\n)*   reg - Register state")]
    [InlineData("rdmsr c0000082", "msr\\[c0000082\\] = " + Address)]
    [InlineData("wrmsr c0000083 1122334455667788;rdmsr c0000083", "msr\\[c0000083\\] = 11223344`55667788")]
    [InlineData("ob 80 5a;ib 80", "00000000`00000080: 5a")]
    [InlineData("ib 60", "00000000`00000060: [0-9a-f]{2}")]
    [InlineData(".bugcheck", "Bugcheck code 00000000\nArguments 0(.|\n)*")]
    [InlineData("vertarget", "Windows 10 Kernel Version 19041 MP \\(2 procs\\) Free x64\n(.|\n)*System Uptime: \\d+ days \\d+:\\d\\d:\\d\\d\\.\\d{3}")]
    [InlineData("version", "(.|\n)*Remote KD: KdSrv:Server=@\\{<Local>\\},Trans=@\\{net:port=\\d+,key=\\*\\.\\*\\.\\*\\.\\*\\}\n(.|\n)*")]
    [InlineData(".kdtrans", "Connection: (.|\n)*Retransmissions: (.|\n)*")]
    [InlineData(".sympath /nowhere/symbols", "Symbol search path is: /nowhere/symbols\nExpanded Symbol search path is: /nowhere/symbols")]
    [InlineData("!nosuch", "No extension command '!nosuch' here; .*")]
    [InlineData(".nosuch", " +\\^ Syntax error in '.nosuch'")]
    [InlineData("foo", "Couldn't resolve error at 'oo'")]
    [InlineData(".shell ls", ".shell is not available: .*")]
    [InlineData("$$ nothing", "")]
    public async Task Prints(string line, string pattern)
    {
        string text = await session.RunAsync(line);
        Assert.Matches("^(?:" + pattern + ")$", text);
    }

    [Theory]
    // Round trips that a command may cost, on memory that was not read before.
    [InlineData("db nt+2000", 1)]
    [InlineData("u nt!SimWorkerLoop", 1)]
    [InlineData("r", 0)]
    [InlineData("? 1+1", 0)]
    [InlineData("!db 2000", 1)]
    [InlineData("rdmsr c0000082", 1)]
    public async Task Costs_at_most(string line, int requests)
    {
        // What a session knows after its first commands: registers, the names of the kernel.
        await session.RunAsync("r;ln nt!SimWorkerLoop");
        long before = session.Client.RequestCount;
        await session.RunAsync(line);
        Assert.InRange(session.Client.RequestCount - before, 0, requests);
    }

    [Fact]
    public void The_attach_introduces_the_target()
    {
        Assert.Matches("(^|\n)Connected to Windows 10 19041 x64 target at \\(.*\\), ptr64 TRUE\nKernel Debugger connection established.\n", session.AttachText);
        Assert.Contains("Break instruction exception - code 80000003 (first chance)\n*****", session.AttachText, StringComparison.Ordinal);
        Assert.Matches("nt!DbgBreakPointWithStatus:\nfffff803`[0-9a-f]{8} cc              int     3\n$", session.AttachText);
        Assert.All(
            session.AttachText.Split('\n').Where(line => line.StartsWith('*')),
            line => Assert.True(line.Length == 79 && line.EndsWith('*'), line));
    }

    [Fact]
    public async Task Every_command_has_help_with_an_example()
    {
        foreach (string name in session.Interpreter.CommandNames)
            Assert.Matches("^[^\n]+\\.\n  Syntax:  [^\n]+\n  Example: [^\n]+$", await session.RunAsync($".help {name}"));
    }

    [Fact]
    public async Task A_file_appears_only_when_it_is_whole()
    {
        string folder = Directory.CreateTempSubdirectory("netkd-test").FullName;
        string path = Path.Combine(folder, "memory.bin");
        try
        {
            Assert.Contains("no file was written", await session.RunAsync($".writemem \"{path}\" nt L?1000000"), StringComparison.Ordinal);
            Assert.Empty(Directory.GetFiles(folder));
            Assert.Equal("Writing 2000 bytes.", await session.RunAsync($".writemem \"{path}\" nt L2000"));
            byte[] bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
            Assert.Equal(0x2000, bytes.Length);
            Assert.Equal("MZ"u8.ToArray(), bytes[..2]);
            await File.WriteAllBytesAsync(path, [1, 2, 3, 4], TestContext.Current.CancellationToken);
            Assert.EndsWith("  04030201", await session.RunAsync($".readmem \"{path}\" nt!SimCounter L4;dd nt!SimCounter L1"), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_cancelled_display_stops()
    {
        using CancellationTokenSource cancelled = new();
        await cancelled.CancelAsync();
        Assert.Equal(CommandStatus.Cancelled, (await session.Interpreter.ExecuteAsync("db nt L?10000", cancelled.Token)).Status);
    }
}
