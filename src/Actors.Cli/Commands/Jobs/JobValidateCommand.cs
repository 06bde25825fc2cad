using Actors.Cli.CommandLine;
using Actors.Cli.Terminal;

namespace Actors.Cli.Commands.Jobs;

/// <summary><c>pbm job validate</c>.</summary>
internal static class JobValidateCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Make() => new(
        "job validate",
        "<path>",
        "Checks a job file: its syntax, its fields, and what they say together. Needs no agent.\nEnds with 0 when the job could be run, with 1 when not.",
        JobSource.Flags,
        1,
        1,
        RunAsync,
        TalksToAgent: false);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        _ = await JobSource.LoadAsync(invocation, invocation.Arguments[0]).ConfigureAwait(false);
        await invocation.Cli.Out.WriteLineAsync(invocation.Cli.Paint(Paint.Green, "Job validation successful")).ConfigureAwait(false);
        return 0;
    }
}
