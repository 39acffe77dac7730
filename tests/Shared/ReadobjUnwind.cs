using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using NetKd.Symbols.Images;
using NetKd.Symbols.Unwinding;

namespace NetKd.Testing;

/// <summary>Compares all unwind data of an image with what <c>llvm-readobj --unwind</c> prints of it, code by code.</summary>
internal static partial class ReadobjUnwind
{
    private static readonly string[] s_amd64 = ["RAX", "RCX", "RDX", "RBX", "RSP", "RBP", "RSI", "RDI", "R8", "R9", "R10", "R11", "R12", "R13", "R14", "R15"];

    /// <summary>Compares; returns how many functions and codes there are.</summary>
    public static (int Functions, int Codes) Compare(string path)
    {
        using ImageFile file = ImageFile.Open(path);
        FunctionTable table = FunctionTable.Of(file.Image);
        List<List<string>> theirs = Parse(SampleProgram.Run("llvm-readobj", "--unwind", path), file.Image.Machine == MachineType.Arm64);
        Assert.Equal(theirs.Count, table.Count);
        int codes = 0;
        for (int i = 0; i < theirs.Count; i++)
        {
            Assert.True(table.TryGet(i, out FunctionEntry entry));
            List<string> ours = file.Image.Machine == MachineType.Arm64 ? DescribeArm64(file, entry) : DescribeAmd64(file, entry);
            Assert.True(theirs[i].SequenceEqual(ours), $"function {i} of {Path.GetFileName(path)} at {entry.Begin:x}\nllvm-readobj:\n{string.Join('\n', theirs[i])}\nours:\n{string.Join('\n', ours)}");
            codes += ours.Count - 1;
            // Each is found by the offsets that it holds.
            Assert.True(table.TryFind(entry.Begin, out FunctionEntry found) && found == entry);
            if (entry.End != 0) Assert.True(table.TryFind(entry.End - 1, out found) && found == entry);
        }

        return (theirs.Count, codes);
    }

    private static List<string> DescribeAmd64(ImageFile file, FunctionEntry entry)
    {
        Amd64UnwindInfo info = Amd64UnwindInfo.Read(file, 0, entry.UnwindInfo)!;
        Assert.NotNull(info);
        string frame = info.FrameRegister == 0 ? "- -" : $"{s_amd64[info.FrameRegister]} 0x{info.FrameOffset / 16:X}";
        List<string> lines = [$"length {entry.End - entry.Begin} version {info.Version} prologue {info.PrologueSize} frame {frame}"];
        foreach (UnwindCode code in info.Codes) lines.Add($"0x{code.Offset:X2}: {Describe(code, info)}");
        return lines;
    }

    private static string Describe(UnwindCode code, Amd64UnwindInfo info) => code.Operation switch
    {
        UnwindOperation.PushNonvolatile => $"PUSH_NONVOL reg={s_amd64[code.Info]}",
        UnwindOperation.AllocateLarge => $"ALLOC_LARGE size={code.Operand}",
        UnwindOperation.AllocateSmall => $"ALLOC_SMALL size={code.Operand}",
        UnwindOperation.SetFramePointer => $"SET_FPREG reg={s_amd64[info.FrameRegister]}, offset=0x{info.FrameOffset:X}",
        UnwindOperation.SaveNonvolatile => $"SAVE_NONVOL reg={s_amd64[code.Info]}, offset=0x{code.Operand:X}",
        UnwindOperation.SaveNonvolatileFar => $"SAVE_NONVOL_FAR reg={s_amd64[code.Info]}, offset=0x{code.Operand:X}",
        UnwindOperation.SaveXmm128 => $"SAVE_XMM128 reg=XMM{code.Info}, offset=0x{code.Operand:X}",
        UnwindOperation.SaveXmm128Far => $"SAVE_XMM128_FAR reg=XMM{code.Info}, offset=0x{code.Operand:X}",
        _ => $"PUSH_MACHFRAME errcode={(code.Info == 0 ? "no" : "yes")}",
    };

    private static List<string> DescribeArm64(ImageFile file, FunctionEntry entry)
    {
        Arm64UnwindInfo info = Arm64UnwindInfo.Read(file, 0, entry)!;
        Assert.NotNull(info);
        List<string> lines = [$"length {info.FunctionLength}"];
        foreach (Arm64UnwindCode code in info.Codes) lines.Add(Normal(code.ToString()));
        if ((entry.UnwindInfo & 3) != 0) return lines;
        // readobj gives one at the function's end no place, and shows it only where its codes are not the prologue's.
        Span<byte> header = stackalloc byte[4];
        Assert.Equal(4, file.Read(entry.UnwindInfo, header));
        bool single = (header[2] & 0x20) != 0;
        foreach (Arm64Epilogue epilogue in info.Epilogues)
        {
            if (!single) lines.Add($"epilogue of {epilogue.Codes.Count} at {epilogue.Offset / 4}");
            else if (epilogue.Codes.Count != info.Codes.Count) lines.Add($"epilogue of {epilogue.Codes.Count} at the end");
        }

        return lines;
    }

    private static List<List<string>> Parse(string text, bool arm64)
    {
        List<List<string>> functions = [];
        StringBuilder head = new();
        bool inCodes = false;
        int epilogue = -1;
        string scope = "";
        foreach (string raw in text.Split('\n'))
        {
            string line = raw.Trim();
            if (line == "RuntimeFunction {")
            {
                functions.Add([""]);
                head.Clear();
                continue;
            }

            if (functions.Count == 0) continue;
            List<string> lines = functions[^1];
            if (arm64)
            {
                if (Value(line, "FunctionLength") is { } length)
                {
                    lines[0] = $"length {length}";
                    scope = "the end";
                }
                else if (line is "Prologue [") inCodes = true;
                else if (line is "Opcodes [" or "Epilogue [") epilogue = 0;
                else if (line == "]" && inCodes) inCodes = false;
                else if (line == "]" && epilogue >= 0)
                {
                    lines.Add($"epilogue of {epilogue} at {scope}");
                    epilogue = -1;
                }
                else if (Value(line, "StartOffset") is { } start) scope = start;
                else if (epilogue >= 0) epilogue++;
                else if (inCodes) lines.Add(Normal(line[(line.IndexOf(';', StringComparison.Ordinal) + 1)..].Trim()));
                continue;
            }

            if (Value(line, "StartAddress") is { } begin) head.Append(Address(begin));
            else if (Value(line, "EndAddress") is { } end)
                lines[0] = $"length {Address(end) - ulong.Parse(head.ToString(), CultureInfo.InvariantCulture)}";
            else if (Value(line, "Version") is { } version) lines[0] += $" version {version}";
            else if (Value(line, "PrologSize") is { } prologue) lines[0] += $" prologue {prologue}";
            else if (Value(line, "FrameRegister") is { } register) lines[0] += $" frame {register.Split(' ')[0]}";
            else if (Value(line, "FrameOffset") is { } offset) lines[0] += $" {offset}";
            else if (Code().IsMatch(line)) lines.Add(line);
        }

        return functions;
    }

    private static string? Value(string line, string name) => line.StartsWith(name + ": ", StringComparison.Ordinal) ? line[(name.Length + 2)..] : null;

    private static ulong Address(string text) => ulong.Parse(text[(text.IndexOf("0x", StringComparison.Ordinal) + 2)..].TrimEnd(')'), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    // readobj writes the same instruction in several ways.
    private static string Normal(string instruction) => instruction
        .Replace("sub sp, sp, ", "sub sp, ", StringComparison.Ordinal)
        .Replace(", lr", ", x30", StringComparison.Ordinal).Replace("str lr", "str x30", StringComparison.Ordinal)
        .Replace("mov x29, sp", "mov fp, sp", StringComparison.Ordinal)
        .Replace(", #0]", "]", StringComparison.Ordinal);

    [GeneratedRegex("^0x[0-9A-F]{2}: [A-Z]")]
    private static partial Regex Code();
}
