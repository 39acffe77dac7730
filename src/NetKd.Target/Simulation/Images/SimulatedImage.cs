namespace NetKd.Target.Simulation;

/// <summary>A PE image as it lies in the simulated machine's memory.</summary>
public sealed class SimulatedImage
{
    /// <summary>Makes the description of a laid-out image.</summary>
    internal SimulatedImage(string name, string path, ulong baseAddress, byte[] bytes, uint checksum, uint timeDateStamp, IReadOnlyDictionary<string, ulong> symbols)
    {
        Name = name;
        Path = path;
        BaseAddress = baseAddress;
        Bytes = bytes;
        Checksum = checksum;
        TimeDateStamp = timeDateStamp;
        Symbols = symbols;
    }

    /// <summary>File name, such as ntoskrnl.exe.</summary>
    public string Name { get; }

    /// <summary>Path as the loader saw it.</summary>
    public string Path { get; }

    /// <summary>Virtual address of the headers.</summary>
    public ulong BaseAddress { get; }

    /// <summary>The whole image: headers, then each section at its relative address.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Bytes in memory.</summary>
    public uint Size => (uint)Bytes.Length;

    /// <summary>CheckSum of the optional header.</summary>
    public uint Checksum { get; }

    /// <summary>TimeDateStamp of the file header.</summary>
    public uint TimeDateStamp { get; }

    /// <summary>Addresses of functions and variables by name, exported or not.</summary>
    public IReadOnlyDictionary<string, ulong> Symbols { get; }
}
