using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Actors.Contracts.Log;

namespace Actors.Server.RegionLog;

/// <summary>A 64-bit hash of an event's bytes, the same on every machine: tells a repeated append from another one with the same number. Not made to withstand someone who looks for collisions.</summary>
internal static class Fingerprint
{
    private const ulong Prime = 0x9E3779B97F4A7C15;

    public static ulong Of(SerializedEvent e) => Mix(Mix(Prime, MemoryMarshal.AsBytes(e.Manifest.AsSpan())), e.Payload);

    private static ulong Mix(ulong hash, ReadOnlySpan<byte> bytes)
    {
        hash = Step(hash, (ulong)bytes.Length);
        for (; bytes.Length >= 8; bytes = bytes[8..])
            hash = Step(hash, BinaryPrimitives.ReadUInt64LittleEndian(bytes));

        ulong rest = 0;
        for (var i = 0; i < bytes.Length; i++)
            rest |= (ulong)bytes[i] << (8 * i);
        return Step(hash, rest);
    }

    private static ulong Step(ulong hash, ulong word)
    {
        hash = (hash ^ word) * Prime;
        return hash ^ (hash >> 29);
    }
}
