using NetKd.BootConfig.Bcd;
using NetKd.BootConfig.Hives;
using NetKd.BootConfig.Language;

namespace NetKd.BootConfig.Tests.Language;

/// <summary>The other commands: what they change, show and refuse.</summary>
public sealed class CommandTests : IDisposable
{
    private readonly StoreScope _store = new();

    public void Dispose() => _store.Dispose();

    [Theory]
    [InlineData("/debug on", WellKnown.Debug, true)]
    [InlineData("-DEBUG {default} OFF", WellKnown.Debug, false)]
    [InlineData("/debug {current} 1", WellKnown.Debug, true)]
    [InlineData("/bootdebug yes", WellKnown.BootDebug, true)]
    [InlineData("/event true", WellKnown.Event, true)]
    [InlineData("/ems 0", WellKnown.Ems, false)]
    public void Switches_write_their_element(string line, uint element, bool isOn)
    {
        Assert.Equal("The operation completed successfully.\n", _store.Do(line));
        Assert.Equal(new BcdValue.Boolean(isOn), Loader().Get(element));
    }

    [Fact]
    public void Switches_of_the_boot_manager()
    {
        _store.Do("/bootdebug {bootmgr} on");
        _store.Do("/ems {bootmgr} on");
        BcdObject manager = _store.Store.Find(BcdAlias.BootManager.Id)!;
        Assert.Equal(new BcdValue.Boolean(true), manager.Get(WellKnown.BootDebug));
        Assert.Equal(new BcdValue.Boolean(true), manager.Get(WellKnown.BootEms));
        _store.Try("/debug {bootmgr} on", out int exitCode);
        Assert.Equal(1, exitCode);
    }

    [Theory]
    [InlineData("nx AlwaysOff", "nx                      AlwaysOff")]
    [InlineData("nx 3", "nx                      AlwaysOn")]
    [InlineData("bootmenupolicy legacy", "bootmenupolicy          Legacy")]
    [InlineData("bootstatuspolicy IgnoreAllFailures", "bootstatuspolicy        IgnoreAllFailures")]
    [InlineData("hypervisorlaunchtype auto", "hypervisorlaunchtype    Auto")]
    [InlineData("testsigning on", "testsigning             Yes")]
    [InlineData("loadoptions NO_KDNIC other", "loadoptions             NO_KDNIC other")]
    [InlineData("kerneldebugtype net", "kerneldebugtype         NET")]
    [InlineData("kernelhostip 3232236033", "kernelhostip            192.168.2.1")]
    [InlineData("kernelport 50005", "kernelport              50005")]
    [InlineData("truncatememory 0x10000000", "truncatememory          0x10000000")]
    [InlineData("numproc 2", "numproc                 2")]
    [InlineData("allowedinmemorysettings 0x15000075 1", "allowedinmemorysettings 0x15000075\n                        0x1")]
    [InlineData("osdevice gpt={11111111-2222-3333-4444-555555555555},{66666666-7777-8888-9999-aaaaaaaaaaaa}", "osdevice                gpt={11111111-2222-3333-4444-555555555555},{66666666-7777-8888-9999-aaaaaaaaaaaa}")]
    [InlineData("device mbr=1234abcd,0x100000", "device                  mbr=0x1234abcd,0x100000")]
    [InlineData("custom:0x260000a0 on", "debug                   Yes")]
    [InlineData("custom:25000999 7", "custom:25000999         0x7")]
    [InlineData("recoverysequence {memdiag} {ntldr}", "recoverysequence        {memdiag}\n                        {ntldr}")]
    public void Set_values_are_listed(string assignment, string shown)
    {
        _store.Do($"/set {assignment}");
        Assert.Contains($"\n{shown}\n", _store.Do("/enum {default}"), StringComparison.Ordinal);
        _store.Do($"/deletevalue {{default}} {assignment.Split(' ')[0]}");
        Assert.DoesNotContain($"\n{shown}\n", _store.Do("/enum {default}"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/set nosuchelement 1", 2, "not recognized, or does not apply")]
    [InlineData("/set custom:0x99 1", 2, "not recognized, or does not apply")]
    [InlineData("/set timeout 3", 2, "not recognized, or does not apply")]
    [InlineData("/set nx sometimes", 2, "OptIn, OptOut, AlwaysOff, AlwaysOn")]
    [InlineData("/set nx 4", 2, "OptIn, OptOut, AlwaysOff, AlwaysOn")]
    [InlineData("/set debug maybe", 2, "Yes is 1, ON, YES or TRUE")]
    [InlineData("/set debug", 2, "The set command specified is not valid.")]
    [InlineData("/set osdevice partition=C:", 2, "no drive letters")]
    [InlineData("/set {nosuchname} debug on", 2, "The specified entry identifier is not valid.")]
    [InlineData("/set {11111111-2222-3333-4444-555555555555} debug on", 1, "Element not found.")]
    [InlineData("/deletevalue winpe", 1, "Element not found.")]
    [InlineData("/delete {bootmgr}", 1, "Add /f")]
    [InlineData("/delete {11111111-2222-3333-4444-555555555555}", 1, "Element not found.")]
    [InlineData("/create {bootmgr}", 1, "already exists")]
    [InlineData("/create", 2, "/application")]
    [InlineData("/create {current}", 2, "identifier is not valid")]
    [InlineData("/timeout soon", 2, "0 to 999")]
    [InlineData("/enum everything", 2, "OSLOADER")]
    [InlineData("/copy {default}", 2, "/d DESCRIPTION")]
    [InlineData("/frobnicate", 2, "is no command")]
    public void What_cannot_be_done_says_why_and_changes_nothing(string line, int expected, string reason)
    {
        byte[] before = File.ReadAllBytes(_store.Path);
        Assert.Equal("", _store.Try(line, out int exitCode));
        Assert.Equal(expected, exitCode);
        Assert.Contains(reason, _store.Errors, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(_store.Path));
    }

    [Fact]
    public void The_boot_menu_is_listed_in_its_order()
    {
        string output = _store.Do("/copy {default} /d Second");
        string id = output[output.IndexOf('{', StringComparison.Ordinal)..output.IndexOf('.', StringComparison.Ordinal)];
        Assert.Equal($"The entry was successfully copied to {id}.\n", output);
        string listing = _store.Do("/enum");
        Assert.StartsWith("\nWindows Boot Manager\n--------------------\nidentifier              {bootmgr}\n", listing, StringComparison.Ordinal);
        Assert.Contains($"\ndisplayorder            {{default}}\n                        {id}\n", listing, StringComparison.Ordinal);
        Assert.Contains("\n\nWindows Boot Loader\n-------------------\nidentifier              {default}\n", listing, StringComparison.Ordinal);
        Assert.Contains($"\nidentifier              {id}\n", listing, StringComparison.Ordinal);

        _store.Do($"/displayorder {id} /addfirst");
        _store.Do($"/default {id}");
        listing = _store.Do("/enum");
        Assert.True(listing.IndexOf("description             Second", StringComparison.Ordinal) < listing.IndexOf("description             Target", StringComparison.Ordinal));
        _store.Do($"/delete {id}");
        listing = _store.Do("/enum");
        Assert.DoesNotContain(id, listing, StringComparison.Ordinal);
        Assert.DoesNotContain("default  ", listing, StringComparison.Ordinal);
        Assert.Null(_store.Store.DefaultId);
    }

    [Theory]
    [InlineData("ACTIVE", "Windows Boot Manager,Windows Boot Loader")]
    [InlineData("bootmgr", "Windows Boot Manager")]
    [InlineData("OSLOADER", "Windows Boot Loader")]
    [InlineData("RESUME", "Resume from Hibernate")]
    [InlineData("BOOTAPP", "Windows Boot Manager,Windows Boot Loader,Resume from Hibernate,Windows Memory Tester")]
    [InlineData("INHERIT", "Debugger Settings,EMS Settings,RAM Defects,Global Settings,Boot Loader Settings,Hypervisor Settings,Resume Loader Settings")]
    [InlineData("FIRMWARE", "Firmware Boot Manager")]
    public void Kinds_of_entries(string kind, string titles)
    {
        _store.Do("/create /d Resume /application resume");
        _store.Do("/create {memdiag}");
        _store.Do("/create {fwbootmgr}");
        string[] lines = _store.Do($"/enum {kind}").Split('\n');
        string[] found = [.. lines.Index().Where(line => line.Item.StartsWith("---", StringComparison.Ordinal)).Select(line => lines[line.Index - 1])];
        Assert.Equal(titles.Split(',').Order(), found.Order());
        Assert.All(lines.Index().Where(line => line.Item.StartsWith("---", StringComparison.Ordinal)), line => Assert.Equal(lines[line.Index - 1].Length, line.Item.Length));
    }

    [Fact]
    public void Verbose_listings_show_identifiers_in_full()
    {
        string listing = _store.Do("/enum all /v");
        Assert.Contains("identifier              {9dea862c-5cdd-4e70-acc1-f32b344d4795}", listing, StringComparison.Ordinal);
        Assert.DoesNotContain("{default}", listing, StringComparison.Ordinal);
        Assert.DoesNotContain("{globalsettings}", listing, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_store_is_filled_by_commands()
    {
        using StoreScope empty = new(isMade: false);
        empty.Run("/createstore", empty.Path);
        Assert.Equal("There are no matching objects or the store is empty.\n", empty.Do("/enum all"));
        empty.Try("/debug on", out int exitCode);
        Assert.Equal(1, exitCode);
        Assert.Contains("/application osloader", empty.Errors, StringComparison.Ordinal);
        Assert.Equal("The entry {bootmgr} was successfully created.\n", empty.Do("/create {bootmgr}"));
        string created = empty.Do("/create /d Mine /application osloader");
        string id = created["The entry ".Length..created.IndexOf(" was", StringComparison.Ordinal)];
        empty.Do("/debug on");
        empty.Do($"/displayorder {id} /addlast");
        empty.Do("/timeout 5");
        empty.Do("/dbgsettings net hostip:10.0.0.1 port:50000");
        Assert.Contains("timeout                 5\n", empty.Do("/enum"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_store_has_the_layout_that_Windows_loads()
    {
        _store.Do("/debug on");
        HiveKey root = HiveFile.Open(_store.Path).Root;
        Assert.Equal(["Description", "Objects"], root.Subkeys.Select(key => key.Name));
        Assert.Equal("BCD00000000", root.Find("Description")!.Value("KeyName")!.Text);
        HiveKey manager = root.Find("Objects")!.Find("{9dea862c-5cdd-4e70-acc1-f32b344d4795}")!;
        Assert.Equal(0x10100002, BitConverter.ToInt32(manager.Find("Description")!.Value("Type")!.Data));
        HiveKey loader = root.Find("Objects")!.Find(_store.Store.DefaultId!.Value.ToString("B"))!;
        HiveValue debug = loader.Find("Elements")!.Find("260000a0")!.Value("Element")!;
        Assert.Equal(HiveValueType.Binary, debug.Type);
        Assert.Equal(new byte[] { 1 }, debug.Data);
        HiveValue nx = loader.Find("Elements")!.Find("25000020")!.Value("Element")!;
        Assert.Equal(HiveValueType.Binary, nx.Type);
        Assert.Equal(new byte[8], nx.Data);
        HiveValue order = manager.Find("Elements")!.Find("24000001")!.Value("Element")!;
        Assert.Equal((HiveValueType.MultiString, 1), (order.Type, order.Texts.Length));
        Assert.Equal(16 + 0x48, loader.Find("Elements")!.Find("21000001")!.Value("Element")!.Data.Length);
    }

    [Fact]
    public void A_store_goes_out_and_comes_back()
    {
        string copy = _store.FileNamed("copy");
        _store.Do($"/export {copy}");
        _store.Do("/timeout 9");
        _store.Do($"/import {copy}");
        Assert.Contains("timeout                 30\n", _store.Do("/enum"), StringComparison.Ordinal);
        Assert.Equal(9UL, BcdStore.Open(HiveFile.Open(_store.Path + ".bak")).Find(BcdAlias.BootManager.Id)!.GetInteger(WellKnown.Timeout));
        _store.Try($"/import {_store.FileNamed("missing")}", out int exitCode);
        Assert.Equal(1, exitCode);
    }

    [Fact]
    public void Advice_names_Secure_Boot_and_BitLocker_where_they_look()
    {
        _store.Do("/debug on");
        Assert.Contains("Secure Boot and BitLocker", _store.Errors, StringComparison.Ordinal);
        _store.Do("/dbgsettings serial");
        Assert.Equal("", _store.Errors);
        _store.Do("/set loadoptions NO_KDNIC");
        Assert.Contains("Secure Boot and BitLocker", _store.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_store_the_system_does_the_work_or_there_is_none()
    {
        StringWriter output = new();
        StringWriter errors = new();
        Assert.Equal(2, BcdEdit.Run(["/enum"], output, errors, new BcdEditEnvironment { SystemBcdEdit = null }));
        Assert.Contains("/store FILE", errors.ToString(), StringComparison.Ordinal);
        IReadOnlyList<string>? passed = null;
        BcdEditEnvironment windows = new() { SystemBcdEdit = (arguments, _, _) => (passed = arguments).Count };
        Assert.Equal(3, BcdEdit.Run(["/set", "debug", "on"], output, errors, windows));
        Assert.Equal(["/set", "debug", "on"], passed);
        // What only the system knows is its own business; help and new files are ours.
        Assert.Equal(1, BcdEdit.Run(["/sysstore"], output, errors, windows));
        Assert.Equal(0, BcdEdit.Run(["/?"], output, errors, windows));
        Assert.Equal(["/sysstore"], passed);
    }

    [Fact]
    public void Damaged_and_missing_stores_are_named_with_the_reason()
    {
        File.WriteAllText(_store.Path, "no hive");
        _store.Try("/enum", out int exitCode);
        Assert.Equal(1, exitCode);
        Assert.StartsWith("The boot configuration data store could not be opened.\n", _store.Errors, StringComparison.Ordinal);
        Assert.Contains("file offset", _store.Errors, StringComparison.Ordinal);
        File.Delete(_store.Path);
        _store.Try("/enum", out exitCode);
        Assert.Equal(1, exitCode);
        Assert.Contains("cannot find the file", _store.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Texts_from_a_store_cannot_steer_the_terminal()
    {
        BcdStore store = _store.Store;
        store.Find(store.DefaultId!.Value)!.Set(WellKnown.Description, new BcdValue.String("\u001b[2Jgone\u0007"));
        HiveFile.Save(store.Hive, _store.Path);
        Assert.Contains("description             ?[2Jgone?\n", _store.Do("/enum"), StringComparison.Ordinal);
    }

    [Fact]
    public void Commands_on_damaged_stores_end_with_an_exit_code()
    {
        byte[] whole = File.ReadAllBytes(_store.Path);
        string[] lines = ["/enum all", "/debug on", "/dbgsettings net hostip:10.0.0.1 port:50000", "/copy {default} /d x"];
        for (int seed = 0; seed < 300; seed++)
        {
            Random random = new(seed);
            byte[] damaged = (byte[])whole.Clone();
            for (int i = random.Next(1, 8); i > 0; i--)
            {
                int at = 4096 + random.Next(whole.Length - 4096);
                while (whole[at] == 0) at = 4096 + random.Next(whole.Length - 4096);
                damaged[at] = (byte)random.Next(256);
            }

            File.WriteAllBytes(_store.Path, damaged);
            _store.Try(lines[seed % lines.Length], out int exitCode);
            Assert.InRange(exitCode, 0, 1);
        }
    }

    [Fact]
    public void Every_command_has_help()
    {
        string list = _store.Do("/?");
        foreach (string name in BootConfig.Language.Commands.CommandTable.Names)
        {
            Assert.Contains($"\n/{name} ", list, StringComparison.Ordinal);
            Assert.Contains($"/{name}", _store.Do($"/? /{name}"), StringComparison.Ordinal);
        }

        Assert.Contains("{dbgsettings}", _store.Do("/? id"), StringComparison.Ordinal);
        Assert.Contains("0x260000a0", _store.Do("/? types"), StringComparison.Ordinal);
    }

    private BcdObject Loader() => _store.Store.Find(_store.Store.DefaultId!.Value)!;
}
