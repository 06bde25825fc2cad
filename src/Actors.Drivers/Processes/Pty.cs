using Microsoft.Win32.SafeHandles;

namespace Actors.Drivers.Processes;

/// <summary>A pseudo terminal: its master side is read and written here, a command has the other side as its terminal.</summary>
internal sealed class Pty : IDisposable
{
    private readonly SafeFileHandle _master;
    private readonly SafeFileHandle _other;

    /// <summary>Opens one.</summary>
    /// <exception cref="DriverException">The system has none left.</exception>
    public Pty()
    {
        _master = new SafeFileHandle(Libc.OpenMaster(), ownsHandle: true);
        if (_master.IsInvalid || Libc.Unlock(_master) is not { } path) throw new DriverException("this node has no pseudo terminal to give", recoverable: true);
        Path = path;
        // Held open, so that the master doesn't see an end before the command has opened it.
        _other = new SafeFileHandle(Libc.OpenTerminal(path), ownsHandle: true);
    }

    /// <summary>The key for end of file.</summary>
    public static ReadOnlyMemory<byte> EndOfFile { get; } = new byte[] { 4 };

    /// <summary>The path of the command's side.</summary>
    public string Path { get; }

    /// <summary>Sets the size; the command is told by signal.</summary>
    public void Resize(int columns, int rows) => Libc.SetSize(_master, columns, rows);

    /// <summary>Waits a while for output; null: there was none, empty: the command's side is closed.</summary>
    public byte[]? Read(byte[] buffer, TimeSpan timeout)
    {
        if (!Libc.Poll([(int)_master.DangerousGetHandle()], timeout)[0]) return null;
        var read = Libc.Read(_master, buffer);
        return read <= 0 ? [] : buffer[..read];
    }

    /// <summary>Types.</summary>
    public void Write(ReadOnlySpan<byte> data)
    {
        while (data.Length > 0)
        {
            var written = Libc.Write(_master, data);
            if (written <= 0) return;
            data = data[written..];
        }
    }

    /// <summary>The command has ended: what it wrote can be read to the end.</summary>
    public void CloseOther() => _other.Dispose();

    public void Dispose()
    {
        _other.Dispose();
        _master.Dispose();
    }
}
