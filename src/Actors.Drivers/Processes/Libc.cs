using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Actors.Drivers.Processes;

/// <summary>The few calls to the C library that .NET has nothing for.</summary>
internal static partial class Libc
{
    /// <summary>No such process.</summary>
    public const int Esrch = 3;

    private const int KeepSize = 1;
    private const int PunchHole = 2;

    /// <summary>Sends a signal to a process (or, negative, to its group); 0, or the error's number.</summary>
    public static int Kill(int pid, int signal) => KillCore(pid, signal) == 0 ? 0 : Marshal.GetLastPInvokeError();

    /// <summary>Gives a file's bytes back to the disk without changing its length; false where the file system can't.</summary>
    public static bool Release(SafeFileHandle file, long offset, long length) =>
        Fallocate(file, KeepSize | PunchHole, offset, length) == 0;

    /// <summary>Makes a file or directory a user's and a group's; 0, or the error's number. −1 leaves as is.</summary>
    public static int Chown(string path, int user, int group) => ChownCore(path, user, group) == 0 ? 0 : Marshal.GetLastPInvokeError();

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int KillCore(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "fallocate", SetLastError = true)]
    private static partial int Fallocate(SafeFileHandle file, int mode, long offset, long length);

    [LibraryImport("libc", EntryPoint = "chown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChownCore(string path, int user, int group);
}
