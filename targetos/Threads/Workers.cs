namespace NetKd.TargetOs.Threads;

/// <summary>
/// Work to debug: small functions called often, with arguments and state that change. Each rests between calls, so that an emulated
/// processor stays mostly idle. NoInlining keeps every function a place for a breakpoint.
/// </summary>
internal static class Workers
{
    private const int JournalLength = 64;
    private const int ReportLength = 128;

    /// <summary>The only static without references here, so that the export WorkerRounds names it.</summary>
    public static WorkerRounds Rounds;

    private static readonly uint[] s_journal = new uint[JournalLength];

    /// <summary>Thread: counts primes below a limit that grows and starts again.</summary>
    public static void CountPrimesForever(int startLimit)
    {
        int limit = startLimit;
        while (true)
        {
            int primes = CountPrimes(limit);
            limit = primes > startLimit ? startLimit : limit + 1;
            Rounds.Primes++;
            Scheduler.Sleep(1);
        }
    }

    /// <summary>Thread: Fibonacci numbers by recursion, for deep stacks.</summary>
    public static void FibonacciForever(int maximum)
    {
        int number = 1;
        while (true)
        {
            _ = Fibonacci(number);
            number = number == maximum ? 1 : number + 1;
            Rounds.Fibonacci++;
            Scheduler.Sleep(2);
        }
    }

    /// <summary>Thread: writes a journal in memory, entry by entry.</summary>
    public static void WriteJournalForever(int step)
    {
        uint sequence = 0;
        while (true)
        {
            WriteJournal(sequence, (uint)(sequence * step));
            sequence++;
            Rounds.Journal++;
            Scheduler.Sleep(1);
        }
    }

    /// <summary>Thread: tells the debugger every so many seconds that the machine is alive.</summary>
    public static void ReportForever(int seconds)
    {
        Span<byte> buffer = stackalloc byte[ReportLength];
        while (true)
        {
            Scheduler.Sleep((uint)seconds * Cpu.Clock.TickRate);
            Debugger.MessageText report = new(buffer);
            report.Append("targetos: alive, rounds of primes "u8);
            report.AppendDecimal(Rounds.Primes);
            report.Append(", Fibonacci "u8);
            report.AppendDecimal(Rounds.Fibonacci);
            report.Append(", journal "u8);
            report.AppendDecimal(Rounds.Journal);
            report.Append("\n"u8);
            Debugger.KernelDebugger.Print(report.Written);
        }
    }

    /// <summary>How many primes there are below a limit.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static int CountPrimes(int limit)
    {
        int count = 0;
        for (int candidate = 2; candidate < limit; candidate++)
        {
            if (IsPrime(candidate)) count++;
        }

        return count;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static bool IsPrime(int candidate)
    {
        for (int divisor = 2; divisor * divisor <= candidate; divisor++)
        {
            if (candidate % divisor == 0) return false;
        }

        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static long Fibonacci(int number) => number < 2 ? number : Fibonacci(number - 1) + Fibonacci(number - 2);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void WriteJournal(uint sequence, uint value) => s_journal[(int)(sequence % JournalLength)] = value;
}
