using Actors.Cli.CommandLine;
using Actors.JobSpec;

namespace Actors.Cli.Commands.Jobs;

/// <summary><c>pbm job schema</c>.</summary>
internal static class JobSchemaCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Make() => new(
        "job schema",
        "",
        "Prints the JSON Schema of a job in its JSON form, for editors that help to write one.",
        [],
        0,
        0,
        RunAsync,
        TalksToAgent: false);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        await invocation.Cli.Out.WriteLineAsync(JobSchema.Generate()).ConfigureAwait(false);
        return 0;
    }
}
