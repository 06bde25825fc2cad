using System.Text.Json;

namespace Actors.Contracts.Text;

/// <summary>
/// One copy of texts that are said again and again: read from the log or a client's reports, each would have its own. A fixed number of places, where the
/// latest text stays: rare texts are forgotten, and memory is bounded whatever is said. For any thread.
/// </summary>
public static class Texts
{
    /// <summary>Longer texts are not worth it: they are hardly said twice.</summary>
    public const int MaxLength = 200;

    private const int Places = 1 << 12;

    private static readonly string?[] Known = new string?[Places];

    /// <summary>An equal text, the one that was met first if it is remembered.</summary>
    public static string Share(string text)
    {
        if (text.Length == 0) return "";
        if (text.Length > MaxLength) return text;

        ref var place = ref PlaceOf(text);
        return place is { } known && known == text ? known : place = text;
    }

    /// <summary>The characters as a text: the one that was met first if it is remembered, and then nothing is allocated.</summary>
    public static string Share(ReadOnlySpan<char> text)
    {
        if (text.Length == 0) return "";
        if (text.Length > MaxLength) return text.ToString();

        ref var place = ref PlaceOf(text);
        return place is { } known && text.SequenceEqual(known) ? known : place = text.ToString();
    }

    private static ref string? PlaceOf(ReadOnlySpan<char> text) => ref Known[string.GetHashCode(text) & (Places - 1)];

    /// <summary>Reads the text, or the property's name, that the reader stands at, as <see cref="Share(ReadOnlySpan{char})"/> does.</summary>
    /// <exception cref="JsonException">It is null.</exception>
    public static string Read(ref Utf8JsonReader reader)
    {
        // No text has more characters than bytes.
        if (reader.HasValueSequence || reader.ValueSpan.Length > MaxLength || reader.TokenType == JsonTokenType.Null)
            return reader.GetString() ?? throw new JsonException("expected a text, found null");

        Span<char> text = stackalloc char[MaxLength];
        return Share(text[..reader.CopyString(text)]);
    }
}
