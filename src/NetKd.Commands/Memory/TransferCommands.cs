namespace NetKd.Commands.Memory;

/// <summary>Memory to a file and back: <c>.writemem</c> and <c>.readmem</c>.</summary>
internal sealed class TransferCommands(CommandSession session) : ICommandGroup
{
    // Large blocks let the engine fill whole packets and keep requests under way; still small enough for progress and CTRL+C.
    private const int BlockSize = 256 * 1024;

    public IEnumerable<Command> Commands =>
    [
        new(".writemem", new(".writemem file range", "Writes memory to a file, which appears only when it is whole.", ".writemem nt.bin nt L?100000"), WriteAsync) { IsWord = true },
        new(".readmem", new(".readmem file range", "Reads a file into memory.", ".readmem patch.bin @rsp L20"), Read) { IsWord = true },
    ];

    private async Task WriteAsync(CommandCall call)
    {
        session.RequireStopped();
        string path = Path.GetFullPath(ReadPath(call));
        RangeArgument range = RangeArgument.ReadBounded(call.Arguments, session.Masm, 1);
        call.Arguments.ExpectEnd();
        ulong length = range.Count!.Value;
        session.WriteLine($"Writing {length:x} bytes.");
        string temporary = $"{path}.{Environment.ProcessId}.part";
        bool whole = false;
        try
        {
            FileStream file = new(temporary, FileMode.Create, FileAccess.Write, FileShare.None, 1, useAsync: true);
            await using (file.ConfigureAwait(false))
            {
                await CopyAsync(file, range.Address, length, call.Cancellation).ConfigureAwait(false);
            }

            File.Move(temporary, path, overwrite: true);
            whole = true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"Cannot write '{path}': {e.Message}");
        }
        finally
        {
            session.Terminal.ShowProgress(null);
            if (!whole) File.Delete(temporary);
        }
    }

    private async Task CopyAsync(FileStream file, ulong address, ulong length, CancellationToken cancellation)
    {
        TransferProgress progress = new(session.Terminal, length);
        // Two buffers: the file takes one while the target fills the other.
        byte[][] buffers = [new byte[BlockSize], new byte[BlockSize]];
        Task writing = Task.CompletedTask;
        for (ulong done = 0; done < length;)
        {
            cancellation.ThrowIfCancellationRequested();
            int size = (int)Math.Min(length - done, BlockSize);
            byte[] buffer = buffers[done / BlockSize % 2];
            int read = session.Client.Virtual.Read(unchecked(address + done), buffer.AsSpan(0, size), cancellation);
            await writing.ConfigureAwait(false);
            if (read < size)
                throw new CommandException($"Memory access error at {session.Address(unchecked(address + done + (ulong)read))}: no file was written.");
            writing = file.WriteAsync(buffer.AsMemory(0, size), cancellation).AsTask();
            done += (ulong)size;
            progress.Report(done);
        }

        await writing.ConfigureAwait(false);
    }

    private void Read(CommandCall call)
    {
        session.RequireStopped();
        string path = ReadPath(call);
        RangeArgument range = RangeArgument.Read(call.Arguments, session.Masm, 1);
        call.Arguments.ExpectEnd();
        try
        {
            using FileStream file = File.OpenRead(path);
            ulong length = Math.Min(range.Count ?? (ulong)file.Length, (ulong)file.Length);
            session.WriteLine($"Reading {length:x} bytes.");
            TransferProgress progress = new(session.Terminal, length);
            byte[] buffer = new byte[BlockSize];
            for (ulong done = 0; done < length;)
            {
                call.Cancellation.ThrowIfCancellationRequested();
                int size = file.Read(buffer, 0, (int)Math.Min(length - done, BlockSize));
                if (size == 0) break;
                int written = session.Client.Virtual.Write(unchecked(range.Address + done), buffer.AsSpan(0, size));
                if (written < size)
                    throw new CommandException($"Memory access error at {session.Address(unchecked(range.Address + done + (ulong)written))}: memory before it was changed.");
                done += (ulong)size;
                progress.Report(done);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"Cannot read '{path}': {e.Message}");
        }
        finally
        {
            session.Terminal.ShowProgress(null);
        }
    }

    private static string ReadPath(CommandCall call)
    {
        string path = call.Arguments.ReadWord();
        return path.Length > 0 ? path : throw call.Arguments.Error("Missing file name: syntax error");
    }
}
