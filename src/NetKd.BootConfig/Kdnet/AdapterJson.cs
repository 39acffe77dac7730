using System.Text.Json;

namespace NetKd.BootConfig.Kdnet;

/// <summary>JSON: an array of flat objects, or one object alone, as ConvertTo-Json writes for one adapter.</summary>
internal static class AdapterJson
{
    public static IEnumerable<AdapterFields> Read(string text)
    {
        using JsonDocument document = Parse(text);
        if (document.RootElement.ValueKind == JsonValueKind.Object) return [Fields(document.RootElement, 1)];
        List<AdapterFields> rows = [];
        foreach (JsonElement element in document.RootElement.EnumerateArray())
        {
            if (rows.Count == AdapterListFile.MaxEntries) throw new AdapterListException($"more than {AdapterListFile.MaxEntries} adapters");
            rows.Add(Fields(element, rows.Count + 1));
        }

        return rows;
    }

    private static JsonDocument Parse(string text)
    {
        try
        {
            return JsonDocument.Parse(text);
        }
        catch (JsonException e)
        {
            throw new AdapterListException($"damaged JSON at line {e.LineNumber + 1}");
        }
    }

    private static AdapterFields Fields(JsonElement element, int number)
    {
        string place = $"adapter {number}";
        if (element.ValueKind != JsonValueKind.Object) throw new AdapterListException($"{place} is no JSON object");
        Dictionary<string, string> fields = new(StringComparer.OrdinalIgnoreCase);
        foreach (JsonProperty property in element.EnumerateObject())
        {
            if (property.Value.ValueKind is JsonValueKind.String or JsonValueKind.Number) fields[property.Name] = property.Value.ToString();
        }

        return new AdapterFields(fields, place);
    }
}
