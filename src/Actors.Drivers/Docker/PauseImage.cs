using System.Buffers.Binary;
using System.Formats.Tar;
using System.Runtime.InteropServices;

namespace Actors.Drivers.Docker;

/// <summary>
/// The image of the container that holds a group's network namespace: one program that waits for ever. Made here, some
/// hundred bytes in all, so that no registry is asked for it.
/// </summary>
internal static class PauseImage
{
    /// <summary>The image's name.</summary>
    public const string Repository = "actors/pause";

    /// <summary>Its version: another program gets another.</summary>
    public const string Tag = "1";

    /// <summary>The program's path.</summary>
    public const string Program = "/pause";

    private const int HeaderSize = 64 + 56;
    private const ulong Base = 0x400000;

    /// <summary>The image's file system.</summary>
    /// <exception cref="DriverException">There is no such program for this machine.</exception>
    public static MemoryStream Tar()
    {
        var tar = new MemoryStream();
        using (var writer = new TarWriter(tar, TarEntryFormat.Ustar, leaveOpen: true))
        {
            writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, Program[1..])
            {
                Mode = (UnixFileMode)0b111_101_101,
                DataStream = new MemoryStream(Executable(RuntimeInformation.OSArchitecture)),
            });
        }

        tar.Position = 0;
        return tar;
    }

    /// <summary>The program as a static ELF file: asks the kernel to wait for a signal, over and over.</summary>
    /// <exception cref="DriverException">There is none for this machine.</exception>
    public static byte[] Executable(Architecture architecture)
    {
        var (machine, code) = architecture switch
        {
            // mov eax, SYS_pause; syscall; jmp back
            Architecture.X64 => ((ushort)62, (byte[])[0xB8, 34, 0, 0, 0, 0x0F, 0x05, 0xEB, 0xF7]),
            // x0 to x4 = 0; mov x8, SYS_ppoll; svc 0; b back
            Architecture.Arm64 => ((ushort)183, Words(0xD2800000, 0xD2800001, 0xD2800002, 0xD2800003, 0xD2800004, 0xD2800928, 0xD4000001, 0x17FFFFF9)),
            var other => throw new DriverException($"groups with a network of their own and docker tasks need a machine of x64 or arm64, found {other}", recoverable: false),
        };
        var file = new byte[HeaderSize + code.Length];
        var elf = file.AsSpan();
        new byte[] { 0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1 }.CopyTo(elf);
        BinaryPrimitives.WriteUInt16LittleEndian(elf[16..], 2); // an executable
        BinaryPrimitives.WriteUInt16LittleEndian(elf[18..], machine);
        BinaryPrimitives.WriteUInt32LittleEndian(elf[20..], 1);
        BinaryPrimitives.WriteUInt64LittleEndian(elf[24..], Base + HeaderSize); // where it begins
        BinaryPrimitives.WriteUInt64LittleEndian(elf[32..], 64); // where its one segment is described
        BinaryPrimitives.WriteUInt16LittleEndian(elf[52..], 64);
        BinaryPrimitives.WriteUInt16LittleEndian(elf[54..], 56);
        BinaryPrimitives.WriteUInt16LittleEndian(elf[56..], 1);
        var segment = elf[64..];
        BinaryPrimitives.WriteUInt32LittleEndian(segment, 1); // loaded
        BinaryPrimitives.WriteUInt32LittleEndian(segment[4..], 5); // read and executed
        BinaryPrimitives.WriteUInt64LittleEndian(segment[16..], Base);
        BinaryPrimitives.WriteUInt64LittleEndian(segment[24..], Base);
        BinaryPrimitives.WriteUInt64LittleEndian(segment[32..], (ulong)file.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(segment[40..], (ulong)file.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(segment[48..], 0x10000);
        code.CopyTo(elf[HeaderSize..]);
        return file;
    }

    private static byte[] Words(params uint[] words)
    {
        var bytes = new byte[words.Length * 4];
        for (var i = 0; i < words.Length; i++) BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(i * 4), words[i]);
        return bytes;
    }
}
