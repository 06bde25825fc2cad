using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Actors.Api.Http;

/// <summary>Finds the place of a path in JSON text: what a serializer reports of a part that is read on its own counts from that part's beginning.</summary>
internal static class JsonLocator
{
    /// <summary>Where a path is, and what stands there.</summary>
    /// <param name="Line">From 1.</param>
    /// <param name="Byte">Within the line, from 1.</param>
    /// <param name="Token">What stands there, for people.</param>
    internal readonly record struct Found(long Line, long Byte, string Token);

    /// <summary>Follows a path such as <c>$.Job.TaskGroups[0].Count</c> as far as it goes; names without regard to case.</summary>
    /// <param name="json">Text that is JSON.</param>
    /// <param name="path">The path.</param>
    public static Found Find(ReadOnlySpan<byte> json, string path)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        foreach (var step in path.TrimStart('$').Split(['.', '[', ']'], StringSplitOptions.RemoveEmptyEntries))
        {
            var inside = reader;
            if (!Enter(ref inside, step))
                break;
            reader = inside;
        }

        var before = json[..(int)reader.TokenStartIndex];
        var lineStart = before.LastIndexOf((byte)'\n') + 1;
        return new Found(before.Count((byte)'\n') + 1, before.Length - lineStart + 1, Token(reader));
    }

    private static bool Enter(ref Utf8JsonReader reader, string step)
    {
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var same = string.Equals(reader.GetString(), step.Trim('\''), StringComparison.OrdinalIgnoreCase);
                reader.Read();
                if (same)
                    return true;
                reader.Skip();
            }

            return false;
        }

        if (reader.TokenType != JsonTokenType.StartArray || !int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var at))
            return false;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (at-- == 0)
                return true;
            reader.Skip();
        }

        return false;
    }

    private static string Token(in Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => $"the text {Short(reader.ValueSpan)}",
        JsonTokenType.Number => $"the number {Short(reader.ValueSpan)}",
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.True => "true",
        JsonTokenType.False => "false",
        _ => "null",
    };

    private static string Short(ReadOnlySpan<byte> value)
    {
        const int Longest = 60;
        return value.Length > Longest ? $"\"{Encoding.UTF8.GetString(value[..Longest])}…\"" : $"\"{Encoding.UTF8.GetString(value)}\"";
    }
}
