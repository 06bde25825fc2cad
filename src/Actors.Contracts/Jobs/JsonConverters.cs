using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Actors.Contracts.Jobs;

/// <summary>Text that is never null in memory: JSON <c>null</c> reads as "".</summary>
public sealed class TextConverter : JsonConverter<string>
{
    /// <inheritdoc />
    public override bool HandleNull => true;

    /// <inheritdoc />
    public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetString() ?? "";

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value ?? "");
}

/// <summary>Text whose absence Nomad writes as <c>null</c>: "" in memory, <c>null</c> in JSON.</summary>
public sealed class OptionalTextConverter : JsonConverter<string>
{
    /// <inheritdoc />
    public override bool HandleNull => true;

    /// <inheritdoc />
    public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetString() ?? "";

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options)
    {
        if (string.IsNullOrEmpty(value)) writer.WriteNullValue();
        else writer.WriteStringValue(value);
    }
}

/// <summary>A truth value for which JSON <c>null</c> reads as false.</summary>
public sealed class FlagConverter : JsonConverter<bool>
{
    /// <inheritdoc />
    public override bool HandleNull => true;

    /// <inheritdoc />
    public override bool Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType != JsonTokenType.Null && reader.GetBoolean();

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, bool value, JsonSerializerOptions options) =>
        writer.WriteBooleanValue(value);
}

/// <summary>An integer for which JSON <c>null</c> reads as 0.</summary>
public sealed class IntegerConverter : JsonConverter<int>
{
    /// <inheritdoc />
    public override bool HandleNull => true;

    /// <inheritdoc />
    public override int Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Null ? 0 : reader.GetInt32();

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, int value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(value);
}

/// <summary>An index or version for which JSON <c>null</c> reads as 0.</summary>
public sealed class IndexConverter : JsonConverter<ulong>
{
    /// <inheritdoc />
    public override bool HandleNull => true;

    /// <inheritdoc />
    public override ulong Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Null ? 0 : reader.GetUInt64();

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, ulong value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(value);
}

/// <summary>A point in time as unix nanoseconds, for which JSON <c>null</c> reads as 0.</summary>
public sealed class NanosecondsConverter : JsonConverter<long>
{
    /// <inheritdoc />
    public override bool HandleNull => true;

    /// <inheritdoc />
    public override long Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Null ? 0 : reader.GetInt64();

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, long value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(value);
}

/// <summary>
/// A duration as int64 nanoseconds, as Go's encoding writes it. Go's duration text ("1h30m", "250ms") is read too.
/// Precision in memory is 100 ns; anything finer is cut off towards zero.
/// </summary>
public sealed class GoDurationConverter : JsonConverter<TimeSpan>
{
    /// <inheritdoc />
    public override bool HandleNull => true;

    /// <inheritdoc />
    /// <exception cref="JsonException">The value is neither a number nor a duration.</exception>
    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Null: return TimeSpan.Zero;
            case JsonTokenType.Number: return new TimeSpan(reader.GetInt64() / TimeSpan.NanosecondsPerTick);
            case JsonTokenType.String:
                var text = reader.GetString()!;
                return GoDuration.TryParse(text, out var duration)
                    ? duration
                    : throw new JsonException($"'{text}' is not a duration such as \"30s\" or \"1h15m\"");
            default: throw new JsonException($"expected a duration in nanoseconds or as text, found {reader.TokenType}");
        }
    }

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(GoDuration.ToNanoseconds(value));
}

/// <summary>Go's textual and numeric form of durations.</summary>
public static class GoDuration
{
    /// <summary>Nanoseconds of <paramref name="duration"/>, clamped to what an int64 holds (about 292 years).</summary>
    public static long ToNanoseconds(TimeSpan duration) => duration.Ticks switch
    {
        > long.MaxValue / 100 => long.MaxValue,
        < long.MinValue / 100 => long.MinValue,
        var ticks => ticks * 100,
    };

    /// <summary>
    /// Reads <c>[-+](number unit)+</c> with units ns, us (µs), ms, s, m, h, fractions allowed, and a bare "0"; as Go's
    /// time.ParseDuration. False when the text is no such thing or exceeds an int64 of nanoseconds.
    /// </summary>
    public static bool TryParse(string? text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        if (string.IsNullOrEmpty(text)) return false;
        var at = 0;
        var negative = text[0] == '-';
        if (text[0] is '-' or '+') at++;
        if (text.AsSpan(at) is "0") return true;
        if (at == text.Length) return false;
        decimal total = 0;
        while (at < text.Length)
        {
            var start = at;
            while (at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] == '.')) at++;
            if (at - start is 0 or > 24
                || !decimal.TryParse(text.AsSpan(start, at - start), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            {
                return false;
            }

            start = at;
            while (at < text.Length && !char.IsAsciiDigit(text[at]) && text[at] != '.') at++;
            decimal nanoseconds = text.AsSpan(start, at - start) switch
            {
                "ns" => 1m,
                "us" or "µs" or "μs" => 1_000m,
                "ms" => 1_000_000m,
                "s" => 1_000_000_000m,
                "m" => 60_000_000_000m,
                "h" => 3_600_000_000_000m,
                _ => 0m,
            };
            if (nanoseconds == 0 || number > long.MaxValue / nanoseconds) return false;
            total += number * nanoseconds;
            if (total > long.MaxValue) return false;
        }

        duration = new TimeSpan((long)(total / 100) * (negative ? -1 : 1));
        return true;
    }

    /// <summary>Go's text of a duration: "1h30m0s", "250ms", "0s".</summary>
    public static string Format(TimeSpan duration)
    {
        if (duration == TimeSpan.Zero) return "0s";
        var sign = duration < TimeSpan.Zero ? "-" : "";
        var nanoseconds = Math.Abs((decimal)duration.Ticks * 100);
        if (nanoseconds < 1_000) return $"{sign}{Plain(nanoseconds)}ns";
        if (nanoseconds < 1_000_000) return $"{sign}{Plain(nanoseconds / 1_000)}µs";
        if (nanoseconds < 1_000_000_000) return $"{sign}{Plain(nanoseconds / 1_000_000)}ms";
        var seconds = nanoseconds / 1_000_000_000;
        var minutes = decimal.Floor(seconds / 60);
        var hours = decimal.Floor(minutes / 60);
        var rest = $"{Plain(seconds - (minutes * 60))}s";
        if (minutes == 0) return sign + rest;
        return hours == 0 ? $"{sign}{minutes}m{rest}" : $"{sign}{hours}h{minutes - (hours * 60)}m{rest}";
    }

    private static string Plain(decimal value) => value.ToString("0.#########", CultureInfo.InvariantCulture);
}
