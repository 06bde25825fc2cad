using System.Security.Cryptography;

namespace Actors.Contracts;

/// <summary>
/// Random identities (UUIDs of version 4), as <see cref="Guid.NewGuid"/> makes them, but drawn from the system many at a time: it takes microseconds to be
/// asked, and a plan has thousands.
/// </summary>
public static class RandomIds
{
    private const int Size = 16;

    [ThreadStatic]
    private static byte[]? drawn;

    [ThreadStatic]
    private static int left;

    /// <summary>The next one.</summary>
    public static Guid Next()
    {
        drawn ??= new byte[256 * Size];
        if (left == 0)
        {
            RandomNumberGenerator.Fill(drawn);
            left = drawn.Length;
        }

        left -= Size;
        var bytes = drawn.AsSpan(left, Size);
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }
}
