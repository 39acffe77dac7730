using System.Text;
using NetKd.Capture.Files;
using NetKd.Capture.Sessions;
using NetKd.Cli.Kd;
using NetKd.Protocol.Net;

namespace NetKd.Cli.Decode;

/// <summary>One run of <c>netkd decode</c>: reads a capture to its end and maps what was found to an exit code.</summary>
internal static class DecodeProgram
{
    private const string StandardInput = "-";
    private const int BufferBytes = 1 << 16;

    /// <summary>Runs; the environment may hold a key.</summary>
    public static int Run(DecodeOptions options, Func<string, string?> environment)
    {
        try
        {
            KdNetKey[] keys = ReadKeys(options, environment);
            using Stream stream = Open(options.CaptureFile);
            // A live capture is shown as it comes; a file goes faster in large pieces.
            using StreamWriter writer = new(Console.OpenStandardOutput(), new UTF8Encoding(false), BufferBytes) { AutoFlush = options.CaptureFile == StandardInput };
            return Run(options, new DatagramReader(stream), keys, writer);
        }
        catch (UsageException e)
        {
            return Fail(e.Message, ExitCode.Usage);
        }
        catch (IOException e)
        {
            // The capture can no longer be read, or the reader of our output has gone, as head does.
            return Fail(e.Message, ExitCode.CommandFailed);
        }
    }

    private static int Run(DecodeOptions options, DatagramReader reader, KdNetKey[] keys, TextWriter writer)
    {
        using SessionDecoder decoder = new(keys);
        Array.Clear(keys);
        DecodeOutput output = new(options, writer, hasKey: decoder.HasKey);
        while (reader.TryRead(out CapturedDatagram datagram))
        {
            if (decoder.Decode(datagram) is { } packet) output.Add(packet, reader.FirstTime);
        }

        output.End(decoder, reader.Damage);
        writer.Flush();
        return Judge(reader, decoder);
    }

    private static int Judge(DatagramReader reader, SessionDecoder decoder)
    {
        if (reader.FirstFragment != 0)
            Tell($"{reader.Count(FrameContent.Fragment)} fragments of UDP datagrams were left out, the first in frame {reader.FirstFragment}: KDNET sends none, and they are not put together");
        if (reader.UnknownLink is { } link)
            Tell($"{reader.Count(FrameContent.UnknownLink)} frames of link type {(int)link} were left out: it is not known");
        if (reader.Count(FrameContent.Malformed) is > 0 and long malformed) Tell($"{malformed} frames with broken headers were left out");
        if (decoder.NotFollowed > 0) Tell($"{decoder.NotFollowed} packets were left out: more than {SessionDecoder.MaxConversations} pairs of target and host");

        int code = ExitCode.Done;
        if (decoder.Conversations.Count == 0)
            code = Fail($"no kernel debugging found in {reader.FrameCount} frames: was the port captured that the target uses?", ExitCode.CommandFailed);
        else if (decoder.HasKey && decoder.Conversations.All(c => c.Authentic == 0) && decoder.Conversations.Any(c => !c.IsUnencrypted))
            code = Fail("nothing opens with the key given: compare it with \"bcdedit /dbgsettings\" on the target", ExitCode.CommandFailed);
        return reader.Damage is { } damage ? Fail($"{damage}", ExitCode.CommandFailed) : code;
    }

    private static KdNetKey[] ReadKeys(DecodeOptions options, Func<string, string?> environment)
    {
        if (options.Keys.Count > 0) return [.. options.Keys.Select(key => KeySource.ParseKey(key, "--key"))];
        return environment(KeySource.Variable) is { Length: > 0 } text ? [KeySource.ParseKey(text.Trim(), KeySource.Variable)] : [];
    }

    private static Stream Open(string path)
    {
        if (path == StandardInput) return new BufferedStream(Console.OpenStandardInput(), BufferBytes);
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, BufferBytes, FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new UsageException(e.Message);
        }
    }

    private static void Tell(string line) => Console.Error.WriteLine($"netkd: {line}");

    private static int Fail(string line, int code)
    {
        Tell(line);
        return code;
    }
}
