using System.Text.Json;

namespace NetKd.Cli.Doctor;

/// <summary>
/// Reads <c>nft -j list ruleset</c> (libnftables-json(5)). It does not run the rules: it looks for input chains that drop by default, and for
/// a rule of the same table that accepts the UDP port. Legacy iptables rules are not in it.
/// </summary>
internal static class NftablesReader
{
    /// <summary>What nftables does with a UDP port; null when it is not installed.</summary>
    public static FirewallState? Read(ToolRunner run, int port)
    {
        if (run("nft", "-j", "list", "ruleset") is not { } tool) return null;
        string remedy = $"accept \"udp dport {port}\" in the input chain, for example: nft insert rule FAMILY TABLE CHAIN udp dport {port} accept";
        if (tool.ExitCode != 0) return new FirewallState("nftables", FirewallVerdict.Unreadable, "nft shows the rules to root only", remedy);
        try
        {
            using JsonDocument document = JsonDocument.Parse(tool.Output);
            return Judge([.. document.RootElement.GetProperty("nftables").EnumerateArray()], port, remedy);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return new FirewallState("nftables", FirewallVerdict.Unreadable, "nft printed something that is not its documented JSON", remedy);
        }
    }

    private static FirewallState Judge(List<JsonElement> objects, int port, string remedy)
    {
        List<JsonElement> rules = [.. objects.Where(o => o.TryGetProperty("rule", out _)).Select(o => o.GetProperty("rule"))];
        bool dropsSomewhere = false;
        foreach (JsonElement item in objects)
        {
            if (!item.TryGetProperty("chain", out JsonElement chain) || Text(chain, "hook") != "input") continue;
            string name = $"{Text(chain, "family")} {Text(chain, "table")} {Text(chain, "name")}";
            List<JsonElement> ofTable = [.. rules.Where(rule => Text(rule, "table") == Text(chain, "table") && Text(rule, "family") == Text(chain, "family"))];
            bool drops = Text(chain, "policy") == "drop" || ofTable.Any(rule => Text(rule, "chain") == Text(chain, "name") && DropsAll(rule));
            JsonElement decisive = ofTable.FirstOrDefault(rule => MatchesPort(rule, port));
            bool accepts = decisive.ValueKind == JsonValueKind.Object && Has(decisive, "accept");
            bool refuses = decisive.ValueKind == JsonValueKind.Object && (Has(decisive, "drop") || Has(decisive, "reject"));
            // Every base chain has to let a datagram pass (nft(8), "accept" ends one base chain only).
            if (refuses || (drops && !accepts))
                return new FirewallState("nftables", FirewallVerdict.Blocks, refuses ? $"a rule of {name} refuses the port" : $"chain {name} drops by default, and no rule accepts the port", remedy);
            dropsSomewhere |= drops;
        }

        return new FirewallState("nftables", FirewallVerdict.Allows, dropsSomewhere ? "a rule accepts the port" : "no input chain drops by default", "");
    }

    private static bool DropsAll(JsonElement rule) => Expressions(rule).All(e => !e.TryGetProperty("match", out _)) && (Has(rule, "drop") || Has(rule, "reject"));

    private static bool Has(JsonElement rule, string verdict) => Expressions(rule).Any(e => e.TryGetProperty(verdict, out _));

    private static bool MatchesPort(JsonElement rule, int port) => Expressions(rule).Any(e =>
        e.TryGetProperty("match", out JsonElement match)
        && Text(match, "op") is "==" or "in"
        && match.GetProperty("left") is { ValueKind: JsonValueKind.Object } left
        && left.TryGetProperty("payload", out JsonElement payload)
        && Text(payload, "protocol") is "udp" or "th"
        && Text(payload, "field") == "dport"
        && Covers(match.GetProperty("right"), port));

    // A number, {"range": [a, b]}, or {"set": [of these]}.
    private static bool Covers(JsonElement right, int port)
    {
        if (right.ValueKind == JsonValueKind.Number) return right.TryGetInt32(out int number) && number == port;
        if (right.ValueKind != JsonValueKind.Object) return false;
        if (right.TryGetProperty("range", out JsonElement range) && range.GetArrayLength() == 2)
            return range[0].TryGetInt32(out int first) && range[1].TryGetInt32(out int last) && first <= port && port <= last;
        return right.TryGetProperty("set", out JsonElement set) && set.ValueKind == JsonValueKind.Array && set.EnumerateArray().Any(element => Covers(element, port));
    }

    private static IEnumerable<JsonElement> Expressions(JsonElement rule) =>
        rule.TryGetProperty("expr", out JsonElement expressions) ? expressions.EnumerateArray().Where(e => e.ValueKind == JsonValueKind.Object) : [];

    private static string Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
