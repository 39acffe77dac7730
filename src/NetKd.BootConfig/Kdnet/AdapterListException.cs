namespace NetKd.BootConfig.Kdnet;

/// <summary>A list of network adapters that cannot be read; the message says where and why, in one line.</summary>
public sealed class AdapterListException(string message) : Exception(message);
