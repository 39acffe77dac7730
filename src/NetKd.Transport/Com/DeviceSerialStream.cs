using System.IO.Ports;

namespace NetKd.Transport.Com;

/// <summary>A serial device: eight data bits, no parity, one stop bit, no flow control, as kernel debugging has it.</summary>
internal sealed class DeviceSerialStream : ReadAheadStream
{
    private readonly SerialPort _port;
    private readonly bool _isModem;

    /// <summary>Opens a device.</summary>
    /// <exception cref="LinkOpenException">There is none of that name, or it cannot be had.</exception>
    internal DeviceSerialStream(string device, int baudRate, bool isModem)
    {
        _isModem = isModem;
        _port = new SerialPort(device, baudRate, Parity.None, 8, StopBits.One) { Handshake = Handshake.None };
        try
        {
            _port.Open();
            TryRaise(() => _port.DtrEnable = true);
            TryRaise(() => _port.RtsEnable = true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or InvalidOperationException)
        {
            _port.Dispose();
            bool absent = OperatingSystem.IsWindows() ? e is FileNotFoundException : !File.Exists(device);
            throw absent
                ? new LinkOpenException(LinkOpenFault.NotFound, $"Failed to open {device}: there is no such serial port{Others()}", e)
                : new LinkOpenException(LinkOpenFault.Unavailable, $"Failed to open {device}: {e.Message}; another program may hold it, or you may need to be in the group that owns it", e);
        }

        Start(_port.BaseStream);
    }

    /// <inheritdoc/>
    public override string Description => $"{_port.PortName} at {_port.BaudRate} baud";

    /// <inheritdoc/>
    public override int BaudRate => _port.BaudRate;

    /// <inheritdoc/>
    public override bool HasCarrier
    {
        get
        {
            if (!_isModem) return true;
            try
            {
                return _port.CDHolding;
            }
            catch (Exception e) when (e is IOException or InvalidOperationException)
            {
                // A line without modem signals cannot say that it has none.
                return true;
            }
        }
    }

    /// <inheritdoc/>
    public override bool TrySetBaudRate(int baudRate)
    {
        _port.BaudRate = baudRate;
        return true;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing) _port.Dispose();
    }

    // Pseudo-terminals and some adapters have no such signals.
    private static void TryRaise(Action raise)
    {
        try
        {
            raise();
        }
        catch (IOException)
        {
        }
    }

    private static string Others()
    {
        string[] names = SerialPort.GetPortNames();
        return names.Length == 0 ? "" : $"; this machine has {string.Join(", ", names.Take(8))}";
    }
}
