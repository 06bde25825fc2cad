using Actors.Cli.CommandLine;
using Actors.Cli.Http;

namespace Actors.Cli.Commands.Jobs;

/// <summary><c>pbm job stop</c>.</summary>
internal static class JobStopCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Make() => new(
        "job stop",
        "<job>",
        "Stops a job and its allocations. The beginning of the job's id will do, after a question.",
        [
            Flag.Switch("purge", "Forget the job too, once its allocations have ended."),
            Flag.Switch("yes", "Don't ask."),
            Flag.Switch("detach", "Return at once, and show the evaluation's id instead of following it."),
            Flag.Number("eval-priority", "priority", "The evaluation's priority, 1 to 100, if not the job's."),
            Output.Verbose,
        ],
        1,
        int.MaxValue,
        RunAsync);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        using var api = new ApiClient(invocation);
        var code = 0;
        foreach (var prefix in invocation.Arguments)
        {
            var (id, ns) = await Lookup.JobAsync(api, prefix, invocation.Cancellation).ConfigureAwait(false);
            if (id != prefix && !invocation.Flags.IsOn("yes") && !Asked(invocation, id))
                return 0;
            var answer = await api.DeleteAsync(
                "/v1/job/" + Uri.EscapeDataString(id),
                invocation.Cancellation,
                ("namespace", ns),
                ("purge", invocation.Flags.IsOn("purge") ? "true" : null),
                ("eval_priority", invocation.Flags.Text("eval-priority"))).ConfigureAwait(false);
            var ended = await FollowUp.RunAsync(invocation, api, answer.Body, $"Job \"{id}\" stopped").ConfigureAwait(false);
            code = code == 0 ? ended : code;
        }

        return code;
    }

    private static bool Asked(Invocation invocation, string id)
    {
        if (!invocation.Cli.IsInteractive)
            throw new CommandFailedException($"\"{id}\" is the only job that begins so; write its whole id, or say -yes");
        invocation.Cli.Out.Write($"Are you sure you want to stop job \"{id}\"? [y/N] ");
        invocation.Cli.Out.Flush();
        return invocation.Cli.In.ReadLine()?.Trim() is "y" or "Y" or "yes";
    }
}
