using System.Buffers.Binary;
using NetKd.Symbols.Images;
using NetKd.Symbols.Stores;
using NetKd.Symbols.Tests.Msf;

namespace NetKd.Symbols.Tests.Stores;

/// <summary>PDBs with an identity and nothing else that counts.</summary>
internal static class TestPdb
{
    public static readonly Guid Guid = new("3844DBB9-2017-4967-BE7A-A4A2C20430FA");

    public static readonly PdbIdentity Identity = new(@"c:\build\driver.pdb", Guid, 0x2a);

    /// <summary>The key of <see cref="Build()"/>.</summary>
    public static readonly SymbolKey Key = SymbolKey.For(Identity, "driver.sys");

    /// <summary>A PDB file.</summary>
    /// <param name="guid">Its signature.</param>
    /// <param name="age">Its own age.</param>
    /// <param name="linkedAge">The DBI stream's age.</param>
    /// <param name="filling">Bytes of a stream that compress badly.</param>
    public static byte[] Build(Guid guid, uint age, uint linkedAge, int filling = 3000)
    {
        byte[] info = new byte[28];
        BinaryPrimitives.WriteUInt32LittleEndian(info, 20000404);
        BinaryPrimitives.WriteUInt32LittleEndian(info.AsSpan(4), 0x5f5e1234);
        BinaryPrimitives.WriteUInt32LittleEndian(info.AsSpan(8), age);
        guid.TryWriteBytes(info.AsSpan(12));
        byte[] debugInformation = new byte[64];
        BinaryPrimitives.WriteUInt32LittleEndian(debugInformation, uint.MaxValue);
        BinaryPrimitives.WriteUInt32LittleEndian(debugInformation.AsSpan(4), 19990903);
        BinaryPrimitives.WriteUInt32LittleEndian(debugInformation.AsSpan(8), linkedAge);
        byte[] noise = new byte[filling];
        new Random(1).NextBytes(noise);
        return new MsfBuilder(512).Add([]).Add(info).Add([]).Add(debugInformation).Add(noise).Build();
    }

    /// <summary>The PDB that <see cref="Key"/> asks for.</summary>
    public static byte[] Build(int filling = 3000) => Build(Guid, 0x2a, 0x2a, filling);
}
