using NetKd.BootConfig.Hives;

namespace NetKd.BootConfig.Bcd;

/// <summary>An object of a store: a view of its key, which it reads and writes.</summary>
public sealed class BcdObject
{
    private const string Elements = "Elements";
    private const string Element = "Element";

    private readonly HiveKey _key;

    internal BcdObject(Guid id, BcdObjectType type, HiveKey key)
    {
        Id = id;
        Type = type;
        _key = key;
    }

    /// <summary>The identifier.</summary>
    public Guid Id { get; }

    /// <summary>What it is.</summary>
    public BcdObjectType Type { get; }

    /// <summary>Which names its elements have: inheritable settings that are for any object hold elements of loaders at most.</summary>
    public BcdObjectKind Kind => Type.Kind;

    /// <summary>The types of its elements, in the order in which bcdedit lists them.</summary>
    public IReadOnlyList<uint> ElementTypes => _key.Find(Elements) is not { } elements ? [] :
    [
        .. elements.Subkeys
            .Select(key => uint.TryParse(key.Name, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint type) ? type : 0)
            .Where(type => type != 0)
            .Order(),
    ];

    /// <summary>An element's value, or null.</summary>
    public BcdValue? Get(uint type) =>
        _key.Find(Elements)?.Find(KeyName(type))?.Value(Element) is { } stored ? BcdValueCodec.Read(BcdElement.FormatOf(type), stored) : null;

    /// <summary>Text, or null when there is none.</summary>
    public string? GetString(uint type) => (Get(type) as BcdValue.String)?.Value;

    /// <summary>A number, or null when there is none.</summary>
    public ulong? GetInteger(uint type) => (Get(type) as BcdValue.Integer)?.Value;

    /// <summary>The entries of a list; none when there is no list.</summary>
    public IReadOnlyList<Guid> GetList(uint type) => (Get(type) as BcdValue.ObjectList)?.Values ?? [];

    /// <summary>Sets an element, new or existing.</summary>
    public void Set(uint type, BcdValue value)
    {
        (HiveValueType stored, byte[] data) = BcdValueCodec.Write(value);
        _key.FindOrAdd(Elements).FindOrAdd(KeyName(type)).SetValue(Element, stored, data);
    }

    /// <summary>Removes an element. False when there is none.</summary>
    public bool Remove(uint type) => _key.Find(Elements)?.Delete(KeyName(type)) ?? false;

    /// <summary>Sets a list, or removes it when it is empty.</summary>
    public void SetList(uint type, IReadOnlyList<Guid> ids)
    {
        if (ids.Count == 0) Remove(type);
        else Set(type, new BcdValue.ObjectList(ids));
    }

    private static string KeyName(uint type) => type.ToString("x8", CultureInfo.InvariantCulture);
}
