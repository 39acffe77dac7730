#include "shapes.h"

APART void Touch(volatile char* bytes, number count)
{
    for (number i = 0; i < count; i++) bytes[i] = (char)i;
}

// More than a page: the prologue calls __chkstk.
APART number BigFrame(number a, number b)
{
    volatile char bytes[6000];
    Touch(bytes, 3);
    return Leaf(a, bytes[1]) + b + CallsLeaf(b, bytes[2]);
}

// More than 512 KB: the long form of the allocation.
APART number HugeFrame(number a, number b)
{
    volatile char bytes[600000];
    Touch(bytes + 599000, 4);
    return ManySaved(a, bytes[599001]) + b;
}

// The stack pointer moves in the body: the frame is found by a frame pointer.
APART number Dynamic(number size, number a)
{
    volatile char* bytes = __builtin_alloca(size);
    Touch(bytes, 5);
    return CallsLeaf(a, bytes[3]);
}

APART number DynamicTwice(number size, number a)
{
    volatile char local[200];
    Touch(local, 4);
    volatile char* first = __builtin_alloca(size);
    Touch(first, 5);
    number b = ManySaved(a, local[2]);
    volatile char* second = __builtin_alloca(size + b % 64);
    Touch(second, 6);
    return ManySaved(b, first[1] + second[2] + local[3]) + Dynamic(size, b);
}

// The prologue rounds the stack pointer down.
APART number Aligned(number a, number b)
{
    volatile char bytes[256] __attribute__((aligned(128)));
    Touch(bytes, 7);
    Sink += (number)bytes % 128;
    return ManySaved(a, bytes[4]) + b;
}

APART number AlignedDynamic(number size, number a)
{
    volatile char bytes[64] __attribute__((aligned(64)));
    Touch(bytes, 7);
    volatile char* more = __builtin_alloca(size);
    Touch(more, 3);
    return ManySaved(a, bytes[4] + more[1]) + ManyArguments(1, 2, 3, 4, 5, 6, 7, a);
}

#if defined(__x86_64__)
APART number SavesVectors(number a, number b)
{
    __asm__ volatile("xorps %%xmm6, %%xmm6" ::: "xmm6");
    return CallsLeaf(a, b) + 1;
}

APART number SavesVectorsAndMore(number a, number b)
{
    volatile char local[5000];
    Touch(local, 3);
    __asm__ volatile("xorps %%xmm6, %%xmm6\n xorps %%xmm9, %%xmm9\n xorps %%xmm15, %%xmm15" ::: "xmm6", "xmm9", "xmm15", "rbx", "rsi", "rdi", "r12", "r13", "r14", "r15");
    return SavesVectors(a, b) + Dynamic(100, local[2]);
}
#else
// Across a call, in the vectors that functions preserve.
APART double Doubled(double x) { return x + x; }

APART number SavesVectors(number a, number b)
{
    double x = (double)a, y = (double)b;
    return (number)(Doubled(x) + Doubled(y) + x * y);
}

APART number SavesVectorsAndMore(number a, number b)
{
    double x = (double)a, y = (double)b, z = Doubled(x);
    number c = ManySaved(a, b);
    return (number)(Doubled(x + z) + Doubled(y - z) + x * y * z) + c + SavesVectors(a, c) + c * a;
}
#endif
