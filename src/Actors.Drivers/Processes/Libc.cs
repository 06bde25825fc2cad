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

    /// <summary>Makes a pair of pseudo terminals; the master, or −1.</summary>
    public static int OpenMaster() => OpenPty(ReadWrite | NoControllingTerminal | CloseOnExec);

    /// <summary>Lets the other side of a master be opened, and tells its path; null when it can't.</summary>
    public static string? Unlock(SafeFileHandle master)
    {
        var name = new byte[128];
        if (GrantPty(master) != 0 || UnlockPty(master) != 0 || PtyName(master, name, name.Length) != 0) return null;
        return System.Text.Encoding.ASCII.GetString(name, 0, Array.IndexOf(name, (byte)0));
    }

    /// <summary>Opens a terminal without making it this process's own; −1 when it can't.</summary>
    public static int OpenTerminal(string path) => OpenCore(path, ReadWrite | NoControllingTerminal | CloseOnExec, 0);

    /// <summary>Sets a terminal's size.</summary>
    public static void SetSize(SafeFileHandle terminal, int columns, int rows)
    {
        ushort[] size = [(ushort)Math.Clamp(rows, 1, ushort.MaxValue), (ushort)Math.Clamp(columns, 1, ushort.MaxValue), 0, 0];
        _ = IoControl(terminal, SetWindowSize, size);
    }

    /// <summary>Waits until one of some descriptors can be read (or has an end, or an error), or the time is up.</summary>
    /// <returns>For each descriptor, whether there is something. Negative ones are left out of account.</returns>
    public static bool[] Poll(int[] descriptors, TimeSpan timeout)
    {
        var files = Array.ConvertAll(descriptors, d => new PollFile { File = d, Events = PollIn });
        return PollCore(files, (nuint)files.Length, timeout < TimeSpan.Zero ? -1 : (int)timeout.TotalMilliseconds) > 0
            ? Array.ConvertAll(files, f => f.Returned != 0)
            : new bool[files.Length];
    }

    /// <summary>A descriptor that becomes readable when the process ends; −1 when there is none.</summary>
    public static int OpenProcess(int pid) => (int)SystemCall(PidFdOpen, pid, 0);

    /// <summary>The version of Landlock that the kernel has; 0 or less: it has none, or it is switched off.</summary>
    public static int LandlockVersion() => (int)SystemCall(LandlockCreateRuleset, 0, 0, LandlockCreateRulesetVersion);

    /// <summary>A counter that can be waited for like a file.</summary>
    public static int OpenEvent() => EventFd(0, CloseOnExec | NonBlocking);

    /// <summary>How many bytes wait in a pipe; 0 when it can't be told.</summary>
    public static int Waiting(string pipe)
    {
        using var file = new SafeFileHandle(OpenCore(pipe, NonBlocking | CloseOnExec, 0), ownsHandle: true);
        var waiting = new ushort[2];
        return !file.IsInvalid && IoControl(file, BytesWaiting, waiting) == 0 ? waiting[0] | (waiting[1] << 16) : 0;
    }

    /// <summary>Reads; 0: the end, −1: an error (on a master, also the end).</summary>
    public static int Read(SafeFileHandle file, byte[] buffer) => (int)ReadCore(file, buffer, buffer.Length);

    /// <summary>Writes; −1: an error.</summary>
    public static int Write(SafeFileHandle file, ReadOnlySpan<byte> data) => (int)WriteCore(file, data, data.Length);

    /// <summary>Opens a file without following a link in its name's last part and without waiting for the other side of a pipe; makes what is not there, to write. Null: an error.</summary>
    public static SafeFileHandle? OpenPlain(string path, FileAccess access, UnixFileMode mode, out int error)
    {
        var way = access switch { FileAccess.Read => 0, FileAccess.Write => WriteOnly | Create, _ => ReadWrite | Create };
        var file = OpenCore(path, way | NoFollow | NonBlocking | CloseOnExec, (uint)mode);
        error = file < 0 ? Marshal.GetLastPInvokeError() : 0;
        return file < 0 ? null : new SafeFileHandle(file, ownsHandle: true);
    }

    /// <summary>Whether there is a file with content, and not a link or a pipe or the like.</summary>
    public static bool IsRegularFile(string path) => IsRegularFile(WorkingDirectory, path, DontFollow);

    /// <summary>Whether what is open is a file with content.</summary>
    public static bool IsRegularFile(SafeFileHandle file) => IsRegularFile((int)file.DangerousGetHandle(), "", EmptyPath);

    /// <summary>Whether something is mounted on a path itself; null: there is nothing, or the kernel does not tell (before Linux 5.8).</summary>
    public static bool? IsMountRoot(string path)
    {
        Span<byte> result = stackalloc byte[StatSize];
        if (Stat(WorkingDirectory, path, DontFollow, TypeOnly, ref MemoryMarshal.GetReference(result)) != 0) return null;
        return (MemoryMarshal.Read<ulong>(result[StatKnownAttributes..]) & MountRoot) == 0 ? null : (MemoryMarshal.Read<ulong>(result[StatAttributes..]) & MountRoot) != 0;
    }

    private static bool IsRegularFile(int directory, string path, int flags)
    {
        Span<byte> result = stackalloc byte[StatSize];
        return Stat(directory, path, flags, TypeOnly, ref MemoryMarshal.GetReference(result)) == 0
            && (MemoryMarshal.Read<ushort>(result[StatMode..]) & TypeMask) == RegularFile;
    }

    private const int WriteOnly = 1;
    private const int ReadWrite = 2;
    private const int Create = 0x40;
    private const int NoControllingTerminal = 0x100;
    private const int CloseOnExec = 0x80000;
    private const short PollIn = 1;
    private const nuint SetWindowSize = 0x5414;
    private const nuint BytesWaiting = 0x541B;
    private const int NonBlocking = 0x800;
    private const int WorkingDirectory = -100;
    private const int DontFollow = 0x100;
    private const int EmptyPath = 0x1000;
    private const uint TypeOnly = 1;
    private const int StatSize = 256;
    private const int StatAttributes = 8;
    private const int StatMode = 28;
    private const int StatKnownAttributes = 56;
    private const ulong MountRoot = 0x2000;
    private const int TypeMask = 0xF000;
    private const int RegularFile = 0x8000;

    // One of the few flags whose value is the architecture's own.
    private static readonly int NoFollow = RuntimeInformation.ProcessArchitecture is Architecture.Arm or Architecture.Arm64 ? 0x8000 : 0x20000;

    // The same number on every architecture: it is younger than their differences.
    private const nint PidFdOpen = 434;
    private const nint LandlockCreateRuleset = 444;
    private const nint LandlockCreateRulesetVersion = 1;

    [StructLayout(LayoutKind.Sequential)]
    private struct PollFile
    {
        public int File;
        public short Events;
        public short Returned;
    }

    [LibraryImport("libc", EntryPoint = "posix_openpt", SetLastError = true)]
    private static partial int OpenPty(int flags);

    [LibraryImport("libc", EntryPoint = "grantpt", SetLastError = true)]
    private static partial int GrantPty(SafeFileHandle master);

    [LibraryImport("libc", EntryPoint = "unlockpt", SetLastError = true)]
    private static partial int UnlockPty(SafeFileHandle master);

    [LibraryImport("libc", EntryPoint = "ptsname_r", SetLastError = true)]
    private static partial int PtyName(SafeFileHandle master, [Out] byte[] name, nint length);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenCore(string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Stat(int directory, string path, int flags, uint mask, ref byte result);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int IoControl(SafeFileHandle file, nuint request, [In, Out] ushort[] argument);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int PollCore([In, Out] PollFile[] files, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(nint number, nint first, nint second);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(nint number, nint first, nint second, nint third);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static partial int EventFd(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint ReadCore(SafeFileHandle file, [Out] byte[] buffer, nint length);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteCore(SafeFileHandle file, ReadOnlySpan<byte> data, nint length);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int KillCore(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "fallocate", SetLastError = true)]
    private static partial int Fallocate(SafeFileHandle file, int mode, long offset, long length);

    [LibraryImport("libc", EntryPoint = "chown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChownCore(string path, int user, int group);
}
