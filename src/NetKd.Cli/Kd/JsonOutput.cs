using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using NetKd.Commands;
using NetKd.Engine;
using NetKd.Engine.Events;

namespace NetKd.Cli.Kd;

/// <summary>JSON lines: an object for each command result, each stop, and each text of the target or the connection.</summary>
internal sealed class JsonOutput(TextWriter writer) : ICommandOutput
{
    private static readonly JsonSerializerOptions s_options = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private readonly Lock _turn = new();
    private readonly StringBuilder _text = new();

    /// <inheritdoc/>
    public void Write(OutputMask kind, string text)
    {
        lock (_turn)
        {
            if (kind == OutputMask.Normal) _text.Append(text);
            else if (kind is OutputMask.Debuggee or OutputMask.Warning)
                Print(new { type = "output", source = kind == OutputMask.Debuggee ? "target" : "connection", text });
        }
    }

    /// <inheritdoc/>
    public void ShowProgress(string? line)
    {
    }

    /// <inheritdoc/>
    public void Clear()
    {
    }

    /// <summary>A stop of the target.</summary>
    public void WriteEvent(DebugEvent debugEvent)
    {
        lock (_turn)
        {
            Print(new
            {
                type = "event",
                kind = debugEvent.Kind.ToString(),
                processor = debugEvent.Processor,
                address = $"{debugEvent.ProgramCounter:x16}",
                code = $"{debugEvent.Exception.Code:x8}",
                breakpoint = debugEvent.Breakpoint?.Id,
                time = debugEvent.Time,
            });
        }
    }

    /// <summary>What a line of commands printed, and how it ended. The line is null for what the attach printed.</summary>
    public void WriteResult(string? line, CommandResult result)
    {
        lock (_turn)
        {
            Print(new
            {
                type = "result",
                command = line,
                status = result.Status.ToString(),
                output = _text.ToString(),
                error = result.Error,
                hresult = result.HResult == 0 ? null : $"{result.HResult:x8}",
            });
            _text.Clear();
        }
    }

    private void Print<T>(T value)
    {
        writer.WriteLine(JsonSerializer.Serialize(value, s_options));
        writer.Flush();
    }
}
