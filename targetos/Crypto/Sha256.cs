using System.Buffers.Binary;

namespace NetKd.TargetOs.Crypto;

/// <summary>SHA-256 (FIPS 180-4, 6.2), fed piece by piece. Compiled bare-metal, and hosted by the tests that compare it with .NET's.</summary>
public sealed class Sha256
{
    /// <summary>Bytes of a hash.</summary>
    public const int HashSize = 32;

    /// <summary>Bytes that one step takes.</summary>
    public const int BlockSize = 64;

    private const int StateWords = 8;

    private readonly uint[] _state = new uint[StateWords];
    private readonly byte[] _pending = new byte[BlockSize];
    private readonly uint[] _schedule = new uint[64];
    private ulong _length;

    /// <summary>Makes a hash of nothing yet.</summary>
    public Sha256() => Reset();

    // FIPS 180-4, 5.3.3 and 4.2.2.
    private static ReadOnlySpan<uint> InitialState =>
    [
        0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
    ];

    private static ReadOnlySpan<uint> RoundConstants =>
    [
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
        0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
        0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
        0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
        0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
    ];

    /// <summary>Starts over.</summary>
    public void Reset()
    {
        InitialState.CopyTo(_state);
        _length = 0;
    }

    /// <summary>Goes on from where another hash stands, which must be at a multiple of the block size.</summary>
    public void ContinueFrom(Sha256 other)
    {
        ((ReadOnlySpan<uint>)other._state).CopyTo(_state);
        _length = other._length;
    }

    /// <summary>Takes the next bytes of the message.</summary>
    public void Append(ReadOnlySpan<byte> data)
    {
        int held = (int)(_length % BlockSize);
        _length += (ulong)data.Length;
        if (held != 0)
        {
            int taken = data.Length < BlockSize - held ? data.Length : BlockSize - held;
            data.Slice(0, taken).CopyTo(((Span<byte>)_pending).Slice(held));
            data = data.Slice(taken);
            if (held + taken < BlockSize) return;
            Compress(_pending);
        }

        while (data.Length >= BlockSize)
        {
            Compress(data);
            data = data.Slice(BlockSize);
        }

        data.CopyTo(_pending);
    }

    /// <summary>Writes the 32-byte hash. The next use must begin with <see cref="Reset"/> or <see cref="ContinueFrom"/>.</summary>
    public void Finish(Span<byte> hash)
    {
        ulong bits = _length * 8;
        int held = (int)(_length % BlockSize);
        Span<byte> pending = _pending;
        pending[held++] = 0x80;
        if (held > BlockSize - 8)
        {
            pending.Slice(held).Clear();
            Compress(pending);
            held = 0;
        }

        pending.Slice(held, BlockSize - 8 - held).Clear();
        BinaryPrimitives.WriteUInt64BigEndian(pending.Slice(BlockSize - 8), bits);
        Compress(pending);
        for (int i = 0; i < StateWords; i++) BinaryPrimitives.WriteUInt32BigEndian(hash.Slice(4 * i), _state[i]);
    }

    private void Compress(ReadOnlySpan<byte> block)
    {
        unchecked
        {
            uint[] w = _schedule;
            for (int i = 0; i < 16; i++) w[i] = BinaryPrimitives.ReadUInt32BigEndian(block.Slice(4 * i));
            for (int i = 16; i < 64; i++)
            {
                uint early = w[i - 15], late = w[i - 2];
                w[i] = w[i - 16] + w[i - 7]
                    + (RotateRight(early, 7) ^ RotateRight(early, 18) ^ (early >> 3))
                    + (RotateRight(late, 17) ^ RotateRight(late, 19) ^ (late >> 10));
            }

            uint[] state = _state;
            uint a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
            ReadOnlySpan<uint> constants = RoundConstants;
            for (int i = 0; i < 64; i++)
            {
                uint first = h + (RotateRight(e, 6) ^ RotateRight(e, 11) ^ RotateRight(e, 25)) + ((e & f) ^ (~e & g)) + constants[i] + w[i];
                uint second = (RotateRight(a, 2) ^ RotateRight(a, 13) ^ RotateRight(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
                h = g;
                g = f;
                f = e;
                e = d + first;
                d = c;
                c = b;
                b = a;
                a = first + second;
            }

            state[0] += a;
            state[1] += b;
            state[2] += c;
            state[3] += d;
            state[4] += e;
            state[5] += f;
            state[6] += g;
            state[7] += h;
        }
    }

    private static uint RotateRight(uint value, int count) => (value >> count) | (value << (32 - count));
}
