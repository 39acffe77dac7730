using System.Buffers.Binary;

namespace NetKd.TargetOs.Boot;

/// <summary>
/// The boot configuration in a hive, seen from the loader entry that starts by default: its elements, then those it inherits
/// (facts: kernel-debugging-docs, C.7).
/// </summary>
internal readonly ref struct BcdStore
{
    /// <summary>Characters of an object's name: a GUID in braces.</summary>
    public const int NameLength = 38;

    // The documented chain has three objects below the loader; a list that leads back to itself must end.
    private const int MaxObjects = 32;
    private const int MaxDepth = 8;

    private const uint RegistryString = 1;
    private const uint RegistryBinary = 3;
    private const uint RegistryStringList = 7;

    private readonly HiveReader _hive;
    private readonly int _objects;

    private BcdStore(HiveReader hive, int objects, int loader)
    {
        _hive = hive;
        _objects = objects;
        Loader = loader;
    }

    /// <summary>The key of the default loader entry.</summary>
    public int Loader { get; }

    /// <summary>Opens the store and finds the boot manager's default entry, or the first it displays when it has no default.</summary>
    public static bool TryOpen(HiveReader hive, out BcdStore store)
    {
        store = default;
        if (!hive.TryFindKey(hive.Root, "Objects"u8, out int objects)) return false;
        if (!hive.TryFindKey(objects, "{9dea862c-5cdd-4e70-acc1-f32b344d4795}"u8, out int manager)) return false;
        BcdStore found = new(hive, objects, 0);
        Span<byte> name = stackalloc byte[NameLength];
        bool named = found.TryText(manager, BcdElement.DefaultObject, RegistryString, name, out int length)
            || found.TryText(manager, BcdElement.DisplayOrder, RegistryStringList, name, out length);
        if (!named || length != NameLength || !hive.TryFindKey(objects, name, out int loader)) return false;
        store = new BcdStore(hive, objects, loader);
        return true;
    }

    /// <summary>True for an element that the loader has, itself or inherited.</summary>
    public bool Has(uint element) => TryFind(element, out _, out _);

    /// <summary>An integer: eight bytes, little-endian.</summary>
    public bool TryInteger(uint element, out ulong value)
    {
        value = 0;
        if (!TryFind(element, out uint type, out ReadOnlySpan<byte> data) || type != RegistryBinary || data.Length != 8) return false;
        value = BinaryPrimitives.ReadUInt64LittleEndian(data);
        return true;
    }

    /// <summary>A boolean: one byte.</summary>
    public bool TryBoolean(uint element, out bool value)
    {
        value = false;
        if (!TryFind(element, out uint type, out ReadOnlySpan<byte> data) || type != RegistryBinary || data.Length != 1) return false;
        value = data[0] != 0;
        return true;
    }

    /// <summary>A text of ASCII that fits the destination.</summary>
    public bool TryString(uint element, scoped Span<byte> destination, out int length)
    {
        length = 0;
        return TryFind(element, out uint type, out ReadOnlySpan<byte> data) && type == RegistryString && TryNarrow(data, destination, out length);
    }

    private bool TryFind(uint element, out uint type, out ReadOnlySpan<byte> data)
    {
        uint overriding = BcdElement.OverrideOf(element);
        int left = MaxObjects;
        if (overriding != element && TryFindFrom(Loader, overriding, MaxDepth, ref left, out type, out data)) return true;
        left = MaxObjects;
        if (TryFindFrom(Loader, element, MaxDepth, ref left, out type, out data)) return true;

        // A store made object by object may lack those that stand between a loader and the debugger settings.
        return _hive.TryFindKey(_objects, "{4636856e-540f-4170-a130-a84776f4c654}"u8, out int settings)
            && TryElement(settings, element, out type, out data);
    }

    private bool TryFindFrom(int key, uint element, int depth, scoped ref int left, out uint type, out ReadOnlySpan<byte> data)
    {
        if (TryElement(key, element, out type, out data)) return true;
        if (depth == 0 || !TryElement(key, BcdElement.Inherit, out uint listType, out ReadOnlySpan<byte> list)) return false;
        if (listType != RegistryStringList) return false;
        Span<byte> name = stackalloc byte[NameLength];
        while (left > 0 && TryNarrow(list, name, out int length) && length != 0)
        {
            left--;
            list = list.Slice(2 * (length + 1) < list.Length ? 2 * (length + 1) : list.Length);
            if (_hive.TryFindKey(_objects, ((ReadOnlySpan<byte>)name).Slice(0, length), out int parent)
                && TryFindFrom(parent, element, depth - 1, ref left, out type, out data))
            {
                return true;
            }
        }

        return false;
    }

    private bool TryText(int key, uint element, uint wanted, scoped Span<byte> destination, out int length)
    {
        length = 0;
        return TryElement(key, element, out uint type, out ReadOnlySpan<byte> data) && type == wanted && TryNarrow(data, destination, out length);
    }

    private bool TryElement(int key, uint element, out uint type, out ReadOnlySpan<byte> data)
    {
        type = 0;
        data = default;
        Span<byte> name = stackalloc byte[8];
        for (int i = 0; i < name.Length; i++)
        {
            uint digit = (element >> (28 - (4 * i))) & 15;
            name[i] = (byte)(digit < 10 ? '0' + digit : 'a' + digit - 10);
        }

        return _hive.TryFindKey(key, "Elements"u8, out int elements)
            && _hive.TryFindKey(elements, name, out int found)
            && _hive.TryFindValue(found, "Element"u8, out type, out data);
    }

    /// <summary>UTF-16 up to its first NUL, as ASCII. False when it holds anything else or does not fit.</summary>
    private static bool TryNarrow(ReadOnlySpan<byte> wide, scoped Span<byte> destination, out int length)
    {
        length = 0;
        for (int at = 0; at + 1 < wide.Length; at += 2)
        {
            if (wide[at] == 0 && wide[at + 1] == 0) return true;
            if (wide[at + 1] != 0 || wide[at] >= 0x80 || length == destination.Length) return false;
            destination[length++] = wide[at];
        }

        return true;
    }
}
