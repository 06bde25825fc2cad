using Actors.Cli.CommandLine;
using Actors.Cli.Http;
using Actors.Cli.Terminal;

namespace Actors.Cli.Commands.Allocations;

/// <summary><c>pbm alloc logs</c>.</summary>
internal static class AllocLogsCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Make() => new(
        "alloc logs",
        "<allocation> [task]",
        "Shows what a task wrote to its standard output, or its standard error.",
        [
            Flag.Switch("stderr", "Its standard error."),
            Flag.Switch("stdout", "Its standard output; the default."),
            .. TextStream.Flags,
            AllocationArgument.ByJob,
            AllocationArgument.Task,
            Output.Verbose,
        ],
        1,
        2,
        RunAsync);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        TextStream.Check(invocation.Flags);
        using var api = new ApiClient(invocation);
        var given = invocation.Arguments.Count == 2 ? invocation.Arguments[1] : invocation.Flags.Text("task");
        var (id, task, node) = await FindAsync(invocation, api, given).ConfigureAwait(false);
        await TextStream.ShowAsync(
            invocation, api, $"/v1/client/fs/logs/{id}", ("task", task), ("node_id", node), ("type", invocation.Flags.IsOn("stderr") ? "stderr" : "stdout")).ConfigureAwait(false);
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
}
