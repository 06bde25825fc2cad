using System.Globalization;
using Actors.Cli.CommandLine;
using Actors.Cli.Http;

namespace Actors.Cli.Commands.Allocations;

/// <summary>A text that an allocation has, shown whole, from somewhere near its end, or as it grows: the flags for that, and what they do.</summary>
internal static class TextStream
{
    private const long DefaultTailLines = 10;

    // Lines differ in length: enough bytes that the wanted lines are surely among them in nearly all texts, as Nomad reckons.
    private const long BytesPerLine = 1024;

    /// <summary>The flags of a command that shows one.</summary>
    public static IReadOnlyList<Flag> Flags { get; } =
    [
        Flag.Switch("f", "Stay, and show what is added from now on too."),
        Flag.Switch("tail", "Only the end: the last 10 lines, or as many as -n says."),
        Flag.Number("n", "lines", "So many lines at the end."),
        Flag.Number("c", "bytes", "So many bytes at the end."),
    ];

    /// <summary>Refuses flags that can't be, before anything is asked.</summary>
    /// <exception cref="UsageException">One is below 0.</exception>
    public static void Check(ParsedFlags flags)
    {
        if (flags.Number("n") < 0 || flags.Number("c") < 0)
            throw new UsageException("-n and -c take numbers that are 0 or more");
    }

    /// <summary>Shows it as the flags say.</summary>
    /// <param name="invocation">The command.</param>
    /// <param name="api">The agent.</param>
    /// <param name="path">A route that streams, and knows <c>plain</c>, <c>follow</c>, <c>origin</c> and <c>offset</c>.</param>
    /// <param name="which">What else the route needs to know.</param>
    public static async Task ShowAsync(Invocation invocation, ApiClient api, string path, params IReadOnlyList<(string, string?)> which)
    {
        var flags = invocation.Flags;
        var (follow, bytes) = (flags.IsOn("f"), flags.Number("c"));
        var lines = flags.Number("n") ?? (flags.IsOn("tail") && bytes is null ? DefaultTailLines : null);
        var fromEnd = bytes ?? lines * BytesPerLine;
        (string, string?)[] Query(bool goOn, long? end) =>
        [
            .. which,
            ("plain", "true"),
            ("follow", goOn ? "true" : "false"),
            ("origin", end is null ? "start" : "end"),
            ("offset", (end ?? 0).ToString(CultureInfo.InvariantCulture)),
        ];
        await using var output = new PlainOutput(invocation.Cli.Out);
        if (lines is { } count && bytes is null)
        {
            // Only whole lines, so the end is read first and cut, and following begins where it ended.
            using var tail = await api.OpenAsync(path, invocation.Cancellation, Query(false, fromEnd)).ConfigureAwait(false);
            var text = await tail.Content.ReadAsStringAsync(invocation.Cancellation).ConfigureAwait(false);
            await invocation.Cli.Out.WriteAsync(LastLines(text, count)).ConfigureAwait(false);
            await invocation.Cli.Out.FlushAsync(invocation.Cancellation).ConfigureAwait(false);
            if (!follow)
                return;
            fromEnd = 0;
        }

        using var response = await api.OpenAsync(path, invocation.Cancellation, Query(follow, fromEnd)).ConfigureAwait(false);
        await using var stream = await response.Content.ReadAsStreamAsync(invocation.Cancellation).ConfigureAwait(false);
        try
        {
            await output.CopyAsync(stream, invocation.Cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (follow)
        {
            // Ctrl-C is how following ends.
        }
    }

    /// <summary>The last lines of a text; a last line without a line break counts.</summary>
    public static string LastLines(string text, long count)
    {
        if (count <= 0)
            return "";
        var position = text.EndsWith('\n') ? text.Length - 1 : text.Length;
        for (long i = 0; i < count; i++)
        {
            if (position <= 0)
                return text;
            position = text.LastIndexOf('\n', position - 1);
            if (position < 0)
                return text;
        }

        return text[(position + 1)..];
    }
}
