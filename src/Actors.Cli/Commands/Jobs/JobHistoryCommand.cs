using System.Globalization;
using Actors.Cli.CommandLine;
using Actors.Cli.Http;
using Actors.Cli.Terminal;

namespace Actors.Cli.Commands.Jobs;

/// <summary><c>pbm job history</c>.</summary>
internal static class JobHistoryCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Make() => new(
        "job history",
        "<job>",
        "Shows the versions of a job that are kept, newest first; with -p also what each changed.",
        [
            Flag.Switch("p", "Show the difference of each version to the one before."),
            Flag.Text("diff-tag", "name", "With -p: show the difference to the version that has this tag."),
            Flag.Number("diff-version", "version", "With -p: show the difference to this version."),
            Flag.Number("version", "version", "Only this version."),
            Output.Json,
            Output.Template,
        ],
        1,
        1,
        RunAsync);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        var withDiff = invocation.Flags.IsOn("p");
        var tagged = invocation.Flags.Text("diff-tag");
        var reference = invocation.Flags.Number("diff-version");
        if (!withDiff && (tagged is not null || reference is not null))
            throw new UsageException("-diff-tag and -diff-version say what -p compares with: give -p too");
        if (tagged is not null && reference is not null)
            throw new UsageException("-diff-tag and -diff-version both say what to compare with: give one of them");
        using var api = new ApiClient(invocation);
        var (id, ns) = await Lookup.JobAsync(api, invocation.Arguments[0], invocation.Cancellation).ConfigureAwait(false);
        var answer = await api.GetAsync($"/v1/job/{Uri.EscapeDataString(id)}/versions", invocation.Cancellation, ("namespace", ns), ("diffs", withDiff ? "true" : null), ("diff_tag", tagged), ("diff_version", reference?.ToString(CultureInfo.InvariantCulture))).ConfigureAwait(false);
        if (Output.TryRaw(invocation, answer.Body))
            return 0;
        var versions = answer.Body.Items("Versions").ToList();
        var diffs = answer.Body.Items("Diffs").ToList();
        var only = invocation.Flags.Number("version");
        var shown = versions.Select((version, i) => (Version: version, Place: i)).Where(entry => only is null || entry.Version.Number("Version") == only).ToList();
        if (shown.Count == 0)
            throw new CommandFailedException(only is null ? $"job \"{id}\" has no versions" : $"job \"{id}\" has no version {only}; there are: {string.Join(", ", versions.Select(version => version.Number("Version")))}");
        for (var i = 0; i < shown.Count; i++)
        {
            if (i > 0)
                await invocation.Cli.Out.WriteLineAsync().ConfigureAwait(false);
            var (version, place) = shown[i];
            await invocation.Cli.Out.WriteLineAsync(Columns.Pairs([
                ("Version", version.Text("Version")),
                ("Stable", version.Flag("Stable") ? "true" : "false"),
                ("Submit Date", Times.Show(version.Time("SubmitTime"), invocation.Cli.Time)),
                .. version.Child("VersionTag") is { } tag ? [("Tag Name", tag.Text("Name")), ("Tag Description", tag.Text("Description"))] : Array.Empty<(string, string)>(),
            ])).ConfigureAwait(false);
            if (withDiff && place < diffs.Count)
                await invocation.Cli.Out.WriteLineAsync("Diff        =\n" + string.Join('\n', JobDiffView.Lines(diffs[place], invocation.Cli, verbose: false))).ConfigureAwait(false);
        }

        return 0;
    }
}
