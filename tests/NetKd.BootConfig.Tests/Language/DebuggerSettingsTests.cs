using NetKd.BootConfig.Bcd;
using NetKd.Protocol.Net;

namespace NetKd.BootConfig.Tests.Language;

/// <summary><c>/dbgsettings</c> and <c>/hypervisorsettings</c>: command lines, and what they show and leave in the store.</summary>
public sealed class DebuggerSettingsTests : IDisposable
{
    private const string Success = "The operation completed successfully.\n";

    private readonly StoreScope _store = new();

    public void Dispose() => _store.Dispose();

    [Theory]
    [InlineData(
        "net hostip:10.125.4.86 port:50000 key:1.2.3.4",
        "key 1.2.3.4;debugtype NET;hostip 10.125.4.86;port 50000;dhcp Yes")]
    [InlineData(
        "NET HOSTIP=192.168.1.9 PORT=49152 KEY=3w5e11264sgsf.0.0.1 NODHCP BUSPARAMS=0.25.0 /START DISABLE /NOUMEX",
        "busparams 0.25.0;key 3w5e11264sgsf.0.0.1;debugtype NET;debugstart Disable;hostip 192.168.1.9;port 49152;noumex Yes;dhcp No")]
    [InlineData("net hostipv6:2001:db8::1 port:65535 key:1.2.3.4 -start autoenable", "key 1.2.3.4;hostipv6 2001:db8::1;debugtype NET;debugstart AutoEnable;port 65535;dhcp Yes")]
    [InlineData("serial", "debugtype Serial;debugport 1;baudrate 115200")]
    [InlineData("serial debugport:2 baudrate:9600", "debugtype Serial;debugport 2;baudrate 9600")]
    [InlineData("usb targetname:My-Target_1", "targetname My-Target_1;debugtype USB")]
    [InlineData("1394", "debugtype 1394;channel 0")]
    [InlineData("1394 channel:62", "debugtype 1394;channel 62")]
    [InlineData("local", "debugtype Local")]
    public void What_was_set_is_shown_in_columns(string parameters, string shown)
    {
        Assert.Equal(Success, _store.Do($"/dbgsettings {parameters}"));
        Assert.Equal(Columns(shown) + Success, _store.Do("-DbgSettings"));
    }

    [Theory]
    [InlineData("net port:50000", "hostip:W.X.Y.Z")]
    [InlineData("net hostip:10.0.0.1", "49152 to 65535")]
    [InlineData("net hostip:10.0.0.1 port:49151", "49152 to 65535")]
    [InlineData("net hostip:10.0.0.1 port:65536", "49152 to 65535")]
    [InlineData("net hostip:10.0.1 port:50000", "joined with dots")]
    [InlineData("net hostip:010.0.0.1 port:50000", "joined with dots")]
    [InlineData("net hostip:0.0.0.0 port:50000", "joined with dots")]
    [InlineData("net hostip:host port:50000", "joined with dots")]
    [InlineData("net hostipv6:2001:48:d8:2f:5e:c0:42:28:4f5b port:50000", "IPv6")]
    [InlineData("net hostip:10.0.0.1 hostipv6:::1 port:50000", "exclude each other")]
    [InlineData("net hostip:10.0.0.1 port:50000 key:1.2.3", "key has 3 parts")]
    [InlineData("net hostip:10.0.0.1 port:50000 key:1.2.3.4 newkey", "exclude each other")]
    [InlineData("net hostip:10.0.0.1 port:50000 port:50001", "twice")]
    [InlineData("net hostip:10.0.0.1 port:50000 baudrate:9600", "NET takes")]
    [InlineData("net hostip:10.0.0.1 port:50000 busparams:0.32.0", "BUS.DEVICE.FUNCTION")]
    [InlineData("net hostip:10.0.0.1 port:50000 /start LATER", "ACTIVE, AUTOENABLE or DISABLE")]
    [InlineData("serial debugport:0", "1 to 255")]
    [InlineData("serial baudrate:14400", "9600, 19200")]
    [InlineData("usb", "targetname")]
    [InlineData("usb targetname:MyDebugTarget", "does not contain")]
    [InlineData("usb targetname:abcdefghijklmnopqrstuvwxy", "1 to 24")]
    [InlineData("1394 channel:63", "0 to 62")]
    [InlineData("local port:50000", "takes no parameters")]
    [InlineData("wifi", "NET, SERIAL, USB, 1394 or LOCAL")]
    public void What_is_outside_of_the_documented_ranges_is_refused_with_what_is_allowed(string parameters, string allowed)
    {
        byte[] before = File.ReadAllBytes(_store.Path);
        Assert.Equal("", _store.Try($"/dbgsettings {parameters}", out int exitCode));
        Assert.Equal(2, exitCode);
        Assert.Contains(allowed, _store.Errors, StringComparison.Ordinal);
        Assert.EndsWith("Run \"bcdedit /?\" for command line assistance.\nThe parameter is incorrect.\n", _store.Errors, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(_store.Path));
    }

    [Fact]
    public void A_key_is_made_once_and_kept_until_a_new_one_is_asked_for()
    {
        string first = Key(_store.Do("/dbgsettings net hostip:10.0.0.1 port:50000"));
        Assert.Equal(Success, _store.Do("/dbgsettings net hostip:10.0.0.2 port:50001"));
        Assert.Equal(first, DebuggerSettings().GetString(WellKnown.Key));
        Assert.NotEqual(first, Key(_store.Do("/dbgsettings net hostip:10.0.0.2 port:50001 newkey")));
        Assert.NotEqual(first, DebuggerSettings().GetString(WellKnown.Key));
    }

    [Fact]
    public void An_address_of_one_family_takes_the_place_of_the_other()
    {
        _store.Do("/dbgsettings net hostip:10.0.0.1 port:50000");
        _store.Do("/dbgsettings net hostipv6:fe80::1 port:50000");
        Assert.Null(DebuggerSettings().Get(WellKnown.HostIP));
        _store.Do("/dbgsettings net hostip:10.0.0.1 port:50000");
        Assert.Null(DebuggerSettings().Get(WellKnown.HostIPv6));
        // The address is a number, first byte highest.
        Assert.Equal(0x0A000001UL, DebuggerSettings().GetInteger(WellKnown.HostIP));
    }

    [Fact]
    public void A_key_is_repeated_by_no_error()
    {
        _store.Try("/dbgsettings net hostip:10.0.0.1 port:50000 key:secretsecret.secretsecret.!", out _);
        Assert.DoesNotContain("secret", _store.Errors, StringComparison.Ordinal);
        _store.Try("/dbgsettings net hostip:10.0.0.1 port:50000 kye:secretsecret.1.2.3", out _);
        Assert.DoesNotContain("secret", _store.Errors, StringComparison.Ordinal);
        _store.Try("/set {dbgsettings} key secretsecret.secretsecret", out _);
        Assert.DoesNotContain("secret", _store.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("net hostip:10.0.0.1 port:50001 key:1.2.3.4 busparams:1.0.0", "hypervisorbusparams 1.0.0;hypervisorusekey 1.2.3.4;hypervisordebugtype Net;hypervisorhostip 10.0.0.1;hypervisorhostport 50001;hypervisordhcp Yes")]
    [InlineData("serial debugport:1 baudrate:115200", "hypervisordebugtype Serial;hypervisordebugport 1;hypervisorbaudrate 115200")]
    [InlineData("1394 channel:5", "hypervisordebugtype 1394;hypervisorchannel 5")]
    public void The_hypervisor_has_settings_of_its_own(string parameters, string shown)
    {
        _store.Do($"/hypervisorsettings {parameters}");
        Assert.Equal(Columns(shown) + Success, _store.Do("/hypervisorsettings"));
        // Net is 2 here and 3 for the kernel.
        if (shown.Contains("Net", StringComparison.Ordinal)) Assert.Equal(2UL, _store.Store.Find(BcdAlias.HypervisorSettings.Id)!.GetInteger(WellKnown.HypervisorDebugType));
    }

    [Theory]
    [InlineData("EMSPORT:2 EMSBAUDRATE:115200", "emsport 2;emsbaudrate 115200;bootems No")]
    [InlineData("emsport:1", "emsport 1;emsbaudrate 9600;bootems No")]
    [InlineData("BIOS", "bootems No")]
    public void Ems_settings(string parameters, string shown)
    {
        _store.Do($"/emssettings {parameters}");
        Assert.Equal(Columns(shown) + Success, _store.Do("/emssettings"));
    }

    private static string Key(string output)
    {
        string[] lines = output.Split('\n');
        Assert.StartsWith("Key=", lines[0], StringComparison.Ordinal);
        Assert.Equal(Success.TrimEnd(), lines[1]);
        Assert.Equal(KeyTextFault.None, KeyText.TryParse(lines[0].AsSpan("Key=".Length), out _, out _));
        return lines[0]["Key=".Length..];
    }

    private static string Columns(string shown) =>
        string.Concat(shown.Split(';').Select(line => line.Split(' ', 2)).Select(pair => pair[0].PadRight(24) + pair[1] + "\n"));

    private BcdObject DebuggerSettings() => _store.Store.Find(BcdAlias.DebuggerSettings.Id)!;
}
