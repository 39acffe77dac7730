using NetKd.Gdb.Tests;
using NetKd.InProcess.Exdi;
using NetKd.Target.Bridge;
using NetKd.Transport;

namespace NetKd.InProcess.Tests;

/// <summary>The forms of kd's -kx, ours and the documented one with its XML file.</summary>
public sealed class ExdiOptionsTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Theory]
    [InlineData("exdi:gdb=127.0.0.1:1234", "127.0.0.1", 1234, true, null)]
    [InlineData("EXDI:GDB=qemu.lab:4321,Kd=Guess", "qemu.lab", 4321, true, null)]
    [InlineData("gdb=[::1]:1234,kd=off,arch=amd64", "::1", 1234, false, GuestArchitecture.Amd64)]
    [InlineData("gdb=127.0.0.1:1234,arch=ARM64", "127.0.0.1", 1234, true, GuestArchitecture.Arm64)]
    [InlineData("gdb=127.0.0.1:1234,arch=x86", "127.0.0.1", 1234, true, GuestArchitecture.X86)]
    public void The_short_form_names_the_stub(string text, string host, int port, bool guesses, GuestArchitecture? architecture) =>
        Assert.Equal(new ExdiOptions(host, port, guesses) { Architecture = architecture }, ExdiOptions.Parse(text, _ => null));

    [Fact]
    public void The_documented_form_takes_the_address_from_its_file()
    {
        File.WriteAllText(_file, """
            <ExdiTargets CurrentTarget="QEMU">
              <ExdiTarget Name="VMWare"><ExdiGdbServerConfigData><GdbServerConnectionParameters><Value HostNameAndPort="LocalHost:8864"></Value></GdbServerConnectionParameters></ExdiGdbServerConfigData></ExdiTarget>
              <ExdiTarget Name="QEMU"><ExdiGdbServerConfigData><GdbServerConnectionParameters><Value HostNameAndPort="LocalHost:1234"></Value></GdbServerConnectionParameters></ExdiGdbServerConfigData></ExdiTarget>
            </ExdiTargets>
            """);
        Assert.Equal(
            new ExdiOptions("LocalHost", 1234, true),
            ExdiOptions.Parse("exdi:CLSID={29f9906e-9dbe-4d4b-b0fb-6acf7fb6d014},Kd=Guess,InProc=ExdiGdbSrv.dll,DataBreaks=Exdi", name => name == ExdiOptions.ConfigurationVariable ? _file : null));
    }

    [Theory]
    [InlineData("exdi:", "needs the stub's address")]
    [InlineData("exdi:gdb=127.0.0.1", "HOST:PORT")]
    [InlineData("exdi:gdb=:1234", "HOST:PORT")]
    [InlineData("exdi:gdb=127.0.0.1:70000", "HOST:PORT")]
    [InlineData("exdi:gdb=127.0.0.1:1234,kd=maybe", "guess or off")]
    [InlineData("exdi:gdb=127.0.0.1:1234,arch=mips", "amd64")]
    [InlineData("exdi:gdb=127.0.0.1:1234,speed=9", "speed is not an option")]
    [InlineData("exdi:CLSID={00000000-0000-0000-0000-000000000000}", "only Windows could load")]
    [InlineData("exdi:CLSID={29f9906e-9dbe-4d4b-b0fb-6acf7fb6d014}", "EXDI_GDBSRV_XML_CONFIG_FILE")]
    public void What_is_wrong_is_told_with_what_is_allowed(string text, string reason) =>
        Assert.Contains(reason, Assert.Throws<ConnectionStringException>(() => ExdiOptions.Parse(text, _ => null)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("<ExdiTargets")]
    [InlineData("<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><ExdiTargets>&e;</ExdiTargets>")]
    [InlineData("<ExdiTargets CurrentTarget=\"QEMU\"/>")]
    public void A_damaged_file_is_named(string content)
    {
        File.WriteAllText(_file, content);
        string message = Assert.Throws<ConnectionStringException>(() => ExdiOptions.Parse("exdi:CLSID={29f9906e-9dbe-4d4b-b0fb-6acf7fb6d014}", _ => _file)).Message;
        Assert.Contains(_file, message, StringComparison.Ordinal);
        Assert.DoesNotContain("root:", message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_stubs_names_of_system_registers_come_from_their_file()
    {
        File.WriteAllText(_file, """
            <SystemRegisterMap>
              <SystemRegisters Architecture="ARM64"><register Name="ELR_EL1" AccessCode="3, 0, 4, 0, 1"/></SystemRegisters>
              <SystemRegisters Architecture="X64">
                <register Name="efer" AccessCode="0xc0000080, 0, 0, 0, 0"/><register Name="apic" AccessCode="27"/>
              </SystemRegisters>
            </SystemRegisterMap>
            """);
        ExdiOptions options = ExdiOptions.Parse("gdb=127.0.0.1:1234", name => name == SystemRegisterMap.Variable ? _file : null);
        Assert.Equal(
            [(GuestArchitecture.Amd64, 27u, "apic"), (GuestArchitecture.Amd64, 0xC0000080u, "efer"), (GuestArchitecture.Arm64, 0x30401u, "ELR_EL1")],
            options.RegisterNames.OrderBy(r => r.Key).Select(r => (r.Key.Architecture, r.Key.Number, r.Value)));
    }

    [Theory]
    [InlineData("<SystemRegisters Architecture=\"X64\"><register Name=\"efer\"/></SystemRegisters>")]
    [InlineData("<SystemRegisters Architecture=\"X64\"><register Name=\"efer\" AccessCode=\"0xefer\"/></SystemRegisters>")]
    [InlineData("<SystemRegisters Architecture=\"ARM64\"><register Name=\"ELR_EL1\" AccessCode=\"3, 0, 4, 0\"/></SystemRegisters>")]
    [InlineData("<SystemRegisters Architecture=\"ARM64\"><register Name=\"ELR_EL1\" AccessCode=\"3, 0, 16, 0, 1\"/></SystemRegisters>")]
    [InlineData("<SystemRegisters>")]
    public void A_damaged_map_of_registers_is_named(string content)
    {
        File.WriteAllText(_file, content);
        Assert.Contains(_file, Assert.Throws<ConnectionStringException>(() => SystemRegisterMap.Read(_file)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mips")]
    [InlineData("riscv:rv64")]
    public void A_machine_of_another_architecture_is_refused_by_its_name(string architecture)
    {
        using ScriptedStub stub = new(body => body.StartsWith("qXfer:features:read:target.xml:0,", StringComparison.Ordinal)
            ? ScriptedStub.Packet($"l<target><architecture>{architecture}</architecture><feature name=\"core\"><reg name=\"pc\" bitsize=\"64\"/></feature></target>")
            : null);
        LinkOpenException refusal = Assert.Throws<LinkOpenException>(() => ExdiLink.Open(new ExdiOptions("127.0.0.1", stub.Port, true)));
        Assert.Contains($"The stub's machine is {architecture}", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("D", stub.Packets);
    }

    [Fact]
    public void A_machine_of_another_architecture_than_the_user_says_is_refused()
    {
        using ScriptedStub stub = new(body => body.StartsWith("qXfer:features:read:target.xml:0,", StringComparison.Ordinal)
            ? ScriptedStub.Packet("l<target><architecture>aarch64</architecture><feature name=\"core\"><reg name=\"pc\" bitsize=\"64\"/></feature></target>")
            : null);
        ExdiOptions options = new("127.0.0.1", stub.Port, true) { Architecture = GuestArchitecture.X86 };
        LinkOpenException refusal = Assert.Throws<LinkOpenException>(() => ExdiLink.Open(options));
        Assert.Contains("aarch64, which is arm64 and not x86", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("D", stub.Packets);
    }

    [Fact]
    public void A_stub_that_is_not_there_is_told()
    {
        LinkOpenException refusal = Assert.Throws<LinkOpenException>(() => ExdiLink.Open(new ExdiOptions("127.0.0.1", FreePort.Tcp(), true)));
        Assert.Contains("No gdb stub answers", refusal.Message, StringComparison.Ordinal);
    }
}
