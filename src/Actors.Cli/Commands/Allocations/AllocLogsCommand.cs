using System.Globalization;
using System.Text;
using Actors.Cli.CommandLine;
using Actors.Cli.Http;
using Actors.Cli.Terminal;

namespace Actors.Cli.Commands.Allocations;

/// <summary><c>pbm alloc logs</c>.</summary>
internal static class AllocLogsCommand
{
    private const long DefaultTailLines = 10;

    // Lines differ in length: enough bytes that the wanted lines are surely among them in nearly all logs, as Nomad reckons.
    private const long BytesPerLine = 1024;

    /// <summary>Makes the command.</summary>
    public static Command Make() => new(
        "alloc logs",
        "<allocation> [task]",
        "Shows what a task wrote to its standard output, or its standard error.",
        [
            Flag.Switch("stderr", "Its standard error."),
            Flag.Switch("stdout", "Its standard output; the default."),
            Flag.Switch("f", "Stay, and show what it writes from now on too."),
            Flag.Switch("tail", "Only the end: the last 10 lines, or as many as -n says."),
            Flag.Number("n", "lines", "So many lines at the end."),
            Flag.Number("c", "bytes", "So many bytes at the end."),
            AllocationArgument.ByJob,
            AllocationArgument.Task,
            Output.Verbose,
        ],
        1,
        2,
        RunAsync);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        var flags = invocation.Flags;
        if (flags.Number("n") < 0 || flags.Number("c") < 0)
            throw new UsageException("-n and -c take numbers that are 0 or more");
        using var api = new ApiClient(invocation);
        var given = invocation.Arguments.Count == 2 ? invocation.Arguments[1] : flags.Text("task");
        var (id, task, node) = await FindAsync(invocation, api, given).ConfigureAwait(false);
        var bytes = flags.Number("c");
        var lines = flags.Number("n") ?? (flags.IsOn("tail") && bytes is null ? DefaultTailLines : null);
        var fromEnd = bytes ?? lines * BytesPerLine;
        (string, string?)[] Query(bool follow, long? offset, string origin) =>
        [
            ("task", task),
            ("node_id", node),
            ("type", flags.IsOn("stderr") ? "stderr" : "stdout"),
            ("follow", follow ? "true" : "false"),
            ("plain", "true"),
            ("origin", origin),
            ("offset", (offset ?? 0).ToString(CultureInfo.InvariantCulture)),
        ];
        var path = $"/v1/client/fs/logs/{id}";
        await using var output = new PlainOutput(invocation.Cli.Out);
        if (lines is { } count && bytes is null)
        {
            // Only whole lines, so the end is read first and cut, and following begins where it ended.
            using var tail = await api.OpenAsync(path, invocation.Cancellation, Query(false, fromEnd, "end")).ConfigureAwait(false);
            var text = await tail.Content.ReadAsStringAsync(invocation.Cancellation).ConfigureAwait(false);
            await invocation.Cli.Out.WriteAsync(LastLines(text, count)).ConfigureAwait(false);
            await invocation.Cli.Out.FlushAsync(invocation.Cancellation).ConfigureAwait(false);
            if (!flags.IsOn("f"))
                return 0;
            fromEnd = 0;
        }

        using var response = await api.OpenAsync(path, invocation.Cancellation, Query(flags.IsOn("f"), fromEnd, fromEnd is null ? "start" : "end")).ConfigureAwait(false);
        await using var stream = await response.Content.ReadAsStreamAsync(invocation.Cancellation).ConfigureAwait(false);
        try
        {
            await output.CopyAsync(stream, invocation.Cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (flags.IsOn("f"))
        {
            // Ctrl-C is how following ends.
        }

        return 0;
    }

    /// <summary>The allocation and its task; of one that the servers have forgotten, the node that keeps its logs too.</summary>
    private static async Task<(string Id, string Task, string? Node)> FindAsync(Invocation invocation, ApiClient api, string? task)
    {
        var written = invocation.Arguments[0];
        var forgotten = !invocation.Flags.IsOn("job") && Guid.TryParseExact(written, "D", out _)
            && (await Lookup.MatchesAsync(api, ThingKind.Allocation, written, invocation.Cancellation).ConfigureAwait(false)).Count == 0;
        if (!forgotten)
        {
            var id = await AllocationArgument.ResolveAsync(invocation, api).ConfigureAwait(false);
            return (id, await AllocationArgument.TaskAsync(invocation, api, id, task).ConfigureAwait(false), null);
        }

        var kept = (await api.GetAsync($"/v1/client/allocation/{written}/kept-logs", invocation.Cancellation).ConfigureAwait(false)).Body;
        var tasks = kept.Items("Tasks").Select(t => t.GetString()!).ToList();
        return (written, AllocationArgument.Choose(written, tasks, task), kept.Text("NodeID"));
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

/// <summary>Passes bytes on as UTF-8 text, as they come, without splitting a character that arrives in two pieces.</summary>
internal sealed class PlainOutput(TextWriter output) : IAsyncDisposable
{
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();

    /// <summary>Passes everything on until the stream ends.</summary>
    public async Task CopyAsync(Stream stream, CancellationToken cancellation)
    {
        var bytes = new byte[32 * 1024];
        var characters = new char[bytes.Length + 1];
        while (await stream.ReadAsync(bytes, cancellation).ConfigureAwait(false) is var read and > 0)
        {
            var count = _decoder.GetChars(bytes.AsSpan(0, read), characters, flush: false);
            await output.WriteAsync(characters.AsMemory(0, count), cancellation).ConfigureAwait(false);
            await output.FlushAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await output.FlushAsync().ConfigureAwait(false);
}
