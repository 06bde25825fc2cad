using System.Globalization;
using System.Text.Json;
using Actors.Cli.CommandLine;
using Actors.Cli.Http;
using Actors.Cli.Terminal;

namespace Actors.Cli.Commands.Allocations;

/// <summary><c>pbm alloc fs</c>.</summary>
internal static class AllocFsCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Make() => new(
        "alloc fs",
        "<allocation> [path]",
        "Lists a folder of an allocation, or shows a file of it. The path begins at the allocation's own folder.",
        [
            Flag.Switch("stat", "Show the file's size and date instead of what is in it."),
            Flag.Switch("H", "Sizes in KiB, MiB and so on instead of bytes."),
            .. TextStream.Flags,
            AllocationArgument.ByJob,
            Output.Verbose,
        ],
        1,
        2,
        RunAsync);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        TextStream.Check(invocation.Flags);
        using var api = new ApiClient(invocation);
        var id = await AllocationArgument.ResolveAsync(invocation, api).ConfigureAwait(false);
        var path = invocation.Arguments.Count == 2 ? invocation.Arguments[1] : "/";
        var stat = (await api.GetAsync($"/v1/client/fs/stat/{id}", invocation.Cancellation, ("path", path)).ConfigureAwait(false)).Body;
        if (invocation.Flags.IsOn("stat"))
        {
            await invocation.Cli.Out.WriteLineAsync(Table(invocation, [stat])).ConfigureAwait(false);
            return 0;
        }

        if (stat.Flag("IsDir"))
        {
            var entries = (await api.GetAsync($"/v1/client/fs/ls/{id}", invocation.Cancellation, ("path", path)).ConfigureAwait(false)).Body;
            await invocation.Cli.Out.WriteLineAsync(Table(invocation, entries.EnumerateArray())).ConfigureAwait(false);
            return 0;
        }

        await TextStream.ShowAsync(invocation, api, $"/v1/client/fs/stream/{id}", ("path", path)).ConfigureAwait(false);
        return 0;
    }

    private static string Table(Invocation invocation, IEnumerable<JsonElement> files) => Columns.Table([
        ["Mode", "Size", "Modified Time", "Name"],
        .. files.OrderBy(file => file.Text("Name"), StringComparer.Ordinal).Select(file => Output.Row(
            file.Text("FileMode"),
            Size(file.Number("Size"), invocation.Flags.IsOn("H")),
            Times.Show(file.Time("ModTime"), invocation.Cli.Time),
            file.Text("Name") + (file.Flag("IsDir") ? "/" : "")))]);

    private static string Size(long bytes, bool human)
    {
        if (!human || bytes < 1024)
            return string.Create(CultureInfo.InvariantCulture, $"{bytes} B");
        string[] units = ["KiB", "MiB", "GiB", "TiB"];
        var size = bytes / 1024.0;
        var unit = 0;
        for (; size >= 1024 && unit < units.Length - 1; unit++)
            size /= 1024;
        return string.Create(CultureInfo.InvariantCulture, $"{size:0.#} {units[unit]}");
    }
}
