using System.Runtime.InteropServices;

namespace Actors.Client.Machine;

/// <summary>What lies under a name: opening a pipe that a task made would wait for ever.</summary>
internal static partial class FileKinds
{
    private const int WorkingDirectory = -100;
    private const int NoFollow = 0x100;
    private const uint TypeOnly = 1;
    private const int ResultSize = 256;
    private const int ModeOffset = 28;
    private const int TypeMask = 0xF000;
    private const int RegularFile = 0x8000;

    /// <summary>Whether it is a file with content, and neither a link nor a pipe, a socket or a device.</summary>
    public static bool IsRegular(string path)
    {
        Span<byte> result = stackalloc byte[ResultSize];
        return Stat(WorkingDirectory, path, NoFollow, TypeOnly, ref MemoryMarshal.GetReference(result)) == 0
            && (MemoryMarshal.Read<ushort>(result[ModeOffset..]) & TypeMask) == RegularFile;
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Stat(int directory, string path, int flags, uint mask, ref byte result);
}
