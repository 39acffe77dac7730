using NetKd.BootConfig.Hives;

namespace NetKd.BootConfig.Bcd;

/// <summary>
/// A boot configuration store in a hive: <c>Description</c>, and <c>Objects\{id}</c> with <c>Description\Type</c> and
/// <c>Elements\XXXXXXXX\Element</c>.
/// </summary>
public sealed class BcdStore
{
    private const string Objects = "Objects";
    private const string Description = "Description";
    private const string KeyName = "BCD00000000";

    private BcdStore(Hive hive) => Hive = hive;

    /// <summary>The hive that holds the store.</summary>
    public Hive Hive { get; }

    /// <summary>All objects, in the order of their identifiers' texts.</summary>
    public IEnumerable<BcdObject> All => (Hive.Root.Find(Objects)?.Subkeys ?? []).Select(Read).OfType<BcdObject>();

    /// <summary>The default entry of the boot manager, or null.</summary>
    public Guid? DefaultId => (Find(BcdAlias.BootManager.Id)?.Get(WellKnown.Default) as BcdValue.Object)?.Value;

    /// <summary>An empty store, as <c>/createstore</c> makes it.</summary>
    public static BcdStore Create(TimeProvider? time = null)
    {
        Hive hive = Hive.Create("NewStoreRoot", "BCD", time);
        HiveKey description = hive.Root.FindOrAdd(Description);
        description.SetValue("KeyName", HiveValueType.String, HiveValue.FromText(KeyName));
        // Stores that the system mounts at its start have 1 in both.
        description.SetValue("System", HiveValueType.UInt32, [1, 0, 0, 0]);
        description.SetValue("TreatAsSystem", HiveValueType.UInt32, [1, 0, 0, 0]);
        hive.Root.FindOrAdd(Objects);
        return new BcdStore(hive);
    }

    /// <summary>Takes a hive as a store.</summary>
    /// <exception cref="HiveFormatException">The hive is none.</exception>
    public static BcdStore Open(Hive hive)
    {
        ArgumentNullException.ThrowIfNull(hive);
        if (hive.Root.Find(Objects) is null) throw new HiveFormatException("the hive has no key \"Objects\"; it is no boot configuration store", 36);
        return new BcdStore(hive);
    }

    /// <summary>An object, or null.</summary>
    public BcdObject? Find(Guid id) => Hive.Root.Find(Objects)?.Find(id.ToString("B")) is { } key ? Read(key) : null;

    /// <summary>Makes an object; the identifier must be new.</summary>
    public BcdObject Add(Guid id, BcdObjectType type)
    {
        if (Find(id) is not null) throw new ArgumentException("the store has this object already", nameof(id));
        HiveKey key = Hive.Root.FindOrAdd(Objects).FindOrAdd(id.ToString("B"));
        byte[] stored = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(stored, type.Value);
        key.FindOrAdd(Description).SetValue("Type", HiveValueType.UInt32, stored);
        key.FindOrAdd("Elements");
        return new BcdObject(id, type, key);
    }

    /// <summary>Deletes an object. False when there is none.</summary>
    public bool Remove(Guid id) => Hive.Root.Find(Objects)?.Delete(id.ToString("B")) ?? false;

    // A key that is no object, or has no readable type, is left alone.
    private static BcdObject? Read(HiveKey key)
    {
        if (!Guid.TryParseExact(key.Name, "B", out Guid id) || key.Find(Description)?.Value("Type") is not { Data.Length: 4 } type) return null;
        return new BcdObject(id, new BcdObjectType(BinaryPrimitives.ReadUInt32LittleEndian(type.Data)), key);
    }
}
