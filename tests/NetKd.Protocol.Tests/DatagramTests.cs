using System.Security.Cryptography;
using NetKd.Protocol.Net;

namespace NetKd.Protocol.Tests;

/// <summary>
/// Sealing and opening. The literal vectors were made with Python's hmac and the openssl command from the format's description alone.
/// </summary>
public sealed class DatagramTests
{
    private const string ControlVector = "4d4442470401a64759056c5fd06bb8a24da8e9c50237269342372099b5e8030bd845dfe474514a40916a13f9244990707e9be8464985";
    private const string DataVector = "4d4442470500fd78df933a8bd1215e27c56f270724154476097874ac9348c1667d8585d00c8d";

    private static readonly KdNetKey s_key = Parse("1.2.3.4");

    [Fact]
    public void A_control_datagram_matches_the_known_answer()
    {
        byte[] body = [.. Enumerable.Range(0, 20).Select(i => (byte)i)];
        Assert.Equal(ControlVector, Convert.ToHexStringLower(Seal(ControlCipher(), body, 4, control: true, fromHost: false, 5)));
    }

    [Fact]
    public void A_data_datagram_matches_the_known_answer()
    {
        Assert.Equal(DataVector, Convert.ToHexStringLower(Seal(DataCipher(), [0x62], 5, control: false, fromHost: true, 0x0102030405060)));
    }

    [Fact]
    public void Sealing_agrees_with_one_shot_aes_and_hmac()
    {
        // Several in a row over one cipher: its chained transform must behave as a fresh one each time.
        DatagramCipher cipher = ControlCipher();
        var random = new Random(7);
        for (int length = 0; length < 200; length += 7)
        {
            byte[] body = new byte[length];
            random.NextBytes(body);
            Assert.Equal(OneShot(body, 3, (ulong)length + 1), Seal(cipher, body, 3, control: true, fromHost: false, (ulong)length + 1));
        }
    }

    [Fact]
    public void Opening_gives_back_what_was_sealed()
    {
        byte[] datagram = Convert.FromHexString(DataVector);
        byte[] plaintext = new byte[DatagramCodec.MaxSize];
        Assert.Equal(DatagramFault.None, DatagramCodec.Inspect(datagram, out byte version, out bool control));
        Assert.Equal((5, false), (version, control));
        Assert.Equal(DatagramFault.None, DatagramCodec.Open(DataCipher(), datagram, plaintext, fromHost: true, out DatagramInfo info));
        Assert.Equal(0x0102030405060UL, info.Sequence);
        Assert.Equal([0x62], plaintext.AsSpan(info.BodyOffset, info.BodyLength).ToArray());
    }

    [Fact]
    public void A_change_of_any_bit_is_refused()
    {
        byte[] original = Convert.FromHexString(ControlVector);
        byte[] plaintext = new byte[DatagramCodec.MaxSize];
        DatagramCipher cipher = ControlCipher();
        for (int bit = 0; bit < original.Length * 8; bit++)
        {
            byte[] damaged = [.. original];
            damaged[bit / 8] ^= (byte)(1 << bit % 8);
            DatagramFault fault = DatagramCodec.Inspect(damaged, out _, out _);
            if (fault == DatagramFault.None) fault = DatagramCodec.Open(cipher, damaged, plaintext, fromHost: false, out _);
            Assert.NotEqual(DatagramFault.None, fault);
        }

        Assert.Equal(DatagramFault.None, DatagramCodec.Open(cipher, original, plaintext, fromHost: false, out _));
    }

    [Fact]
    public void The_other_direction_and_another_key_are_refused()
    {
        byte[] datagram = Convert.FromHexString(ControlVector);
        byte[] plaintext = new byte[DatagramCodec.MaxSize];
        Assert.Equal(DatagramFault.Direction, DatagramCodec.Open(ControlCipher(), datagram, plaintext, fromHost: true, out _));
        var other = new DatagramCipher();
        ChannelKeys.LoadControl(other, Parse("1.2.3.5"));
        Assert.Equal(DatagramFault.Authentication, DatagramCodec.Open(other, datagram, plaintext, fromHost: false, out _));
    }

    [Fact]
    public void Lengths_and_headers_are_checked_before_any_key()
    {
        byte[] good = Convert.FromHexString(ControlVector);
        for (int length = 0; length < good.Length; length++)
        {
            bool possible = length >= DatagramCodec.MinSize && (length - DatagramCodec.ClearHeaderSize) % DatagramCipher.BlockSize == 0;
            Assert.Equal(possible ? DatagramFault.None : DatagramFault.Length, DatagramCodec.Inspect(good.AsSpan(0, length), out _, out _));
        }

        Assert.Equal(DatagramFault.Length, DatagramCodec.Inspect([.. good[..6], .. new byte[1600]], out _, out _));
        Assert.Equal(DatagramFault.None, DatagramCodec.Inspect([.. good[..6], .. new byte[1600]], out _, out _, DatagramCodec.LargeSize));
        Assert.Equal(DatagramFault.Length, DatagramCodec.Inspect([.. good[..6], .. new byte[DatagramCodec.LargeSize]], out _, out _, DatagramCodec.LargeSize));
        Assert.Equal(DatagramFault.Version, DatagramCodec.Inspect([.. good[..4], 1, .. good[5..]], out _, out _));
        Assert.Equal(DatagramFault.Version, DatagramCodec.Inspect([.. good[..4], 6, .. good[5..]], out _, out _));
        Assert.Equal(DatagramFault.Channel, DatagramCodec.Inspect([.. good[..5], 4, .. good[6..]], out _, out _));
        Assert.Equal(DatagramFault.None, DatagramCodec.Inspect([.. good[..5], 3, .. good[6..]], out _, out bool control));
        Assert.True(control);
    }

    [Fact]
    public void Random_bytes_are_never_taken()
    {
        var random = new Random(11);
        DatagramCipher cipher = ControlCipher();
        byte[] plaintext = new byte[DatagramCodec.MaxSize];
        for (int round = 0; round < 3000; round++)
        {
            byte[] noise = new byte[random.Next(0, 1700)];
            random.NextBytes(noise);
            if (round % 2 == 0 && noise.Length > 6) Convert.FromHexString("4d4442470401").CopyTo(noise, 0);
            DatagramFault fault = DatagramCodec.Inspect(noise, out _, out _);
            if (fault == DatagramFault.None) fault = DatagramCodec.Open(cipher, noise, plaintext, fromHost: true, out _);
            Assert.NotEqual(DatagramFault.None, fault);
        }
    }

    [Fact]
    public void Sealing_and_opening_allocate_nothing()
    {
        DatagramCipher cipher = ControlCipher();
        byte[] datagram = new byte[DatagramCodec.MaxSize];
        byte[] plaintext = new byte[DatagramCodec.MaxSize];
        void Cycle(ulong sequence)
        {
            int length = DatagramCodec.Seal(cipher, datagram, 1400, 4, control: false, fromHost: true, sequence);
            DatagramCodec.Open(cipher, datagram.AsSpan(0, length), plaintext, fromHost: true, out _);
        }

        for (ulong i = 1; i < 50; i++) Cycle(i);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (ulong i = 50; i < 250; i++) Cycle(i);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_sequence_number_counts_once_and_only_upwards()
    {
        SequenceGuard guard = default;
        Assert.False(guard.Accept(0));
        Assert.True(guard.Accept(5));
        Assert.False(guard.Accept(5));
        Assert.False(guard.Accept(4));
        Assert.True(guard.Accept(6));
    }

    private static byte[] Seal(DatagramCipher cipher, byte[] body, byte version, bool control, bool fromHost, ulong sequence)
    {
        byte[] buffer = new byte[DatagramCodec.MaxSize];
        body.CopyTo(buffer, DatagramCodec.BodyOffset);
        int length = DatagramCodec.Seal(cipher, buffer, body.Length, version, control, fromHost, sequence);
        return buffer[..length];
    }

    // The format written down a second time, with the framework's one-shot calls.
    private static byte[] OneShot(byte[] body, byte version, ulong sequence)
    {
        byte[] key = new byte[32];
        s_key.Write(key);
        byte[] macKey = [.. key.Select(b => (byte)(b ^ 0xFF))];
        int pad = (16 - (8 + body.Length) % 16) % 16;
        byte[] clear = [.. "MDBG"u8, version, 1];
        byte[] number = BitConverter.GetBytes(sequence);
        Array.Reverse(number);
        byte[] plain = [.. number[1..], (byte)pad, .. body, .. new byte[pad]];
        byte[] message = [.. clear, .. plain];
        byte[] mac = HMACSHA256.HashData(macKey, message)[..16];
        using Aes aes = Aes.Create();
        aes.Key = key;
        return [.. clear, .. aes.EncryptCbc(plain, mac, PaddingMode.None), .. mac];
    }

    private static DatagramCipher ControlCipher()
    {
        var cipher = new DatagramCipher();
        ChannelKeys.LoadControl(cipher, s_key);
        return cipher;
    }

    private static DatagramCipher DataCipher()
    {
        byte[] response = new byte[PokeResponse.BodySize];
        response[0] = 1;
        response[1] = 2;
        for (int i = 0; i < 320; i++) response[i + 2] = (byte)(i * 7 & 0xFF);
        var cipher = new DatagramCipher();
        ChannelKeys.LoadData(cipher, s_key, response);
        return cipher;
    }

    private static KdNetKey Parse(string text)
    {
        KeyText.TryParse(text, out KdNetKey key, out _);
        return key;
    }
}
