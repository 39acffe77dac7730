using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using NetKd.Symbols.Pdb.Msf;
using NetKd.Symbols.Pdb.Symbols;
using NetKd.Symbols.Pdb.Types;

namespace NetKd.Symbols.Pdb.Names;

/// <summary>The typedefs among the globals (S_UDT). Those that only repeat a type's own name are among them too, as the compilers write them.</summary>
internal sealed class Typedefs(NameTable globals, MsfStream records) : ITypedefNames
{
    private const int NameOffset = 4;

    public bool TryFind(string name, out uint typeIndex)
    {
        byte[] wanted = Encoding.UTF8.GetBytes(name);
        List<uint> candidates = [];
        globals.FindCandidates(wanted, candidates);
        RecordCursor cursor = new(records, stackalloc byte[RecordCursor.OneRecord]);
        foreach (uint candidate in candidates)
        {
            if (!cursor.TryRead(candidate, out RecordKind kind, out ReadOnlySpan<byte> data, out _) || kind != RecordKind.UserType || data.Length <= NameOffset) continue;
            if (!PdbText.Bytes(data[NameOffset..]).SequenceEqual(wanted)) continue;
            typeIndex = BinaryPrimitives.ReadUInt32LittleEndian(data);
            return true;
        }

        typeIndex = 0;
        return false;
    }

    public IEnumerable<KeyValuePair<string, uint>> All
    {
        get
        {
            List<KeyValuePair<string, uint>> all = [];
            byte[] window = ArrayPool<byte>.Shared.Rent(RecordCursor.Walk);
            RecordCursor cursor = new(records, window);
            uint at = 0;
            while (cursor.TryRead(at, out RecordKind kind, out ReadOnlySpan<byte> data, out at))
            {
                if (kind == RecordKind.UserType && data.Length > NameOffset) all.Add(new(PdbText.Read(data[NameOffset..]), BinaryPrimitives.ReadUInt32LittleEndian(data)));
            }

            ArrayPool<byte>.Shared.Return(window);
            return all;
        }
    }
}
