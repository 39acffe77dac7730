using System.Buffers.Binary;

namespace NetKd.TargetOs.Crypto;

/// <summary>
/// AES with a 256-bit key (FIPS 197) in CBC mode without padding (NIST SP 800-38A, 6.2). Compiled bare-metal, and hosted by the tests
/// that compare it with .NET's.
/// </summary>
/// <remarks>
/// A round is four table look-ups a column, so its time depends on the data; the machine that this serves is a test target whose
/// debugger may read all of its memory anyway. Key schedule and tables are kept: a datagram costs only its blocks.
/// </remarks>
public sealed class Aes256
{
    /// <summary>Bytes of a key.</summary>
    public const int KeySize = 32;

    /// <summary>Bytes of a block and of the CBC start vector.</summary>
    public const int BlockSize = 16;

    private const int Rounds = 14;
    private const int KeyWords = KeySize / 4;
    private const int ScheduleWords = 4 * (Rounds + 1);

    private readonly byte[] _substitute = new byte[256];
    private readonly byte[] _inverse = new byte[256];

    // SubBytes and MixColumns in one look-up for the first row; the other rows are the same word rotated. Words are big-endian.
    private readonly uint[] _encryptTable = new uint[256];
    private readonly uint[] _decryptTable = new uint[256];

    private readonly uint[] _encryptKeys = new uint[ScheduleWords];
    private readonly uint[] _decryptKeys = new uint[ScheduleWords];

    /// <summary>Makes a cipher without a key.</summary>
    public Aes256()
    {
        FillSubstitution();
        for (int i = 0; i < 256; i++)
        {
            uint s = _substitute[i];
            uint twice = Twice(s);
            _encryptTable[i] = (twice << 24) | (s << 16) | (s << 8) | (twice ^ s);
            _decryptTable[i] = InverseMix((uint)_inverse[i] << 24);
        }
    }

    /// <summary>Expands a key (FIPS 197, 5.2), and the schedule of the equivalent inverse cipher (5.3.5).</summary>
    public void SetKey(ReadOnlySpan<byte> key)
    {
        uint[] words = _encryptKeys;
        for (int i = 0; i < KeyWords; i++) words[i] = BinaryPrimitives.ReadUInt32BigEndian(key.Slice(4 * i));
        uint roundConstant = 1;
        for (int i = KeyWords; i < ScheduleWords; i++)
        {
            uint word = words[i - 1];
            if (i % KeyWords == 0)
            {
                word = SubstituteWord((word << 8) | (word >> 24)) ^ (roundConstant << 24);
                roundConstant = Twice(roundConstant);
            }
            else if (i % KeyWords == 4)
            {
                word = SubstituteWord(word);
            }

            words[i] = words[i - KeyWords] ^ word;
        }

        for (int round = 0; round <= Rounds; round++)
        {
            for (int column = 0; column < 4; column++)
            {
                uint word = words[(4 * (Rounds - round)) + column];
                _decryptKeys[(4 * round) + column] = round is 0 or Rounds ? word : InverseMix(word);
            }
        }
    }

    /// <summary>Encrypts whole blocks in place.</summary>
    public void EncryptCbc(ReadOnlySpan<byte> iv, Span<byte> data)
    {
        Block chain = Block.Read(iv);
        for (int at = 0; at + BlockSize <= data.Length; at += BlockSize)
        {
            Span<byte> place = data.Slice(at, BlockSize);
            chain.ExclusiveOr(Block.Read(place));
            EncryptBlock(ref chain);
            chain.Write(place);
        }
    }

    /// <summary>Decrypts whole blocks into another place, which must not overlap the source.</summary>
    public void DecryptCbc(ReadOnlySpan<byte> iv, ReadOnlySpan<byte> source, Span<byte> destination)
    {
        Block chain = Block.Read(iv);
        for (int at = 0; at + BlockSize <= source.Length; at += BlockSize)
        {
            Block cipher = Block.Read(source.Slice(at, BlockSize));
            Block plain = cipher;
            DecryptBlock(ref plain);
            plain.ExclusiveOr(chain);
            plain.Write(destination.Slice(at, BlockSize));
            chain = cipher;
        }
    }

    private void EncryptBlock(ref Block block)
    {
        uint[] table = _encryptTable;
        uint[] keys = _encryptKeys;
        uint a = block.A ^ keys[0], b = block.B ^ keys[1], c = block.C ^ keys[2], d = block.D ^ keys[3];
        int k = 4;
        for (int round = 1; round < Rounds; round++, k += 4)
        {
            uint e = Mix(table, a, b, c, d) ^ keys[k];
            uint f = Mix(table, b, c, d, a) ^ keys[k + 1];
            uint g = Mix(table, c, d, a, b) ^ keys[k + 2];
            d = Mix(table, d, a, b, c) ^ keys[k + 3];
            a = e;
            b = f;
            c = g;
        }

        byte[] last = _substitute;
        block.A = Pick(last, a, b, c, d) ^ keys[k];
        block.B = Pick(last, b, c, d, a) ^ keys[k + 1];
        block.C = Pick(last, c, d, a, b) ^ keys[k + 2];
        block.D = Pick(last, d, a, b, c) ^ keys[k + 3];
    }

    private void DecryptBlock(ref Block block)
    {
        uint[] table = _decryptTable;
        uint[] keys = _decryptKeys;
        uint a = block.A ^ keys[0], b = block.B ^ keys[1], c = block.C ^ keys[2], d = block.D ^ keys[3];
        int k = 4;
        for (int round = 1; round < Rounds; round++, k += 4)
        {
            uint e = Mix(table, a, d, c, b) ^ keys[k];
            uint f = Mix(table, b, a, d, c) ^ keys[k + 1];
            uint g = Mix(table, c, b, a, d) ^ keys[k + 2];
            d = Mix(table, d, c, b, a) ^ keys[k + 3];
            a = e;
            b = f;
            c = g;
        }

        byte[] last = _inverse;
        block.A = Pick(last, a, d, c, b) ^ keys[k];
        block.B = Pick(last, b, a, d, c) ^ keys[k + 1];
        block.C = Pick(last, c, b, a, d) ^ keys[k + 2];
        block.D = Pick(last, d, c, b, a) ^ keys[k + 3];
    }

    /// <summary>One column of a middle round; the order of the arguments is ShiftRows.</summary>
    private static uint Mix(uint[] table, uint row0, uint row1, uint row2, uint row3) =>
        table[(int)(row0 >> 24)] ^ RotateRight(table[(int)(row1 >> 16 & 0xFF)], 8)
        ^ RotateRight(table[(int)(row2 >> 8 & 0xFF)], 16) ^ RotateRight(table[(int)(row3 & 0xFF)], 24);

    /// <summary>One column of the last round, which has no MixColumns.</summary>
    private static uint Pick(byte[] box, uint row0, uint row1, uint row2, uint row3) =>
        ((uint)box[(int)(row0 >> 24)] << 24) | ((uint)box[(int)(row1 >> 16 & 0xFF)] << 16)
        | ((uint)box[(int)(row2 >> 8 & 0xFF)] << 8) | box[(int)(row3 & 0xFF)];

    private uint SubstituteWord(uint word) => Pick(_substitute, word, word, word, word);

    /// <summary>The S-box (FIPS 197, 5.1.1): the inverse in GF(2^8), by logarithms to the generator 3, then the affine map.</summary>
    private void FillSubstitution()
    {
        Span<byte> power = stackalloc byte[256];
        Span<byte> logarithm = stackalloc byte[256];
        uint value = 1;
        for (int exponent = 0; exponent < 255; exponent++)
        {
            power[exponent] = (byte)value;
            logarithm[(int)value] = (byte)exponent;
            value ^= Twice(value);
        }

        for (int i = 0; i < 256; i++)
        {
            uint inverse = i == 0 ? 0u : power[(255 - logarithm[i]) % 255];
            uint twofold = inverse * 0x0101;
            byte result = (byte)((inverse ^ (twofold >> 4) ^ (twofold >> 5) ^ (twofold >> 6) ^ (twofold >> 7) ^ 0x63) & 0xFF);
            _substitute[i] = result;
            _inverse[result] = (byte)i;
        }
    }

    /// <summary>InvMixColumns (FIPS 197, 5.3.3) of one column.</summary>
    private static uint InverseMix(uint column)
    {
        uint result = 0;
        for (int row = 0; row < 4; row++)
        {
            uint s = column >> (24 - (8 * row)) & 0xFF;
            uint two = Twice(s), four = Twice(two), eight = Twice(four);
            uint word = ((eight ^ four ^ two) << 24) | ((eight ^ s) << 16) | ((eight ^ four ^ s) << 8) | (eight ^ two ^ s);
            result ^= row == 0 ? word : RotateRight(word, 8 * row);
        }

        return result;
    }

    /// <summary>Multiplication by x in GF(2^8) modulo x^8 + x^4 + x^3 + x + 1.</summary>
    private static uint Twice(uint value) => ((value << 1) ^ ((value >> 7) * 0x1B)) & 0xFF;

    private static uint RotateRight(uint value, int count) => (value >> count) | (value << (32 - count));

    /// <summary>Sixteen bytes as four big-endian columns.</summary>
    private struct Block
    {
        public uint A, B, C, D;

        public static Block Read(ReadOnlySpan<byte> source)
        {
            Block block;
            block.A = BinaryPrimitives.ReadUInt32BigEndian(source);
            block.B = BinaryPrimitives.ReadUInt32BigEndian(source.Slice(4));
            block.C = BinaryPrimitives.ReadUInt32BigEndian(source.Slice(8));
            block.D = BinaryPrimitives.ReadUInt32BigEndian(source.Slice(12));
            return block;
        }

        public readonly void Write(Span<byte> destination)
        {
            BinaryPrimitives.WriteUInt32BigEndian(destination, A);
            BinaryPrimitives.WriteUInt32BigEndian(destination.Slice(4), B);
            BinaryPrimitives.WriteUInt32BigEndian(destination.Slice(8), C);
            BinaryPrimitives.WriteUInt32BigEndian(destination.Slice(12), D);
        }

        public void ExclusiveOr(in Block other)
        {
            A ^= other.A;
            B ^= other.B;
            C ^= other.C;
            D ^= other.D;
        }
    }
}
