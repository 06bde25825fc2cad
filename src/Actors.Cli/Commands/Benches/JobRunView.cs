using System.Globalization;
using System.Text;
using System.Text.Json;
using Actors.Cli.CommandLine;
using Actors.Cli.Terminal;

namespace Actors.Cli.Commands.Benches;

/// <summary>Shows how a bench of jobs goes, and what it came to.</summary>
internal sealed class JobRunView(Invocation invocation, JobRun run)
{
    private readonly LiveBlock _block = new(invocation.Cli);

    /// <summary>Shows how far it is; nothing with <c>-json</c>.</summary>
    public void Progress()
    {
        if (!invocation.Flags.IsOn("json"))
            _block.Show([string.Create(CultureInfo.InvariantCulture, $"{run.Elapsed.TotalSeconds,6:0.0} s  {run.Submitted:#,0} of {run.Jobs:#,0} jobs submitted; of {run.Wanted:#,0} allocations {run.Counts.Placed:#,0} placed, {run.Counts.Started:#,0} running, {run.Counts.Bad:#,0} failed")]);
    }

    /// <summary>Shows what it came to.</summary>
    public void Result()
    {
        if (invocation.Flags.IsOn("json"))
        {
            invocation.Cli.Out.WriteLine(Json());
            return;
        }

        invocation.Cli.Out.WriteLine();
        invocation.Cli.Out.WriteLine(Columns.Pairs(
        [
            ("Asked for", string.Create(CultureInfo.InvariantCulture, $"{run.Asked.CpuMhz:#,0} MHz, {run.Asked.MemoryMb:#,0} MiB")),
            ("Submitted", Rate(run.SubmittedAfter, run.Submitted, run.Jobs, "jobs")),
            ("Placed", Rate(run.PlacedAfter, run.Counts.Placed, run.Wanted, "allocations")),
            ("Running", Rate(run.RunningAfter, run.Counts.Started, run.Wanted, "allocations")),
            ("Submission", Latency.Text(run.Submission)),
        ]));
    }

    private static string Rate(TimeSpan? after, int reached, int wanted, string what) => after is { } all
        ? string.Create(CultureInfo.InvariantCulture, $"all {wanted:#,0} {what} after {all.TotalSeconds:0.00} s: {wanted / all.TotalSeconds:#,0}/s")
        : string.Create(CultureInfo.InvariantCulture, $"{reached:#,0} of {wanted:#,0} {what}");

    private string Json()
    {
        return Encoding.UTF8.GetString(JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteNumber("Jobs", run.Jobs);
            writer.WriteNumber("Allocations", run.Wanted);
            writer.WriteNumber("AskedMHz", run.Asked.CpuMhz);
            writer.WriteNumber("AskedMB", run.Asked.MemoryMb);
            writer.WriteNumber("Submitted", run.Submitted);
            writer.WriteNumber("Placed", run.Counts.Placed);
            writer.WriteNumber("Running", run.Counts.Started);
            writer.WriteNumber("Failed", run.Counts.Bad);
            Seconds(writer, "SubmittedSeconds", run.SubmittedAfter);
            Seconds(writer, "PlacedSeconds", run.PlacedAfter);
            Seconds(writer, "RunningSeconds", run.RunningAfter);
            Latency.Write(writer, "SubmissionMs", run.Submission);
            writer.WriteEndObject();
        }));
    }

    private static void Seconds(Utf8JsonWriter writer, string name, TimeSpan? after)
    {
        if (after is { } known)
            writer.WriteNumber(name, Math.Round(known.TotalSeconds, 3));
        else
            writer.WriteNull(name);
    }
}
