using Actors.Cli.CommandLine;
using Actors.Cli.Quickstart;

namespace Actors.Cli.Commands.Jobs;

/// <summary><c>pbm job init</c>.</summary>
internal static class JobInitCommand
{
    private const string DefaultName = "example.nomad.hcl";

    /// <summary>Makes the command.</summary>
    public static Command Make() => new(
        "job init",
        "[file]",
        $"Writes a sample job file to begin from; default {DefaultName}.",
        [Flag.Switch("short", "Without the comments."), Flag.Text("template", "name", $"Which sample: {string.Join(", ", Samples.Names)}. Default example.")],
        0,
        1,
        RunAsync,
        TalksToAgent: false);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        var name = invocation.Arguments.Count > 0 ? invocation.Arguments[0] : DefaultName;
        var sample = invocation.Flags.Text("template") ?? "example";
        var text = Samples.Find(sample) ?? throw new UsageException($"no sample \"{sample}\"; there are: {string.Join(", ", Samples.Names)}");
        if (invocation.Flags.IsOn("short"))
            text = string.Join('\n', text.Split('\n').Where(line => !line.TrimStart().StartsWith('#'))).Trim() + "\n";
        await NewFile.WriteAsync(invocation, name, text).ConfigureAwait(false);
        await invocation.Cli.Out.WriteLineAsync($"Example job file written to {name}").ConfigureAwait(false);
        return 0;
    }
}
