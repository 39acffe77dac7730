// The driver of nt-kernel.c: an image of its own, with symbols of its own.

__attribute__((noinline)) int IsPrime(unsigned candidate)
{
    for (unsigned divisor = 2; divisor * divisor <= candidate; divisor++)
    {
        if (candidate % divisor == 0) return 0;
    }

    return candidate > 1;
}

unsigned CountPrimes(unsigned limit)
{
    unsigned count = 0;
    for (unsigned candidate = 2; candidate < limit; candidate++) count += (unsigned)IsPrime(candidate);
    return count;
}
