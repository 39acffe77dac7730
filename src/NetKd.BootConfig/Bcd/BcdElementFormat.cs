namespace NetKd.BootConfig.Bcd;

/// <summary>How an element's data is stored: the second hexadecimal digit of its type.</summary>
public enum BcdElementFormat
{
    /// <summary>A device descriptor.</summary>
    Device = 1,

    /// <summary>Text.</summary>
    String = 2,

    /// <summary>The identifier of an object.</summary>
    Object = 3,

    /// <summary>Identifiers of objects, in order.</summary>
    ObjectList = 4,

    /// <summary>A number of 64 bits.</summary>
    Integer = 5,

    /// <summary>Yes or no.</summary>
    Boolean = 6,

    /// <summary>Numbers of 64 bits, in order.</summary>
    IntegerList = 7,
}
