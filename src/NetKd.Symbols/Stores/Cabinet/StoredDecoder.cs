namespace NetKd.Symbols.Stores.Cabinet;

/// <summary>A folder that is not compressed.</summary>
internal sealed class StoredDecoder(CabinetBlocks blocks) : CabinetDecoder
{
    public override ReadOnlySpan<byte> Next(int length)
    {
        ReadOnlySpan<byte> block = blocks.Next(out int unpacked);
        if (block.Length != unpacked || unpacked == 0) throw new CabinetFormatException($"Block {blocks.Number} of the cabinet has {block.Length} bytes and says that they are {unpacked}.");
        return block.Length > length ? block[..length] : block;
    }
}
