#include "shapes.h"

volatile number Sink;

APART number Leaf(number a, number b) { return a * 3 + b; }

APART number CallsLeaf(number a, number b) { return Leaf(a, b) + Leaf(b, a); }

// Keeps more values across a call than there are registers that calls preserve.
APART number ManySaved(number a, number b)
{
    number c = Leaf(a, b), d = Leaf(b, c), e = Leaf(c, d), f = Leaf(d, e), g = Leaf(e, f), h = Leaf(f, g), i = Leaf(g, h), j = Leaf(h, i);
    Sink += CallsLeaf(a ^ c, b ^ d);
    return a + 3 * b + 5 * c + 7 * d + 11 * e + 13 * f + 17 * g + 19 * h + 23 * i + 29 * j + Leaf(i, j);
}

APART number ManyArguments(number a, number b, number c, number d, number e, number f, number g, number h)
{
    return CallsLeaf(a + c, b + d) + CallsLeaf(e + g, f + h);
}

// The compiler may enter the frame only where the call is.
APART number EarlyExit(number a, number b)
{
    if (a < b) return b;
    number c = Leaf(a, b);
    if (c & 1) return c;
    return c + CallsLeaf(b, c) + ManyArguments(a, b, c, a + 1, b + 1, c + 1, a + 2, b + 2);
}

APART number Fibonacci(number n) { return n < 2 ? n : Fibonacci(n - 1) + Fibonacci(n - 2); }

APART number CountDown(number n, number sum)
{
    if (n == 0) return sum;
    return CountDown(n - 1, Leaf(sum, n));
}

// A jump table: a jump through a register within the body.
APART number Selected(number which, number a)
{
    switch (which)
    {
        case 0: return Leaf(a, 1);
        case 1: Sink += CallsLeaf(a, 2); return 11;
        case 2: return Fibonacci(5) + a;
        case 3: Sink ^= a; return 13;
        case 4: return EarlyExit(a, 3);
        case 5: return a * a;
        case 6: return ManySaved(a, 4);
        default: return 0;
    }
}
