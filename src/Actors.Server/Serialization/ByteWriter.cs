using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;

namespace Actors.Server.Serialization;

/// <summary>
/// Writes the log's binary formats: variable-length integers (LEB128, signed ones zigzag), UTF-8 texts and byte runs with their length before them, and a CRC-32C at the end.
/// Rows have megabytes: they are put together in a borrowed buffer, so that only the result is garbage some day.
/// </summary>
internal sealed class ByteWriter(int capacity = 256) : IDisposable
{
    private const int ChecksumSize = 4;

    // One row is put together at a time. The shared pool would keep a buffer for each thread that ever did it.
    private static readonly ArrayPool<byte> Buffers = ArrayPool<byte>.Create(maxArrayLength: 8 << 20, maxArraysPerBucket: 1);

    private byte[] _buffer = Buffers.Rent(Math.Max(16, capacity));

    public int Length { get; private set; }

    public void Byte(byte value)
    {
        Room(1)[0] = value;
        Length++;
    }

    public void Bool(bool value) => Byte(value ? (byte)1 : (byte)0);

    public void Unsigned(ulong value)
    {
        var span = Room(10);
        var n = 0;
        for (; value >= 0x80; value >>= 7)
            span[n++] = (byte)(value | 0x80);
        span[n++] = (byte)value;
        Length += n;
    }

    public void Signed(long value) => Unsigned((ulong)((value << 1) ^ (value >> 63)));

    public void Text(string value)
    {
        var length = Encoding.UTF8.GetByteCount(value);
        Unsigned((ulong)length);
        Length += Encoding.UTF8.GetBytes(value, Room(length));
    }

    public void Run(ReadOnlySpan<byte> value)
    {
        Unsigned((ulong)value.Length);
        value.CopyTo(Room(value.Length));
        Length += value.Length;
    }

    /// <summary>All that was written.</summary>
    public byte[] ToArray() => _buffer.AsSpan(0, Length).ToArray();

    /// <summary>All that was written, and its CRC-32C.</summary>
    public byte[] ToCheckedArray()
    {
        BinaryPrimitives.WriteUInt32LittleEndian(Room(ChecksumSize), Checksum.Of(_buffer.AsSpan(0, Length)));
        Length += ChecksumSize;
        return ToArray();
    }

    /// <summary>Gives the buffer back.</summary>
    public void Dispose()
    {
        Buffers.Return(_buffer);
        _buffer = [];
    }

    private Span<byte> Room(int size)
    {
        if (_buffer.Length - Length < size)
        {
            var larger = Buffers.Rent((int)Math.Max(checked(Length + size), Math.Min(Array.MaxLength, _buffer.Length * 2L)));
            _buffer.AsSpan(0, Length).CopyTo(larger);
            Buffers.Return(_buffer);
            _buffer = larger;
        }

        return _buffer.AsSpan(Length);
    }
}

/// <summary>Reads what <see cref="ByteWriter"/> wrote. Every length is checked against what is left, so that bad bytes end in a clear error and never in a huge allocation.</summary>
internal ref struct ByteReader(ReadOnlySpan<byte> bytes, string what)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _at;

    /// <summary>Reads bytes that end with a CRC-32C.</summary>
    /// <exception cref="InvalidDataException">The checksum doesn't fit.</exception>
    public static ByteReader Checked(ReadOnlySpan<byte> bytes, string what)
    {
        if (bytes.Length < 4)
            throw new InvalidDataException($"{what} is cut off: {bytes.Length} bytes are left of it");

        var body = bytes[..^4];
        var stored = BinaryPrimitives.ReadUInt32LittleEndian(bytes[^4..]);
        var actual = Checksum.Of(body);
        return stored == actual
            ? new ByteReader(body, what)
            : throw new InvalidDataException($"{what} is damaged: its checksum is {actual:x8}, {stored:x8} was stored with it");
    }

    public readonly bool AtEnd => _at == _bytes.Length;

    public byte Byte() => Take(1)[0];

    public bool Bool() => Byte() != 0;

    public ulong Unsigned()
    {
        ulong value = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            var b = Byte();
            value |= (ulong)(b & 0x7f) << shift;
            if (b < 0x80)
                return value;
        }

        throw new InvalidDataException($"{what} is damaged: the number before byte {_at} has no end");
    }

    public long Signed()
    {
        var value = Unsigned();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    /// <summary>A count of things that take at least one byte each.</summary>
    public int Count()
    {
        var value = Unsigned();
        return value <= (ulong)(_bytes.Length - _at)
            ? (int)value
            : throw new InvalidDataException($"{what} is damaged at byte {_at}: it announces {value} more, {_bytes.Length - _at} bytes are left");
    }

    public string Text() => Encoding.UTF8.GetString(Take(Count()));

    public byte[] Run() => Take(Count()).ToArray();

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _bytes.Length - _at)
            throw new InvalidDataException($"{what} is cut off at byte {_bytes.Length}");

        var taken = _bytes.Slice(_at, count);
        _at += count;
        return taken;
    }
}

/// <summary>CRC-32C (Castagnoli), as the processor computes it.</summary>
internal static class Checksum
{
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (var word in words)
            crc = BitOperations.Crc32C(crc, BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word));
        foreach (var b in bytes[(words.Length * 8)..])
            crc = BitOperations.Crc32C(crc, b);
        return ~crc;
    }
}
