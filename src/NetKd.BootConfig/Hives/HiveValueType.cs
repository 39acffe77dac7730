namespace NetKd.BootConfig.Hives;

/// <summary>Registry value types, by their Windows names. Other numbers occur in files and are kept.</summary>
public enum HiveValueType : uint
{
    /// <summary>REG_NONE.</summary>
    None = 0,

    /// <summary>REG_SZ: UTF-16 with a closing zero.</summary>
    String = 1,

    /// <summary>REG_EXPAND_SZ.</summary>
    ExpandString = 2,

    /// <summary>REG_BINARY.</summary>
    Binary = 3,

    /// <summary>REG_DWORD.</summary>
    UInt32 = 4,

    /// <summary>REG_MULTI_SZ: strings with a closing zero each, and one more at the end.</summary>
    MultiString = 7,

    /// <summary>REG_QWORD.</summary>
    UInt64 = 11,
}
