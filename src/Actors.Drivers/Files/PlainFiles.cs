using System.Runtime.InteropServices;
using Actors.Drivers.Processes;
using Microsoft.Win32.SafeHandles;

namespace Actors.Drivers.Files;

/// <summary>
/// Files with content, in directories that tasks may write. What a task puts under such a name can be anything: a link
/// would lead the agent, which may be root, to another's file, and opening a pipe would wait for ever.
/// </summary>
public static class PlainFiles
{
    private const UnixFileMode NewMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Whether it is a file with content, and neither a link nor a directory, a pipe, a socket or a device.</summary>
    public static bool IsPlain(string path) => Libc.IsRegularFile(path);

    /// <summary>Opens a file to read; null: there is none, or something else is there.</summary>
    /// <exception cref="IOException">It can't be read.</exception>
    public static SafeFileHandle? OpenToRead(string path)
    {
        if (!IsPlain(path)) return null;
        var file = Libc.OpenPlain(path, FileAccess.Read, NewMode, out var error);
        if (file is null && !IsPlain(path)) return null;
        return Regular(file, path, error);
    }

    /// <summary>Opens a file to write, or makes it. What else is there under its name is removed.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="access">Whether it is to be read too.</param>
    /// <exception cref="IOException">It can't be made or opened, now or ever.</exception>
    public static SafeFileHandle OpenToWrite(string path, FileAccess access = FileAccess.Write)
    {
        if (Path.Exists(path) || new FileInfo(path).LinkTarget is not null)
        {
            if (!IsPlain(path)) File.Delete(path);
        }

        return Regular(Libc.OpenPlain(path, access, NewMode, out var error), path, error);
    }

    private static SafeFileHandle Regular(SafeFileHandle? file, string path, int error)
    {
        if (file is null) throw new IOException($"could not open {path}: {Marshal.GetPInvokeErrorMessage(error)}");
        if (Libc.IsRegularFile(file)) return file;
        file.Dispose();
        throw new IOException($"could not open {path}: it is not a file with content");
    }
}
