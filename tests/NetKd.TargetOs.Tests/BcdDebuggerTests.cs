using NetKd.TargetOs.Boot;

namespace NetKd.TargetOs.Tests;

/// <summary>The kernel follows the stores that bcdedit writes.</summary>
public sealed class BcdDebuggerTests
{
    [Fact]
    public void Net_settings_are_followed_as_they_were_written()
    {
        using TestStore store = new("/debug on", TestStore.Net);
        BootSettings settings = store.Read();
        Assert.Equal(DebuggerFault.None, settings.Fault);
        Assert.Equal((DebuggerKind.Net, 0xC0A80201u, (ushort)50000), (settings.Kind, settings.HostAddress, settings.Port));
        Assert.Equal((1ul, 2ul, 3ul, 4ul), (settings.Key.Part0, settings.Key.Part1, settings.Key.Part2, settings.Key.Part3));
        Assert.False(settings.NoDhcp || settings.BusParameters.IsGiven || settings.IsIPv6);
    }

    [Fact]
    public void Debug_off_and_a_store_without_it_mean_no_debugger()
    {
        using TestStore store = new(TestStore.Net);
        Assert.Equal(DebuggerFault.Off, store.Read().Fault);
        store.Edit("/debug on");
        Assert.Equal(DebuggerFault.None, store.Read().Fault);
        store.Edit("/debug off");
        Assert.Equal(DebuggerFault.Off, store.Read().Fault);
        Assert.False(store.Read().HasKey);
    }

    [Fact]
    public void Deleted_elements_mean_what_is_documented()
    {
        using TestStore store = new("/debug on", TestStore.Net, "/deletevalue {dbgsettings} port");
        Assert.Equal((DebuggerFault.None, (ushort)5364), (store.Read().Fault, store.Read().Port));
        store.Edit("/deletevalue {dbgsettings} hostip");
        Assert.Equal((DebuggerFault.None, 0u, false), (store.Read().Fault, store.Read().HostAddress, store.Read().IsIPv6));
        store.Edit("/deletevalue {dbgsettings} key");
        Assert.Equal(DebuggerFault.KeyMissing, store.Read().Fault);
    }

    [Fact]
    public void The_way_to_an_address_and_the_adapter_can_be_chosen()
    {
        using TestStore store = new("/debug on", TestStore.Net + " nodhcp", "/set {dbgsettings} busparams 3.25.1");
        BootSettings settings = store.Read();
        Assert.Equal(DebuggerFault.None, settings.Fault);
        Assert.True(settings.NoDhcp && settings.BusParameters.IsGiven);
        Assert.Equal((3, 25, 1), (settings.BusParameters.Bus, settings.BusParameters.Device, settings.BusParameters.Function));
        store.Edit("/set {dbgsettings} busparams 1");
        Assert.Equal(DebuggerFault.BusParameters, store.Read().Fault);
    }

    [Fact]
    public void IPv6_is_used_when_hostip_does_not_say_IPv4()
    {
        using TestStore store = new("/debug on", "/dbgsettings net hostipv6:2001:db8::1 port:50000 key:1.2.3.4");
        BootSettings settings = store.Read();
        Assert.True(settings.IsIPv6);
        Assert.Equal((0x20010DB8_00000000ul, 1ul, 0u), (settings.HostIPv6High, settings.HostIPv6Low, settings.HostAddress));
        store.Edit("/set {dbgsettings} hostip 10.0.0.1");
        Assert.Equal((false, 0x0A000001u), (store.Read().IsIPv6, store.Read().HostAddress));
    }

    [Fact]
    public void Serial_settings_have_the_documented_defaults()
    {
        using TestStore store = new("/debug on", "/dbgsettings serial debugport:2 baudrate:57600");
        BootSettings settings = store.Read();
        Assert.Equal((DebuggerFault.None, DebuggerKind.Serial, (byte)2, 57600u), (settings.Fault, settings.Kind, settings.DebugPort, settings.BaudRate));
        store.Edit("/deletevalue {dbgsettings} debugport", "/deletevalue {dbgsettings} baudrate");
        settings = store.Read();
        Assert.Equal((DebuggerFault.None, (byte)1, 115200u), (settings.Fault, settings.DebugPort, settings.BaudRate));
    }

    [Theory]
    [InlineData("/dbgsettings local")]
    [InlineData("/dbgsettings usb targetname:Here")]
    [InlineData("/dbgsettings 1394 channel:3")]
    public void Other_transports_are_refused(string command)
    {
        using TestStore store = new("/debug on", command);
        Assert.Equal(DebuggerFault.Kind, store.Read().Fault);
    }

    [Fact]
    public void A_loader_overrides_the_settings_of_all()
    {
        using TestStore store = new("/debug on", TestStore.Net, "/set {default} kernelhostip 167772674", "/set {default} kernelport 50007");
        BootSettings settings = store.Read();
        Assert.Equal((0x0A000202u, (ushort)50007), (settings.HostAddress, settings.Port));
        Assert.Equal(4ul, settings.Key.Part3);
    }

    [Fact]
    public void What_a_store_cannot_say_stays()
    {
        using TestStore store = new(TestStore.Net);
        BootSettings settings = BootSettings.Parse("hostip=1.1.1.1\nport=50000\nkey=1.2.3.4\nprotocol=5\ninitialbreak=1"u8);
        BcdDebugger.Read(store.Bytes, ref settings);
        Assert.Equal((DebuggerFault.Off, 0u, false), (settings.Fault, settings.HostAddress, settings.HasKey));
        Assert.Equal(((byte)5, true), (settings.Protocol, settings.InitialBreak));
    }

    [Theory]
    [InlineData("", nameof(DebuggerFault.StoreNoHive))]
    [InlineData("checksum", nameof(DebuggerFault.StoreChecksum))]
    [InlineData("sequence", nameof(DebuggerFault.StoreUnfinished))]
    [InlineData("cut", nameof(DebuggerFault.StoreDamaged))]
    [InlineData("default", nameof(DebuggerFault.NoLoader))]
    public void A_store_that_is_none_is_named(string damage, string fault)
    {
        using TestStore store = new("/debug on", TestStore.Net);
        if (damage == "default") store.Edit("/deletevalue {bootmgr} default", "/deletevalue {bootmgr} displayorder");
        byte[] bytes = store.Bytes;
        if (damage.Length == 0) bytes = [];
        else if (damage == "checksum") bytes[100] ^= 1;
        else if (damage == "sequence")
        {
            // The same bit in the checksum keeps it right.
            bytes[4] ^= 2;
            bytes[508] ^= 2;
        }
        else if (damage == "cut") bytes = bytes[..5000];

        BootSettings settings = TestStore.Read(bytes);
        Assert.Equal(fault, settings.Fault.ToString());
        Assert.False(settings.HasKey);
        Assert.False(DebuggerFaultText.Of(settings.Fault).SequenceEqual("no fault"u8));
    }

    [Fact]
    public void Cut_and_changed_stores_do_no_harm()
    {
        using TestStore store = new("/debug on", TestStore.Net, "/set {dbgsettings} busparams 0.3.0");
        byte[] good = store.Bytes;
        for (int length = 0; length < good.Length; length += 7) Assert.NotEqual(DebuggerFault.None, TestStore.Read(good.AsSpan(0, length)).Fault);

        Random random = new(4);
        int read = 0, refused = 0;
        for (int i = 0; i < 50_000; i++)
        {
            byte[] bytes = [.. good];
            for (int change = 1 + random.Next(8); change > 0; change--)
            {
                // Behind the base block, where no checksum protects; small numbers find counts and sizes.
                int at = random.Next(HiveReader.BaseBlockSize, bytes.Length);
                bytes[at] = random.Next(2) == 0 ? (byte)random.Next(256) : (byte)(bytes[at] ^ (1 << random.Next(8)));
            }

            if (TestStore.Read(bytes).Fault == DebuggerFault.None) read++;
            else refused++;
        }

        Assert.True(read > 1000 && refused > 1000, $"{read} read, {refused} refused");
    }

    [Fact]
    public void A_list_that_leads_back_to_itself_ends()
    {
        using TestStore store = new(
            "/deletevalue {bootloadersettings} inherit",
            "/set {bootloadersettings} inherit {bootloadersettings} {bootloadersettings} {globalsettings}",
            "/debug on",
            TestStore.Net);
        Assert.Equal(DebuggerFault.None, store.Read().Fault);
    }
}
