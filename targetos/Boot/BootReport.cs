using NetKd.TargetOs.Debugger;
using NetKd.TargetOs.Devices;

namespace NetKd.TargetOs.Boot;

/// <summary>The console's lines on what was read and decided. Never the key.</summary>
internal static class BootReport
{
    /// <summary>Tells where the settings come from and which debugger they mean, or why there is none.</summary>
    public static void Settings(in BootSettings settings)
    {
        if (settings.UnknownLines != 0) Log.Line("\\netkd.ini has lines that are not understood"u8);
        Log.Line(settings.FromStore ? "settings from \\EFI\\Microsoft\\Boot\\BCD"u8 : "settings from \\netkd.ini"u8);
        if (settings.Fault != DebuggerFault.None)
        {
            Log.Begin("no debugger: "u8);
            Log.Write(DebuggerFaultText.Of(settings.Fault));
            Log.End();
            return;
        }

        if (settings.IsSerial) return;
        if (settings.HostAddress != 0)
        {
            Log.Begin("debugger "u8);
            Log.IPv4(settings.HostAddress);
        }
        else if (settings.IsIPv6)
        {
            Log.Begin("debugger "u8);
            Log.IPv6(settings.HostIPv6High, settings.HostIPv6Low);
        }
        else
        {
            Log.Begin("no hostip: the debugger must come here (target=);"u8);
        }

        Log.Write(" port "u8);
        Log.Decimal(settings.Port);
        Log.Write(" protocol "u8);
        Log.Decimal(settings.Protocol);
        Log.End();
    }

    /// <summary>Tells which adapter is in use.</summary>
    public static void Adapter(PciFunction function, NetworkAdapter adapter)
    {
        Log.Begin("adapter "u8);
        Log.Hex(function.Identity & 0xFFFF, 4);
        Log.Write(":"u8);
        Log.Hex(function.Identity >> 16, 4);
        Log.Write(" at busparams "u8);
        Log.Decimal(function.Bus);
        Log.Write("."u8);
        Log.Decimal(function.Device);
        Log.Write("."u8);
        Log.Decimal(function.Function);
        Log.Write(" address "u8);
        Log.Hardware(adapter.HardwareAddress);
        Log.End();
    }
}
