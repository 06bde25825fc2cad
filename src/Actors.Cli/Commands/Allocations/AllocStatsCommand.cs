using Actors.Cli.CommandLine;
using Actors.Cli.Http;

namespace Actors.Cli.Commands.Allocations;

/// <summary><c>pbm alloc stats</c>.</summary>
internal static class AllocStatsCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Make() => new(
        "alloc stats",
        "<allocation>",
        "Shows what the tasks of an allocation use now.",
        [Output.Verbose, Output.Json, Output.Template, AllocationArgument.ByJob],
        1,
        1,
        RunAsync);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        using var api = new ApiClient(invocation);
        var id = await AllocationArgument.ResolveAsync(invocation, api).ConfigureAwait(false);
        var usage = await UsageView.OfAllocationAsync(api, id, invocation.Cancellation).ConfigureAwait(false);
        if (!Output.TryRaw(invocation, usage))
            await invocation.Cli.Out.WriteLineAsync(UsageView.Tasks(usage)).ConfigureAwait(false);
        return 0;
    }
}
