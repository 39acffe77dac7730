using NetKd.Engine;

namespace NetKd.Commands.Tests;

/// <summary>Commands about names and lines, on a kernel with a symbol file: the line that is typed, and a pattern for all that it prints.</summary>
public sealed class SymbolCommandTests(SourceSessionFixture session) : IClassFixture<SourceSessionFixture>
{
    private const string Address = "[0-9a-f]{8}`[0-9a-f]{8}";
    private const string File = "c:\\\\build\\\\sim\\\\work\\.c";

    [Theory]
    // Modules
    [InlineData(".reload /f nt;lm m nt", "start             end                 module name\n" + Address + " " + Address + "   nt         \\(private pdb symbols\\)  /symbols/netkd-sim-kernel\\.pdb")]
    [InlineData(".reload /f nt;lml 1m m nt", "nt")]
    [InlineData("lm 1m sm", "hal\nnt")]
    [InlineData("lmt m nt", "start .*\n" + Address + " " + Address + "   nt         ntoskrnl\\.exe [A-Z][a-z]{2} .* \\(65600001\\)")]
    [InlineData("lmf m hal", "start .*\n" + Address + " " + Address + "   hal        \\\\SystemRoot\\\\system32\\\\hal\\.dll")]
    [InlineData("lmu", "start             end                 module name")]
    [InlineData("lm a nt+100", "start .*\n.*   nt  .*")]
    [InlineData("lm m n*", "start .*\n.*   nt  .*")]
    [InlineData("lm M *hal*", "start .*\n.*   hal  .*")]
    [InlineData("lm x", " +\\^ Syntax error in 'lm x'")]
    [InlineData(".reload /f hal;lme m hal", "\\*\\*\\* hal: netkd-sim-hal\\.pdb was not found; its exports are used\nstart .*\n.*   hal        \\(export symbols\\)       hal\\.dll")]
    [InlineData(".reload /u hal;lm m hal", "start .*\n.*   hal        \\(deferred\\)")]
    [InlineData(".reload nosuch", "No module is called 'nosuch'; .*")]
    [InlineData(".reload extra=fffff80312800000,1000;lm m extra;.reload /u extra;lm m extra", "start .*\nfffff803`12800000 fffff803`12801000   extra      \\(deferred\\)\nstart .*")]
    [InlineData("!lmi nt", "Loaded Module Info: \\[nt\\]\n         Module: nt\n   Base Address: fffff80312200000\n     Image Name: ntoskrnl\\.exe\n   Machine Type: 34404 \\(X64\\)\n     Time Stamp: 65600001 .*\n           Size: a000\n       CheckSum: .*\nDebug Data Dirs: Type  Size     VA  Pointer\n             CODEVIEW .* RSDS - GUID: \\{5B2C1A7E-93D4-4F60-8A11-6E746B640001\\}\n               Age: 1, Pdb: netkd-sim-kernel\\.pdb\n     Image Type: MEMORY .*\n    Symbol Type: PDB      - Symbols loaded successfully .*\n                 /symbols/.*\n    Load Report: private symbols & lines\n                 /symbols/.*")]
    [InlineData("!dh -f nt", "\nFile Type: EXECUTABLE IMAGE\nFILE HEADER VALUES\n    8664 machine \\(X64\\)\n       4 number of sections\n65600001 time date stamp (.|\n)*OPTIONAL HEADER VALUES\n     20B magic #(.|\n)*fffff80312200000 image base(.|\n)*    A000 size of image(.|\n)*\\] address \\[size\\] of Exception Directory(.|\n)*")]
    [InlineData("!dh -s nt", "\nSECTION HEADER #1\n   \\.text name\n    2000 virtual size\n    1000 virtual address\n    2000 size of raw data\n    1000 file pointer to raw data\n[0-9A-F]{8} flags\n(.|\n)*SECTION HEADER #4(.|\n)*")]
    [InlineData("!dh nt", "(.|\n)*Debug Directories\\(1\\)\n\tType       Size     Address  Pointer\n\tcv .*\tFormat: RSDS, 5b2c1a7e-93d4-4f60-8a11-6e746b640001, 1, netkd-sim-kernel\\.pdb")]
    [InlineData("!dh 0", "No image headers can be read at 00000000`00000000: .*")]
    [InlineData("!chksym nt", "ntoskrnl\\.exe\n    Timestamp: 65600001\n  SizeOfImage: A000\n          pdb: netkd-sim-kernel\\.pdb\n      pdb sig: 5B2C1A7E-.*\n          age: 1\n\n/symbols/netkd-sim-kernel\\.pdb matches ntoskrnl\\.exe")]
    [InlineData(".symopt+ 40;.symopt- 40", "Symbol options are 0x90057:\n(.|\n)*  0x00000040 - SYMOPT_LOAD_ANYTHING\n(.|\n)*Symbol options are 0x90017:\n(.|\n)*  0x00000010 - SYMOPT_LOAD_LINES\n(.|\n)*")]
    [InlineData("!sym noisy;!sym quiet", "noisy mode - symbol prompts off\nquiet mode - symbol prompts off")]
    // Names
    [InlineData("x nt!sim*", Address + " nt!SimWorkerLoop \\(<no parameter info>\\)\n" + Address + " nt!SimComputePrimes .*\n" + Address + " nt!SimAddToCounter .*\n" + Address + " nt!SimCounter = <no type information>")]
    [InlineData("x /0 nt!SimAddToCounter", Address)]
    [InlineData("x /1 /n nt!Sim*", "nt!SimAddToCounter\nnt!SimComputePrimes\nnt!SimCounter\nnt!SimWorkerLoop")]
    [InlineData("x /2 nt!SimAddToCounter", Address + " nt!SimAddToCounter")]
    [InlineData("x /v /f nt!SimAdd*", "prv  func   " + Address + "    e nt!SimAddToCounter \\(<no parameter info>\\)")]
    [InlineData("x /1 /d nt!Sim*", "nt!SimCounter")]
    [InlineData("x /1 /s 1e nt!SimW*", "nt!SimWorkerLoop")]
    [InlineData("x /t /q nt!SimCounter", Address + " <NoType> @!\"nt!SimCounter\" = <no type information>")]
    [InlineData("x /p nt!SimAddToCounter", Address + " nt!SimAddToCounter\\(<no parameter info>\\)")]
    [InlineData("x /j nt!x", " +\\^ Unknown option /j: syntax error in 'x /j nt!x'")]
    [InlineData("x ntoskrnl!SimAdd*", Address + " nt!SimAddToCounter .*")]
    [InlineData("ln nt!SimAddToCounter", File + "\\(20\\)\n\\(" + Address + "\\)   nt!SimAddToCounter   \\|  \\(" + Address + "\\)   nt!.*\nExact matches:\n    nt!SimAddToCounter \\(<no parameter info>\\)")]
    [InlineData("ln nt!SimAddToCounter+8", File + "\\(21\\)\\+0x1\n\\(" + Address + "\\)   nt!SimAddToCounter\\+0x8   \\|  .*")]
    [InlineData("? SimAddToCounter - nt!SimAddToCounter", "Evaluate expression: 0 = .*")]
    // Code with lines
    [InlineData("u nt!SimAddToCounter L3", "nt!SimAddToCounter \\[" + File + " @ 20\\]:\n.*\nnt!SimAddToCounter\\+0x7 \\[" + File + " @ 21\\]:\n.*\nnt!SimAddToCounter\\+0xa \\[" + File + " @ 22\\]:\n.*")]
    [InlineData(".lines -d;u nt!SimAddToCounter L2;.lines -e", "Line number .* not be loaded\nnt!SimAddToCounter:\n.*\n.*\nLine number .*")]
    [InlineData("l+s;u nt!SimAddToCounter+7 L1;l-s", "(.|\n)*:\n    21: text of line 21;\n" + Address + " .*\nSource options are 0:\n    None")]
    [InlineData("uf nt!SimWorkerLoop+3", "nt!SimWorkerLoop \\[" + File + " @ 10\\]:\n   10 " + Address + " 53 .*\n      " + Address + " .*\n   11 " + Address + " .*\n\nnt!SimWorkerLoop\\+0xa \\[" + File + " @ 13\\]:\n   13 " + Address + " .*\n      " + Address + " .*call .*\n   14 .*\n .*jne .*\n   16 (.|\n)* ret")]
    [InlineData("uf /c nt!SimWorkerLoop", "nt!SimWorkerLoop \\(" + Address + "\\)\n  nt!SimWorkerLoop\\+0xf \\(" + Address + "\\) \\[" + File + " @ 13\\]:\n    call to nt!SimComputePrimes \\(" + Address + "\\)")]
    [InlineData("uf /i nt!SimAddToCounter", "4 instructions scanned\n\nnt!SimAddToCounter .*(.|\n)*")]
    // Source text
    [InlineData("lsa nt!SimAddToCounter+7, 0n20, 3", "    20: text of line 20;\n>   21: text of line 21;\n    22: text of line 22;")]
    [InlineData("lsa nt!SimAddToCounter, 20, 1;ls , 2;lsc", ">   20: text of line 20;\n    21: text of line 21;\n    22: text of line 22;\nCurrent: " + File + "\\(23\\)")]
    [InlineData("lsa nt!SimComputePrimes", "No source line is known at nt!SimComputePrimes\\.")]
    [InlineData("lsf work.c", "work\\.c is not on this machine: .*")]
    [InlineData("lsf SIM/work.c;ls 30", "    30: text of line 30;")]
    [InlineData("ls 31", "(.*)there is no line 31\\.")]
    [InlineData(".srcpath", "Source search path is: .*netkd-source.*")]
    [InlineData("l+t;l+l;l-*", "Source options are 1:\n     1/t - Step/trace by source line\nSource options are 3:\n     1/t - .*\n     2/l - .*\nSource options are 0:\n    None")]
    [InlineData("l+q", " +\\^ The options are t, l, s, o and \\*: syntax error in 'l\\+q'")]
    // Breakpoints by line and name
    [InlineData("bc *;bp `work.c:21`;bl;bc *", " 0 e " + Address + "     \\[" + File + " @ 21\\] 0001 \\(0001\\) nt!SimAddToCounter\\+0x7")]
    [InlineData("bc *;bp `nt!sim/work.c:12`;bl;bc *", " 0 e " + Address + "     \\[" + File + " @ 13\\] 0001 \\(0001\\) nt!SimWorkerLoop\\+0xa")]
    [InlineData("bc *;bu `zzz!other.c:5` 3 \"k\";bl;.bpcmds;bc *", " 0 eu                      0003 \\(0003\\) \\(`zzz!other\\.c:5`\\) \"k\"\nbu0 `zzz!other\\.c:5` 0x3  \"k\";")]
    [InlineData("bc *;bp SimAddToCounter+7;bl;bc *", " 0 e .* nt!SimAddToCounter\\+0x7")]
    [InlineData("bc *;bu nt!SimAddToCounter;.bpcmds;bc *", "bu0 nt!SimAddToCounter;")]
    [InlineData("bp nosuchname", "Couldn't resolve error at 'nosuchname'")]
    [InlineData("bc *;bu nosuchname;bl;bc *", " 0 eu                      0001 \\(0001\\) \\(nosuchname\\)")]
    [InlineData("bc *;bp nt!nosuch;bp nt!nosuch;bl;bc *", "breakpoint 0 redefined\n 0 eu                      0001 \\(0001\\) \\(nt!nosuch\\)")]
    [InlineData("bc *;bm nt!Sim*or* 2;bl;bc *", "  0: " + Address + " @!\"nt!SimWorkerLoop\"\n 0 e " + Address + "     \\[" + File + " @ 10\\] 0002 \\(0002\\) nt!SimWorkerLoop")]
    [InlineData("bc *;bm /a /d nt!SimC*;.bpcmds;bc *", "  0: (.*)\n  1: (.*)SimCounter\"\nbp0 0x" + Address + ";\nbp1 0x" + Address + ";")]
    [InlineData(".frame 0;.frame /r 0", "00 " + Address + " " + Address + "     nt!.*\n00 .*\nrax=(.|\n)*nt!.*:")]
    [InlineData("kd 2", Address + "  " + Address + " nt!.*\n" + Address + "  .*")]
    public async Task Prints(string line, string pattern) => Assert.Matches("^(?:" + pattern + ")$", await session.RunAsync(line));
}
