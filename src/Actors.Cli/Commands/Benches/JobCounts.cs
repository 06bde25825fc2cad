using System.Text.Json;
using Actors.Cli.Terminal;

namespace Actors.Cli.Commands.Benches;

/// <summary>What has become of the jobs of a bench, as the API counts it.</summary>
/// <param name="Placed">Allocations that have a node.</param>
/// <param name="Started">Allocations that run, or did.</param>
/// <param name="Bad">Allocations that failed, or whose node was lost.</param>
internal readonly record struct JobCounts(int Placed, int Started, int Bad)
{
    /// <summary>Reads the answer of <c>/v1/jobs</c>.</summary>
    public static JobCounts Of(JsonElement jobs)
    {
        var counts = default(JobCounts);
        foreach (var job in jobs.EnumerateArray())
        {
            foreach (var group in job.Child("JobSummary")?.Members("Summary") ?? [])
                counts = counts.With(group.Value);
        }

        return counts;
    }

    private JobCounts With(JsonElement group)
    {
        var started = (int)(group.Number("Running") + group.Number("Complete"));
        var bad = (int)(group.Number("Failed") + group.Number("Lost"));
        return new JobCounts(Placed + started + bad + (int)(group.Number("Starting") + group.Number("Unknown")), Started + started, Bad + bad);
    }
}
