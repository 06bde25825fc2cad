using System.Text.Json;
using Actors.Cli.CommandLine;
using Actors.Cli.Http;

namespace Actors.Cli.Commands.Jobs;

/// <summary><c>pbm job run</c>.</summary>
internal static class JobRunCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Make() => new(
        "job run",
        "<path>",
        """
        Runs the job of a file, or makes it be as the file now says, and follows what comes of it until
        everything is placed and healthy. "-" reads the file from standard input.
        Ends with 0 when all went well, with 1 on an error or a failed deployment, and with 2 when
        something found no room.
        """,
        [
            .. JobSource.Flags,
            Flag.Number("check-index", "index", "Only if the job's modify index is this; 0: only if there is no such job yet."),
            Flag.Switch("detach", "Return at once, and show the evaluation's id instead of following it."),
            Flag.Switch("output", "Show the JSON that would be sent, and send nothing."),
            Flag.Number("eval-priority", "priority", "The evaluation's priority, 1 to 100, if not the job's."),
            Flag.Switch("preserve-counts", "Groups that run already keep their counts."),
            Flag.Switch("policy-override", "Override soft mandatory policies."),
            Output.Verbose,
        ],
        1,
        1,
        RunAsync);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        var loaded = await JobSource.LoadAsync(invocation, invocation.Arguments[0]).ConfigureAwait(false);
        if (invocation.Flags.IsOn("output"))
        {
            await invocation.Cli.Out.WriteLineAsync(loaded.ToJson()).ConfigureAwait(false);
            return 0;
        }

        using var api = new ApiClient(invocation);
        return await SubmitAsync(invocation, api, loaded).ConfigureAwait(false);
    }

    private static string NextLaunch(Invocation invocation, LoadedJob loaded) =>
        loaded.Job.Periodic is { } periodic ? $"\nApproximate next launch time: {JobStatusCommand.NextLaunch(periodic, invocation.Cli.Time)}" : "";

    /// <summary>Submits a job and follows it.</summary>
    public static async Task<int> SubmitAsync(Invocation invocation, ApiClient api, LoadedJob loaded)
    {
        void Body(Utf8JsonWriter writer)
        {
            writer.WriteStartObject();
            writer.WritePropertyName("Job");
            loaded.WriteJob(writer);
            if (invocation.Flags.Number("check-index") is { } index)
            {
                writer.WriteBoolean("EnforceIndex", true);
                writer.WriteNumber("JobModifyIndex", index);
            }

            if (invocation.Flags.Number("eval-priority") is { } priority)
                writer.WriteNumber("EvalPriority", priority);
            writer.WriteBoolean("PreserveCounts", invocation.Flags.IsOn("preserve-counts"));
            writer.WriteBoolean("PolicyOverride", invocation.Flags.IsOn("policy-override"));
            loaded.WriteSubmission(writer);
            writer.WriteEndObject();
        }

        Answer answer;
        try
        {
            answer = await api.PutAsync("/v1/jobs", Body, invocation.Cancellation, loaded.Place(invocation)).ConfigureAwait(false);
        }
        catch (ApiException e) when (invocation.Flags.Has("check-index") && e.Body.Contains("Enforcing job modify index", StringComparison.OrdinalIgnoreCase))
        {
            throw new CommandFailedException($"the job has changed since the plan: {e.Body}\nPlan again: pbm job plan {invocation.Arguments[0]}", 1, e);
        }

        return await FollowUp.RunAsync(invocation, api, answer.Body, "Job registration successful" + NextLaunch(invocation, loaded)).ConfigureAwait(false);
    }
}
