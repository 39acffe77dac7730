using System.Diagnostics;
using System.Globalization;
using NetKd.Symbols;
using NetKd.Symbols.Pdb;
using NetKd.Symbols.Types;

namespace NetKd.Benchmarks.Symbols;

/// <summary>
/// One measurement of ours in a process of its own, so that the compilation of our code and what the process holds count. It prints what the
/// host program for dbghelp prints: WHAT, microseconds, answers, peak resident bytes, with tabs between.
/// </summary>
internal static class SymbolChild
{
    public static int Run(string what, string pdb, string list)
    {
        bool byAddress = what is "open" or "names";
        string[] lines = byAddress || what == "empty" ? [] : File.ReadAllLines(list);
        uint[] offsets = byAddress ? ReadOffsets(list) : [];
        if (what == "empty")
        {
            Print(what, 0, 0);
            return 0;
        }

        long begin = Stopwatch.GetTimestamp();
        using SymbolFile file = PdbFile.Open(pdb);
        if (what == "open")
        {
            int found = Names(file, offsets);
            Print(what, Stopwatch.GetElapsedTime(begin).TotalMicroseconds, found);
            return 0;
        }

        Names(file, [0x1000]);
        // A million names take long enough to be compiled on the way.
        foreach (string turn in what == "names" ? ["cold"] : (string[])["cold", "warm"])
        {
            begin = Stopwatch.GetTimestamp();
            long answers = what switch
            {
                "names" => Names(file, offsets),
                "offsets" => lines.Count(name => file.Find(name).Count > 0),
                "pattern" => file.Match(lines[0]).Count(),
                "type" => file.Types is { } types && types.TryFind(lines[0], out TypeInfo? type) ? Members(type, []) : 0,
                _ => throw new ArgumentException(what),
            };
            Print($"{what}-{turn}", Stopwatch.GetElapsedTime(begin).TotalMicroseconds, answers);
        }

        return 0;
    }

    // Without a string a line: the list is the measurement's, and should not count as memory of what is measured.
    private static uint[] ReadOffsets(string list)
    {
        using FileStream file = File.OpenRead(list);
        uint[] offsets = new uint[File.ReadLines(list).Count()];
        int count = 0;
        uint offset = 0;
        for (int next = file.ReadByte(); next >= 0; next = file.ReadByte())
        {
            if (next == '\n') (offsets[count++], offset) = (offset, 0);
            else offset = offset << 4 | (uint)(next <= '9' ? next - '0' : next - 'a' + 10);
        }

        return offsets;
    }

    private static int Names(SymbolFile file, uint[] offsets)
    {
        int found = 0;
        foreach (uint offset in offsets)
        {
            if (file.TryFindNearest(offset, out Symbol symbol) && symbol.Name.Length > 0) found++;
        }

        return found;
    }

    // Every member and base of a type and of all types within it, each type once: what a whole dt -r prints.
    private static long Members(TypeInfo type, HashSet<TypeInfo> seen)
    {
        switch (type)
        {
            case PointerType pointer: return Members(pointer.Target, seen);
            case ArrayType array: return Members(array.Element, seen);
            case ModifiedType modified: return Members(modified.Underlying, seen);
            case BitFieldType bits: return Members(bits.Underlying, seen);
            case FunctionType function: return Members(function.ReturnType, seen);
            case UserDefinedType structure when seen.Add(structure):
                long members = 0;
                foreach (Field field in structure.Fields) members += (field.Name.Length >= 0 ? 1 : 0) + Members(field.Type, seen);
                foreach (BaseClass parent in structure.Bases) members += 1 + Members(parent.Type, seen);
                return members;
            default: return 0;
        }
    }

    private static void Print(string what, double microseconds, long answers) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}\t{microseconds:F1}\t{answers}\t{PeakResident("self")}"));

    /// <summary>A process's peak of resident memory, in bytes.</summary>
    public static long PeakResident(string process)
    {
        string line = File.ReadLines($"/proc/{process}/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1].Split('\t')[^1], CultureInfo.InvariantCulture) * 1024;
    }
}
