namespace NetKd.Symbols.Unwinding;

/// <summary>
/// Packed arm64 unwind data (ARM64 exception handling, "Packed unwind data"): a canonical prologue in the 30 bits of the function's entry,
/// turned into the codes that would describe it.
/// </summary>
internal static class Arm64PackedData
{
    private const int Link = 30;
    private const int FirstSaved = 19;
    private const int FirstSavedDouble = 8;
    private const int MaxIntegers = 10;
    private const int MaxOneStore = 512;
    private const int MaxOneSubtraction = 4080;
    private const int HomedBytes = 64;

    /// <summary>Length of the function in bytes.</summary>
    public static uint FunctionLength(uint packed) => (packed >> 2 & 0x7FF) * 4;

    /// <summary>True for a part of a function that has neither prologue nor epilogue.</summary>
    public static bool IsFragment(uint packed) => (packed & 3) == 2;

    /// <summary>The codes, last instruction of the prologue first, with the end.</summary>
    public static Arm64UnwindCode[] Expand(uint packed)
    {
        int doubles = (int)(packed >> 13 & 7), integers = Math.Min((int)(packed >> 16 & 15), MaxIntegers);
        bool homes = (packed >> 20 & 1) != 0;
        int chaining = (int)(packed >> 21 & 3);
        int frame = (int)(packed >> 23) * 16;
        int integerBytes = integers * 8 + (chaining == 1 ? 8 : 0);
        int doubleBytes = doubles == 0 ? 0 : doubles * 8 + 8;
        int saved = (integerBytes + doubleBytes + (homes ? HomedBytes : 0) + 15) & ~15;

        List<Arm64UnwindCode> prologue = [];
        if (chaining == 2) prologue.Add(new Arm64UnwindCode(Arm64UnwindOperation.SignLink));
        SaveIntegers(prologue, integers, withLink: chaining == 1, saved);
        SaveDoubles(prologue, doubles == 0 ? 0 : doubles + 1, integerBytes, saved);
        if (homes) Home(prologue, saved, isFirst: integerBytes + doubleBytes == 0);
        MakeFrame(prologue, frame - saved, isChained: chaining >= 2);
        prologue.Reverse();
        prologue.Add(new Arm64UnwindCode(Arm64UnwindOperation.End));
        return [.. prologue];
    }

    // The first save moves the stack pointer for all of them.
    private static void Add(List<Arm64UnwindCode> prologue, Arm64UnwindOperation operation, int first, int second, int offset, int saved) =>
        prologue.Add(new Arm64UnwindCode(operation, first, second, offset == 0 ? saved : offset, MovesStack: offset == 0));

    private static void SaveIntegers(List<Arm64UnwindCode> prologue, int count, bool withLink, int saved)
    {
        int done = 0;
        for (; done + 1 < count; done += 2) Add(prologue, Arm64UnwindOperation.SaveIntegers, FirstSaved + done, FirstSaved + done + 1, done * 8, saved);
        if (done < count) Add(prologue, Arm64UnwindOperation.SaveIntegers, FirstSaved + done, withLink ? Link : -1, done * 8, saved);
        else if (withLink) Add(prologue, Arm64UnwindOperation.SaveIntegers, Link, -1, done * 8, saved);
    }

    private static void SaveDoubles(List<Arm64UnwindCode> prologue, int count, int offset, int saved)
    {
        for (int done = 0; done < count; done += 2)
        {
            int first = FirstSavedDouble + done;
            Add(prologue, Arm64UnwindOperation.SaveDoubles, first, done + 1 < count ? first + 1 : -1, offset + done * 8, saved);
        }
    }

    // Four stores of parameters; the epilogue does not undo them, unless the first made room.
    private static void Home(List<Arm64UnwindCode> prologue, int saved, bool isFirst)
    {
        if (isFirst) prologue.Add(new Arm64UnwindCode(Arm64UnwindOperation.Allocate, Value: saved));
        for (int i = isFirst ? 1 : 0; i < 4; i++) prologue.Add(new Arm64UnwindCode(Arm64UnwindOperation.Nop, IsInEpilogue: false));
    }

    private static void MakeFrame(List<Arm64UnwindCode> prologue, int locals, bool isChained)
    {
        if (isChained && locals <= MaxOneStore)
        {
            prologue.Add(new Arm64UnwindCode(Arm64UnwindOperation.SaveIntegers, 29, Link, Math.Max(locals, 0), MovesStack: true));
        }
        else
        {
            if (locals > MaxOneSubtraction) prologue.Add(new Arm64UnwindCode(Arm64UnwindOperation.Allocate, Value: MaxOneSubtraction));
            int rest = locals > MaxOneSubtraction ? locals - MaxOneSubtraction : locals;
            if (rest > 0) prologue.Add(new Arm64UnwindCode(Arm64UnwindOperation.Allocate, Value: rest));
            if (isChained) prologue.Add(new Arm64UnwindCode(Arm64UnwindOperation.SaveIntegers, 29, Link));
        }

        if (isChained) prologue.Add(new Arm64UnwindCode(Arm64UnwindOperation.SetFrame, IsInEpilogue: false));
    }
}
