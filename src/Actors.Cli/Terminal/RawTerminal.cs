using System.Runtime.InteropServices;

namespace Actors.Cli.Terminal;

/// <summary>The process's terminal without line editing, echo and keys of its own: every byte goes to whoever reads. Disposing it brings the terminal back.</summary>
internal sealed partial class RawTerminal : IDisposable
{
    private const int StandardInput = 0;
    private const int Now = 0;

    // struct termios is 60 bytes on Linux and 72 on macOS.
    private const int SettingsSize = 256;

    private readonly byte[] _before;
    private bool _disposed;

    private RawTerminal(byte[] before) => _before = before;

    /// <summary>Makes the terminal raw; null when standard input is none.</summary>
    public static RawTerminal? Open()
    {
        var before = new byte[SettingsSize];
        if (GetSettings(StandardInput, before) != 0)
            return null;
        var raw = (byte[])before.Clone();
        MakeRaw(raw);
        return SetSettings(StandardInput, Now, raw) == 0 ? new RawTerminal(before) : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _ = SetSettings(StandardInput, Now, _before);
    }

    [LibraryImport("libc", EntryPoint = "tcgetattr")]
    private static partial int GetSettings(int descriptor, [Out] byte[] settings);

    [LibraryImport("libc", EntryPoint = "tcsetattr")]
    private static partial int SetSettings(int descriptor, int when, [In] byte[] settings);

    [LibraryImport("libc", EntryPoint = "cfmakeraw")]
    private static partial void MakeRaw([In, Out] byte[] settings);
}
