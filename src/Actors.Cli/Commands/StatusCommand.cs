using Actors.Cli.CommandLine;
using Actors.Cli.Commands.Allocations;
using Actors.Cli.Commands.Deployments;
using Actors.Cli.Commands.Evaluations;
using Actors.Cli.Commands.Jobs;
using Actors.Cli.Commands.Nodes;
using Actors.Cli.Http;

namespace Actors.Cli.Commands;

/// <summary><c>pbm status</c>: jobs, or whatever has the id.</summary>
internal static class StatusCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Make() => JobStatusCommand.Make() with
    {
        Name = "status",
        ArgumentNames = "[id]",
        Help = "Without an id: lists the jobs. With one, or the beginning of one: shows the job,\nallocation, evaluation, deployment or node that it names.",
        RunAsync = RunAsync,
    };

    private static async Task<int> RunAsync(Invocation invocation)
    {
        if (invocation.Arguments.Count == 0)
            return await JobStatusCommand.RunAsync(invocation).ConfigureAwait(false);
        using var api = new ApiClient(invocation);
        var prefix = invocation.Arguments[0];
        if (await Lookup.FindJobAsync(api, prefix, invocation.Cancellation).ConfigureAwait(false) is not null)
            return await JobStatusCommand.RunAsync(invocation).ConfigureAwait(false);
        (ThingKind Kind, Func<Invocation, Task<int>> RunAsync)[] others =
        [
            (ThingKind.Allocation, AllocStatusCommand.RunAsync),
            (ThingKind.Evaluation, EvalStatusCommand.RunAsync),
            (ThingKind.Deployment, DeploymentStatusCommand.RunAsync),
            (ThingKind.Node, NodeStatusCommand.RunAsync),
        ];
        foreach (var (kind, run) in others)
        {
            if ((await Lookup.MatchesAsync(api, kind, prefix, invocation.Cancellation).ConfigureAwait(false)).Count > 0)
                return await run(invocation).ConfigureAwait(false);
        }

        throw new CommandFailedException($"nothing has an id that is or begins with \"{prefix}\": no job, allocation, evaluation, deployment or node");
    }
}
