// A program without an operating system for machines behind a gdb stub: known functions, a variable that is written at each round, a chain of frame
// pointers. Built for each architecture with that one's start code.

#include "ready.h"

volatile unsigned long Rounds;
volatile unsigned long Primes;

// Read anew at each round, so that no compiler counts once and for all.
volatile unsigned Limit = 100;

__attribute__((noinline)) int IsPrime(unsigned candidate)
{
    for (unsigned divisor = 2; divisor * divisor <= candidate; divisor++)
    {
        if (candidate % divisor == 0) return 0;
    }

    return candidate > 1;
}

__attribute__((noinline)) unsigned long CountPrimes(unsigned limit)
{
    unsigned long count = 0;
    for (unsigned candidate = 2; candidate < limit; candidate++) count += (unsigned long)IsPrime(candidate);
    return count;
}

__attribute__((noinline)) void CountForever(void)
{
    for (;;)
    {
        Primes = CountPrimes(Limit);
        Rounds++;
    }
}

__attribute__((noinline)) void Main(void)
{
#if !defined(__aarch64__)
    TellReady();
#endif
    CountForever();
    Rounds = 0;
}

// The second processor, where there is one to start.
__attribute__((noinline)) void Second(void)
{
    TellReady();
    for (;;) __asm__ volatile("" ::: "memory");
}
