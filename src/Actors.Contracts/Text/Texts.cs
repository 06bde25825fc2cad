namespace Actors.State;

/// <summary>
/// One copy of texts that are said again and again: read from the log, each would have its own. A fixed number of places, where the latest text
/// stays: rare texts are forgotten, and memory is bounded whatever is said. For any thread.
/// </summary>
internal static class Texts
{
    private const int Places = 1 << 12;

    /// <summary>Longer texts are not worth it: they are hardly said twice.</summary>
    private const int MaxLength = 200;

    private static readonly string?[] Known = new string?[Places];

    /// <summary>An equal text, the one that was met first if it is remembered.</summary>
    public static string Share(string text)
    {
        if (text.Length == 0) return "";
        if (text.Length > MaxLength) return text;

        ref var place = ref Known[text.GetHashCode() & (Places - 1)];
        return place is { } known && known == text ? known : place = text;
    }
}
