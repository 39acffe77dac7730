namespace NetKd.Symbols.Stores.Cabinet;

/// <summary>
/// The codes of an LZX stream. Their lengths are sent as differences to those of the block before, in a code of their own (Microsoft LZX
/// Data Compression Format, "Encoding the trees").
/// </summary>
internal sealed class LzxTrees
{
    /// <summary>Symbols of the main code that are single bytes.</summary>
    public const int Literals = 256;

    private const int LengthSymbols = 249;
    private const int AlignedSymbols = 8;
    private const int PreTreeSymbols = 20;
    private const int LengthValues = 17;
    private const int ShortZeros = 17;
    private const int LongZeros = 18;
    private const int Repeat = 19;

    private readonly HuffmanCode _preTree = new(PreTreeSymbols);

    public LzxTrees(int positionSlots) => Main = new HuffmanCode(Literals + 8 * positionSlots);

    /// <summary>Single bytes, and matches by where they are and the low end of how long they are.</summary>
    public HuffmanCode Main { get; }

    /// <summary>How long the longer matches are.</summary>
    public HuffmanCode Length { get; } = new(LengthSymbols);

    /// <summary>The three low bits of where a match is, in blocks that have this code.</summary>
    public HuffmanCode Aligned { get; } = new(AlignedSymbols);

    /// <summary>Reads the codes of a block.</summary>
    /// <exception cref="CabinetFormatException">They are none.</exception>
    public void Read(LzxBits bits, bool aligned)
    {
        if (aligned)
        {
            foreach (ref byte length in Aligned.Lengths) length = (byte)bits.Read(3);
            Check(Aligned.Build());
        }

        ReadLengths(bits, Main.Lengths[..Literals]);
        ReadLengths(bits, Main.Lengths[Literals..]);
        Check(Main.Build());
        ReadLengths(bits, Length.Lengths);
        Check(Length.Build());
    }

    private void ReadLengths(LzxBits bits, Span<byte> lengths)
    {
        foreach (ref byte length in _preTree.Lengths) length = (byte)bits.Read(4);
        Check(_preTree.Build());
        for (int i = 0; i < lengths.Length;)
        {
            int symbol = bits.Read(_preTree);
            int run = symbol switch
            {
                ShortZeros => 4 + (int)bits.Read(4),
                LongZeros => 20 + (int)bits.Read(5),
                Repeat => 4 + (int)bits.Read(1),
                _ => 1,
            };
            byte value = 0;
            if (symbol is not (ShortZeros or LongZeros))
            {
                if (symbol == Repeat) symbol = bits.Read(_preTree);
                if (symbol >= LengthValues) throw new CabinetFormatException("The cabinet is damaged: a code's lengths repeat what is no length.");
                value = (byte)((lengths[i] - symbol + LengthValues) % LengthValues);
            }

            // Some encoders let the last run go beyond the end.
            run = Math.Min(run, lengths.Length - i);
            lengths.Slice(i, run).Fill(value);
            i += run;
        }
    }

    private static void Check(bool built)
    {
        if (!built) throw new CabinetFormatException("The cabinet is damaged: a code has more symbols than its lengths allow.");
    }
}
