using System.Text.Json;
using NetKd.BootConfig.Kdnet;

namespace NetKd.Cli.Kdnet;

/// <summary>The report for programs: one JSON object. The fields are in docs/kdnet.md.</summary>
internal static class KdnetJson
{
    public static void Write(KdnetPlan plan, KdnetOptions options, KdnetOutcome? outcome, Stream stream)
    {
        using (Utf8JsonWriter json = new(stream))
        {
            json.WriteStartObject();
            json.WriteString("source", plan.Machine.Source);
            json.WriteStartArray("adapters");
            foreach (NetworkAdapter adapter in plan.Machine.Adapters) Write(json, adapter, options.WindowsBuild);
            json.WriteEndArray();
            json.WriteString("recommended", plan.Recommended?.Address?.BusParameters);
            json.WriteStartArray("warnings");
            foreach (Advice advice in plan.Advice)
            {
                json.WriteStartObject();
                json.WriteString("rule", advice.Rule);
                json.WriteString("message", advice.Message);
                json.WriteString("nextStep", advice.NextStep);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            if (plan.Settings is { } settings) Write(json, settings, outcome);
            json.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
    }

    private static void Write(Utf8JsonWriter json, NetworkAdapter adapter, int? windowsBuild)
    {
        json.WriteStartObject();
        json.WriteString("busparams", adapter.Address?.BusParameters);
        json.WriteString("vendor", adapter.Id is { } vendor ? $"{vendor.Vendor:x4}" : null);
        json.WriteString("device", adapter.Id is { } device ? $"{device.Device:x4}" : null);
        json.WriteString("name", adapter.Name);
        json.WriteString("interface", adapter.Interface);
        json.WriteString("kind", adapter.Kind.ToString());
        if (adapter.IsPluggedIn is { } isPluggedIn) json.WriteBoolean("pluggedIn", isPluggedIn);
        else json.WriteNull("pluggedIn");
        json.WriteBoolean("supported", adapter.IsSupported(windowsBuild));
        json.WriteString("reason", adapter.WhyNotSupported(windowsBuild));
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, KdnetSettings settings, KdnetOutcome? outcome)
    {
        json.WriteBoolean("written", outcome is { ExitCode: ExitCode.Done });
        json.WriteString("host", settings.Host.ToString());
        json.WriteString("busparams", settings.BusParameters);
        if (settings.HasKernelSettings) Session(json, "kernel", settings.Port, outcome?.Key);
        if (settings.HasHypervisorSettings) Session(json, "hypervisor", settings.HypervisorPort, outcome?.HypervisorKey);
        json.WriteStartArray("commands");
        foreach (IReadOnlyList<string> command in settings.Commands()) json.WriteStringValue("bcdedit " + string.Join(' ', command));
        json.WriteEndArray();
    }

    private static void Session(Utf8JsonWriter json, string name, int port, string? key)
    {
        json.WriteStartObject(name);
        json.WriteNumber("port", port);
        json.WriteString("key", key);
        json.WriteEndObject();
    }
}
