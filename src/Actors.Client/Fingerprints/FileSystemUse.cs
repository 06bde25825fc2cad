using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Actors.Client.Fingerprints;

/// <summary>How full the file system of a directory is.</summary>
/// <param name="Space">The share of its space in use, 0 to 1, as one without special rights sees it.</param>
/// <param name="Inodes">The share of its inodes in use, 0 to 1; 0 where it has no fixed number of them.</param>
internal sealed partial record FileSystemUse(double Space, double Inodes)
{
    /// <summary>Asks the kernel; of a directory that is not there, nothing is in use.</summary>
    public static FileSystemUse Of(string directory)
    {
        // struct statvfs on 64-bit Linux: numbers of eight bytes, of which blocks is the third and files the sixth.
        var numbers = new byte[256];
        if (Ask(directory, numbers) != 0) return new FileSystemUse(0, 0);
        return new FileSystemUse(Share(At(2), At(4)), Share(At(5), At(6)));

        ulong At(int index) => BinaryPrimitives.ReadUInt64LittleEndian(numbers.AsSpan(index * 8));
    }

    private static double Share(ulong all, ulong free) => all == 0 ? 0 : 1 - ((double)Math.Min(free, all) / all);

    [LibraryImport("libc", EntryPoint = "statvfs", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Ask(string path, [Out] byte[] numbers);
}
