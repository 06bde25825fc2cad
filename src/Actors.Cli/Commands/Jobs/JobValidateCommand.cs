using Actors.Cli.CommandLine;
using Actors.Cli.Terminal;
using Actors.JobSpec;

namespace Actors.Cli.Commands.Jobs;

/// <summary><c>pbm job validate</c>.</summary>
internal static class JobValidateCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Make() => new(
        "job validate",
        "<path>",
        "Checks a job file: its syntax, its fields, and what they say together. Needs no agent.\nWith -json standard output is one JSON document with every error and warning and its place.\nEnds with 0 when the job could be run, with 1 when not.",
        JobSource.Flags,
        1,
        1,
        RunAsync,
        TalksToAgent: false);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        if (invocation.Flags.IsOn("json"))
        {
            _ = await JobSource.LoadAsync(
                invocation,
                invocation.Arguments[0],
                (_, _, diagnostics) => invocation.Cli.Out.WriteLineAsync(DiagnosticReport.Of(diagnostics).ToJson())).ConfigureAwait(false);
            return 0;
        }

        _ = await JobSource.LoadAsync(invocation, invocation.Arguments[0]).ConfigureAwait(false);
        await invocation.Cli.Out.WriteLineAsync(invocation.Cli.Paint(Paint.Green, "Job validation successful")).ConfigureAwait(false);
        return 0;
    }
}
