using NetKd.BootConfig.Bcd;

namespace NetKd.BootConfig.Tests.Bcd;

/// <summary>The tables of elements and objects.</summary>
public sealed class BcdElementsTests
{
    [Fact]
    public void Every_element_is_found_by_its_name_and_its_type()
    {
        foreach (BcdElement element in BcdElements.All)
        {
            Assert.Equal(element, BcdElements.ByName(element.Name.ToUpperInvariant(), element.Kind));
            Assert.Equal(element, BcdElements.ByType(element.Type, element.Kind));
            Assert.True(Enum.IsDefined(element.Format), element.Name);
            Assert.True(element.Names is null || element.Format == BcdElementFormat.Integer, element.Name);
        }
    }

    [Theory]
    [InlineData(0x25000004u, BcdObjectKind.BootManager, "timeout")]
    [InlineData(0x25000004u, BcdObjectKind.MemoryTester, "testtofail")]
    [InlineData(0x23000003u, BcdObjectKind.BootManager, "default")]
    [InlineData(0x23000003u, BcdObjectKind.OsLoader, "resumeobject")]
    [InlineData(0x21000001u, BcdObjectKind.Resume, "filedevice")]
    [InlineData(0x2600ffffu, BcdObjectKind.OsLoader, "custom:2600ffff")]
    public void A_number_means_different_things_on_different_objects(uint type, BcdObjectKind kind, string name) =>
        Assert.Equal(name, BcdElements.ByType(type, kind).Name);

    [Theory]
    [InlineData("boot")]
    [InlineData("gpt={11111111-2222-3333-4444-555555555555},{66666666-7777-8888-9999-aaaaaaaaaaaa}")]
    [InlineData("mbr=0x1234abcd,0x7e00")]
    [InlineData("raw=0102ff")]
    public void Devices_read_back_as_they_were_written(string text)
    {
        Assert.True(BcdDevice.TryParse(text, out BcdDevice? device));
        Assert.Equal(text, new BcdDevice(device!.Bytes.ToArray()).ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("partition=C:")]
    [InlineData("gpt={x},{y}")]
    [InlineData("raw=123")]
    public void Devices_that_cannot_be_told_apart_are_refused(string text) => Assert.False(BcdDevice.TryParse(text, out _));
}
