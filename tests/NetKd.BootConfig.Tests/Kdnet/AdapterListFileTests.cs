using System.Text;
using NetKd.BootConfig.Kdnet;

namespace NetKd.BootConfig.Tests.Kdnet;

public sealed class AdapterListFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("netkd-nics-");

    [Fact]
    public void Lspci_is_read_with_brackets_in_names_and_details_below()
    {
        TargetMachine machine = AdapterListFile.Parse(
            """
            0000:00:02.0 VGA compatible controller [0300]: Device [1234:1111] (rev 02)
            0000:00:19.0 Ethernet controller [0200]: Intel Corporation I217-LM [Some Board] [8086:153a] (rev 04)
            	Subsystem: Dell Device [1028:05be]
            	Kernel driver in use: e1000e
            0000:03:00.0 Network controller [0280]: Intel Corporation Wireless 7260 [8086:08b2] (rev 73)
            """, "list");
        Assert.True(machine.IsQemu);
        Assert.Collection(
            machine.Adapters,
            wired => Assert.Equal(("0.25.0", "8086:153A", "Intel Corporation I217-LM [Some Board]", true), (wired.Address?.BusParameters, wired.Id.ToString(), wired.Name, wired.IsSupported(null))),
            radio => Assert.Equal((AdapterKind.Wireless, false), (radio.Kind, radio.IsSupported(null))));
    }

    [Fact]
    public void What_powershell_writes_is_read_from_utf16_with_quotes()
    {
        string path = Path.Combine(_folder.FullName, "nics.csv");
        File.WriteAllText(
            path,
            """
            #TYPE Selected.System.Management.Automation.PSCustomObject
            "Name","InterfaceDescription","PnPDeviceID","PhysicalMediaType","Status","SegmentNumber","BusNumber","DeviceNumber","FunctionNumber"
            "Ethernet","Intel(R) ""Gigabit"", I217","PCI\VEN_8086&DEV_153A&SUBSYS_11001AF4&REV_04\3&11583659&0&C8","802.3","Up","0","0","25","0"
            "Wi-Fi","Intel Wireless","PCI\VEN_8086&DEV_08B2&SUBSYS_C2708086&REV_73\4&1","Native 802.11","Up","0","3","0","0"
            "Ethernet 2","Realtek USB GbE","USB\VID_0BDA&PID_8153\1","802.3","Disconnected","","","",""
            "vEthernet","Hyper-V Virtual Ethernet Adapter","ROOT\VMS_MP\0000","Unspecified","Up","","","",""
            """, Encoding.Unicode);
        TargetMachine machine = AdapterListFile.Read(path);
        Assert.True(machine.IsQemu);
        Assert.Equal("Intel(R) \"Gigabit\", I217", machine.Recommend(null)?.Name);
        Assert.Equal("0.25.0", machine.Recommend(null)?.Address?.BusParameters);
        Assert.Equal([AdapterKind.Wired, AdapterKind.Wireless, AdapterKind.Virtual, AdapterKind.Usb], machine.Adapters.Select(adapter => adapter.Kind));
        Assert.False(machine.Adapters[3].IsPluggedIn);
    }

    [Theory]
    [InlineData("""[{"BusParams":"0.25.0","VendorId":"8086","DeviceId":"0x153A","Name":"LAN"}]""")]
    [InlineData("""{"Bus":0,"Device":25,"Function":0,"PnPDeviceID":"PCI\\VEN_8086&DEV_153A\\1","Name":"LAN","Extra":{"a":[1]}}""")]
    [InlineData("busparams,vendorid,deviceid,name\n0.25.0,8086,153a,LAN\n")]
    public void Simple_lists_are_read(string text)
    {
        NetworkAdapter adapter = Assert.Single(AdapterListFile.Parse(text, "list").Adapters);
        Assert.Equal(("0.25.0", "8086:153A", "LAN"), (adapter.Address?.BusParameters, adapter.Id.ToString(), adapter.Name));
        Assert.True(adapter.IsSupported(null));
    }

    [Theory]
    [InlineData("", "list: it is empty")]
    [InlineData("Ethernet is up\n", "list: this is no list of network adapters")]
    [InlineData("00:19.0 Ethernet controller: no ids\n", "list: line 1 has no class and ids")]
    [InlineData("00:19.0 [0200]: [8086:]\n", "list: line 1 has no class and ids")]
    [InlineData("00:19.0 A [0200]: B [8086:153a]\ngarbage\n", "list: line 2 does not begin with a PCI address")]
    [InlineData("[1]", "list: adapter 1 is no JSON object")]
    [InlineData("[{}]", "list: adapter 1 has no BusParams")]
    [InlineData("[{]", "list: damaged JSON at line 1")]
    [InlineData("""[{"BusParams":"0.99.0"}]""", "list: adapter 1: BusParams is decimal")]
    [InlineData("""[{"Bus":"4294967296","Device":0,"Function":0}]""", "list: adapter 1: Bus is 0 to 255")]
    [InlineData("""[{"VendorId":"80861","DeviceId":"1"}]""", "list: adapter 1: VendorId and DeviceId")]
    [InlineData("busparams,name\n0.25.0\n", "list: line 2 has 1 columns, the header 2")]
    [InlineData("busparams,name\n0.25.0,\"LAN\n", "list: line 2 ends within quotes")]
    public void Damaged_lists_are_refused_with_the_place(string text, string message) =>
        Assert.StartsWith(message, Assert.Throws<AdapterListException>(() => AdapterListFile.Parse(text, "list")).Message, StringComparison.Ordinal);

    [Fact]
    public void Lists_are_bounded()
    {
        string path = Path.Combine(_folder.FullName, "long");
        File.WriteAllBytes(path, new byte[AdapterListFile.MaxLength + 1]);
        Assert.Contains("longer than", Assert.Throws<AdapterListException>(() => AdapterListFile.Read(path)).Message, StringComparison.Ordinal);
        string lines = string.Concat(Enumerable.Repeat("00:19.0 A [0200]: B [8086:153a]\n", AdapterListFile.MaxEntries + 1));
        Assert.Contains("more than", Assert.Throws<AdapterListException>(() => AdapterListFile.Parse(lines, "list")).Message, StringComparison.Ordinal);
        string wide = "busparams" + new string(',', 100);
        Assert.Contains("more than 64 columns", Assert.Throws<AdapterListException>(() => AdapterListFile.Parse(wide, "list")).Message, StringComparison.Ordinal);
        Assert.Throws<AdapterListException>(() => AdapterListFile.Read(Path.Combine(_folder.FullName, "missing")));
    }

    [Fact]
    public void Random_changes_give_a_list_or_a_reason()
    {
        const string Good = "0000:00:19.0 Ethernet controller [0200]: Intel [I217] [8086:153a] (rev 04)\n0000:03:00.0 Network controller [0280]: X [8086:08b2]\n";
        Random random = new(20260);
        int refused = 0;
        for (int round = 0; round < 5000; round++)
        {
            char[] text = Good.ToCharArray();
            for (int change = 0; change < 3; change++) text[random.Next(text.Length)] = "[]: .0f\n,\"{"[random.Next(11)];
            try
            {
                Assert.All(AdapterListFile.Parse(new string(text), "list").Adapters, adapter => Assert.True(adapter.Address is null or { Device: < 32, Function: < 8 }));
            }
            catch (AdapterListException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 1, 4999);
    }

    [Fact]
    public void Names_from_outside_reach_a_terminal_without_control_characters()
    {
        NetworkAdapter adapter = AdapterListFile.Parse("00:19.0 A [0200]: B\u001b[31m" + new string('x', 500) + " [8086:153a]", "list").Adapters[0];
        Assert.StartsWith("B?[31mx", adapter.Name, StringComparison.Ordinal);
        Assert.Equal(100, adapter.Name.Length);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
