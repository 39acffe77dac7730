#include "shapes.h"

#if defined(__x86_64__)
// Probes each page down to the new end of the stack, rax bytes below, and changes no register that the caller may use. A leaf without unwind data.
__asm__(
    ".globl __chkstk\n"
    "__chkstk:\n"
    "    movq %rsp, %r10\n"
    "    addq $8, %r10\n"
    "    movq %r10, %r11\n"
    "    subq %rax, %r11\n"
    "1:  cmpq %r11, %r10\n"
    "    jbe 2f\n"
    "    subq $4096, %r10\n"
    "    cmpq %r11, %r10\n"
    "    cmovbq %r11, %r10\n"
    "    testb %r10b, (%r10)\n"
    "    jmp 1b\n"
    "2:  ret\n");
#else
// Whoever runs this has its whole stack in memory.
__asm__(
    ".globl __chkstk\n"
    "__chkstk:\n"
    "    ret\n");
#endif

APART static void Everything(number seed)
{
    Sink += CallsLeaf(seed, 2) + ManySaved(seed, 3) + ManyArguments(1, 2, 3, 4, 5, 6, 7, seed);
    Sink += EarlyExit(seed, 100) + EarlyExit(100, seed) + EarlyExit(101, seed);
    Sink += Fibonacci(7) + CountDown(12, seed);
    for (number i = 0; i < 8; i++) Sink += Selected(i, seed + i);
    Sink += BigFrame(seed, 4) + HugeFrame(seed, 5);
    Sink += Dynamic(40, seed) + Dynamic(9000, seed) + DynamicTwice(50, seed);
    Sink += Aligned(seed, 6) + AlignedDynamic(70, seed);
    Sink += SavesVectors(seed, 7) + SavesVectorsAndMore(seed, 8);
    Sink += TailDirect(seed, 9) + TailFramed(seed, 10) + TailIndirect(CallsLeaf, seed, 11) + TailIndirect(ManySaved, seed, 12) + TailThroughMemory(seed, 13);
    Sink += Cold(seed, 14) + Cold(99, seed);
}

void Main(void)
{
    Everything(1);
    Everything(2);
}
