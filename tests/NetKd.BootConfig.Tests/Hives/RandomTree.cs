using NetKd.BootConfig.Hives;

namespace NetKd.BootConfig.Tests.Hives;

/// <summary>A registry tree in plain objects, made from a seed: what a hive must hold after the same steps were done to it.</summary>
internal sealed class RandomTree
{
    private const string NameCharacters = "abcdefgzABCXYZ0189 -_{}.äéßжЖ漢";

    public SortedDictionary<string, RandomTree> Keys { get; } = new(HiveNameComparer.Instance);

    public Dictionary<string, (HiveValueType Type, byte[] Data)> Values { get; } = new(HiveNameComparer.Instance);

    public static RandomTree Create(Random random, int depth = 0)
    {
        RandomTree tree = new();
        for (int i = random.Next(5); i > 0; i--) tree.Values[Name(random)] = Value(random);
        int subkeys = depth > 3 ? 0 : random.Next(5);
        for (int i = subkeys; i > 0; i--) tree.Keys[Name(random)] = Create(random, depth + 1);
        return tree;
    }

    /// <summary>Does the same random change to this tree and to a hive's key.</summary>
    public void Change(Random random, HiveKey key)
    {
        switch (random.Next(5))
        {
            case 0 when Keys.Count > 0:
                string removed = Keys.Keys.ElementAt(random.Next(Keys.Count));
                Keys.Remove(removed);
                Assert.True(key.Delete(removed.ToUpperInvariant()));
                break;
            case 1 when Values.Count > 0:
                string value = Values.Keys.ElementAt(random.Next(Values.Count));
                Values.Remove(value);
                Assert.True(key.DeleteValue(value));
                break;
            case 2:
                string added = Name(random);
                if (!Keys.ContainsKey(added)) Keys[added] = Create(random, 3);
                Keys[added].WriteTo(key.FindOrAdd(added));
                break;
            case 3 when Keys.Count > 0:
                string below = Keys.Keys.ElementAt(random.Next(Keys.Count));
                Keys[below].Change(random, key.Find(below)!);
                break;
            default:
                string set = Name(random);
                Values[set] = Value(random);
                key.SetValue(set, Values[set].Type, Values[set].Data);
                break;
        }
    }

    public void WriteTo(HiveKey key)
    {
        foreach ((string name, (HiveValueType type, byte[] data)) in Values) key.SetValue(name, type, data);
        foreach ((string name, RandomTree subtree) in Keys) subtree.WriteTo(key.FindOrAdd(name));
    }

    public void AssertSame(HiveKey key)
    {
        Assert.Equal(Keys.Keys, key.Subkeys.Select(k => k.Name));
        HiveValue[] values = [.. key.Values];
        Assert.Equal(Values.Keys.Order(StringComparer.Ordinal), values.Select(v => v.Name).Order(StringComparer.Ordinal));
        foreach (HiveValue value in values)
        {
            Assert.Equal(Values[value.Name].Type, value.Type);
            Assert.Equal(Values[value.Name].Data, value.Data);
        }

        foreach ((string name, RandomTree subtree) in Keys) subtree.AssertSame(key.Find(name)!);
    }

    public static string Name(Random random) => new([.. Enumerable.Range(0, random.Next(1, 12)).Select(_ => NameCharacters[random.Next(NameCharacters.Length)]).Prepend('n')]);

    private static (HiveValueType Type, byte[] Data) Value(Random random)
    {
        switch (random.Next(5))
        {
            case 0:
                return (HiveValueType.String, HiveValue.FromText(Name(random)));
            case 1:
                return (HiveValueType.MultiString, HiveValue.FromTexts([Name(random), Name(random)]));
            case 2:
                return (HiveValueType.UInt32, BitConverter.GetBytes(random.Next()));
            default:
                byte[] data = new byte[random.Next(10) == 0 ? random.Next(40_000) : random.Next(40)];
                random.NextBytes(data);
                return (HiveValueType.Binary, data);
        }
    }
}
