using System.Buffers.Binary;
using System.Text;
using Actors.Contracts.Collections;

namespace Actors.Drivers.Plugins;

/// <summary>Values of a configuration in MessagePack, as Nomad's plugins take them: the part of the format that such values need.</summary>
internal static class MessagePackFormat
{
    private const int MaxDepth = 64;

    /// <summary>Writes a value.</summary>
    public static byte[] Write(ConfigValue value)
    {
        var stream = new MemoryStream();
        Write(stream, value);
        return stream.ToArray();
    }

    /// <summary>Reads a value.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static ConfigValue Read(ReadOnlySpan<byte> data)
    {
        var reader = new Reader(data);
        return reader.Next(0);
    }

    private static void Write(MemoryStream stream, ConfigValue value)
    {
        switch (value.Kind)
        {
            case ConfigValueKind.Bool:
                stream.WriteByte(value.AsBool() == true ? (byte)0xC3 : (byte)0xC2);
                break;
            case ConfigValueKind.Number when value.AsInteger() is { } integer:
                WriteInteger(stream, integer);
                break;
            case ConfigValueKind.Number:
                stream.WriteByte(0xCB);
                Span<byte> number = stackalloc byte[8];
                BinaryPrimitives.WriteDoubleBigEndian(number, value.AsNumber() ?? 0);
                stream.Write(number);
                break;
            case ConfigValueKind.String:
                var text = Encoding.UTF8.GetBytes(value.AsString() ?? "");
                WriteLength(stream, text.Length, 0xA0, 31, 0xDA, 0xDB);
                stream.Write(text);
                break;
            case ConfigValueKind.List:
                var items = value.AsList();
                WriteLength(stream, items.Count, 0x90, 15, 0xDC, 0xDD);
                foreach (var item in items) Write(stream, item);
                break;
            case ConfigValueKind.Map:
                var entries = value.AsMap();
                WriteLength(stream, entries.Count, 0x80, 15, 0xDE, 0xDF);
                foreach (var (key, item) in entries)
                {
                    Write(stream, ConfigValue.Of(key));
                    Write(stream, item);
                }

                break;
            default:
                stream.WriteByte(0xC0);
                break;
        }
    }

    private static void WriteInteger(MemoryStream stream, long value)
    {
        if (value is >= 0 and < 128 or < 0 and >= -32)
        {
            stream.WriteByte((byte)value);
            return;
        }

        stream.WriteByte(0xD3);
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        stream.Write(bytes);
    }

    private static void WriteLength(MemoryStream stream, int length, byte shortForm, int shortMax, byte form16, byte form32)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, length);
        if (length <= shortMax)
        {
            stream.WriteByte((byte)(shortForm | length));
        }
        else if (length <= ushort.MaxValue)
        {
            stream.WriteByte(form16);
            stream.Write(bytes[2..]);
        }
        else
        {
            stream.WriteByte(form32);
            stream.Write(bytes);
        }
    }

    private ref struct Reader(ReadOnlySpan<byte> data)
    {
        private ReadOnlySpan<byte> _rest = data;

        public ConfigValue Next(int depth)
        {
            if (depth > MaxDepth) throw new FormatException("the value is nested too deeply");
            var form = Take(1)[0];
            return form switch
            {
                < 0x80 => ConfigValue.Of(form),
                < 0x90 => Map(form & 0x0F, depth),
                < 0xA0 => List(form & 0x0F, depth),
                < 0xC0 => Text(form & 0x1F),
                0xC0 => ConfigValue.Null,
                0xC2 => ConfigValue.False,
                0xC3 => ConfigValue.True,
                0xC4 or 0xD9 => Text(Take(1)[0]),
                0xC5 or 0xDA => Text(BinaryPrimitives.ReadUInt16BigEndian(Take(2))),
                0xC6 or 0xDB => Text(Length32()),
                0xCA => ConfigValue.Of((double)BinaryPrimitives.ReadSingleBigEndian(Take(4))),
                0xCB => ConfigValue.Of(BinaryPrimitives.ReadDoubleBigEndian(Take(8))),
                0xCC => ConfigValue.Of(Take(1)[0]),
                0xCD => ConfigValue.Of(BinaryPrimitives.ReadUInt16BigEndian(Take(2))),
                0xCE => ConfigValue.Of(BinaryPrimitives.ReadUInt32BigEndian(Take(4))),
                0xCF => ConfigValue.Of((double)BinaryPrimitives.ReadUInt64BigEndian(Take(8))),
                0xD0 => ConfigValue.Of((sbyte)Take(1)[0]),
                0xD1 => ConfigValue.Of(BinaryPrimitives.ReadInt16BigEndian(Take(2))),
                0xD2 => ConfigValue.Of(BinaryPrimitives.ReadInt32BigEndian(Take(4))),
                0xD3 => ConfigValue.Of(BinaryPrimitives.ReadInt64BigEndian(Take(8))),
                0xDC => List(BinaryPrimitives.ReadUInt16BigEndian(Take(2)), depth),
                0xDD => List(Length32(), depth),
                0xDE => Map(BinaryPrimitives.ReadUInt16BigEndian(Take(2)), depth),
                0xDF => Map(Length32(), depth),
                >= 0xE0 => ConfigValue.Of((sbyte)form),
                _ => throw new FormatException($"there is no value of form {form:X2}"),
            };
        }

        private int Length32() => BinaryPrimitives.ReadUInt32BigEndian(Take(4)) is var length && length <= int.MaxValue ? (int)length : throw new FormatException("the value is too long");

        private ConfigValue Text(int length) => ConfigValue.Of(Encoding.UTF8.GetString(Take(length)));

        private ConfigValue List(int count, int depth)
        {
            var items = new List<ConfigValue>();
            for (var i = 0; i < count; i++) items.Add(Next(depth + 1));
            return ConfigValue.Of(items);
        }

        private ConfigValue Map(int count, int depth)
        {
            var entries = new Dictionary<string, ConfigValue>(StringComparer.Ordinal);
            for (var i = 0; i < count; i++)
            {
                var key = Next(depth + 1).ToText() ?? throw new FormatException("a key is no text");
                entries[key] = Next(depth + 1);
            }

            return ConfigValue.Of(entries);
        }

        private ReadOnlySpan<byte> Take(int count)
        {
            if (count > _rest.Length) throw new FormatException("the value breaks off");
            var taken = _rest[..count];
            _rest = _rest[count..];
            return taken;
        }
    }
}
