#include "shapes.h"

#define TAIL __attribute__((musttail))

static operation volatile s_target = Leaf;

APART number TailDirect(number a, number b) { TAIL return Leaf(b, a); }

// Has a frame to leave before it jumps.
APART number TailFramed(number a, number b)
{
    number c = ManySaved(a, b);
    Sink += CallsLeaf(c, a);
    TAIL return ManySaved(b + c, a);
}

APART static number TailIndirectTo(number a, number b)
{
    number c = Leaf(a, b);
    Sink += CallsLeaf(a, c);
    operation target = s_target;
    TAIL return target(c, b);
}

APART number TailIndirect(operation target, number a, number b)
{
    s_target = target;
    return TailIndirectTo(a, b) + 1;
}

static const struct { operation first, second; } s_table = { Leaf, CallsLeaf };
static const void* volatile s_place = &s_table;

APART static number TailSecond(number a, number b)
{
    const operation* table = (const operation*)s_place;
    Sink += Leaf(a, b);
    TAIL return table[1](b, a);
}

APART number TailThroughMemory(number a, number b) { return TailSecond(a, b) ^ 5; }

__attribute__((cold, noinline)) static number Rare(number a)
{
    Sink += a;
    return CallsLeaf(a, 77);
}

// What seldom happens may be moved out of the function.
APART number Cold(number a, number b)
{
    number sum = 0;
    for (number i = 0; i < 4; i++)
    {
        if (__builtin_expect(a == i, 0))
        {
            sum += Rare(a) + Rare(b);
            Sink ^= sum;
            if ((sum & 2) == 0) sum += Rare(sum) * ManyArguments(a, b, sum, i, 1, 2, 3, 4);
        }

        sum += Leaf(sum, b);
    }

    return sum;
}
