using System.Text.Json;
using Actors.Cli.Http;
using Actors.Client.Simulation;
using Actors.Contracts.Jobs;

namespace Actors.Cli.Commands.Benches;

/// <summary>One bench under way: submits the jobs, and watches what becomes of them until it is what was wished for.</summary>
/// <param name="api">The agent.</param>
/// <param name="jobs">The jobs.</param>
/// <param name="count">How many of them.</param>
/// <param name="time">The clock.</param>
internal sealed class JobRun(ApiClient api, BenchJobs jobs, int count, TimeProvider time)
{
    /// <summary>The list of all jobs costs the servers something: no more often than this.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LookWait = TimeSpan.FromSeconds(2);

    private readonly long _begun = time.GetTimestamp();
    private int _submitted;

    /// <summary>From a job's request to its answer: the job is durable then.</summary>
    public LatencyHistogram Submission { get; } = new();

    /// <summary>How many jobs are taken.</summary>
    public int Submitted => Volatile.Read(ref _submitted);

    /// <summary>What has become of them.</summary>
    public JobCounts Counts { get; private set; }

    /// <summary>How many allocations are wished for.</summary>
    public int Wanted => count * jobs.Count;

    /// <summary>What they ask for together.</summary>
    public (long CpuMhz, long MemoryMb) Asked { get; } = jobs.Asked(count);

    /// <summary>How many jobs there are.</summary>
    public int Jobs => count;

    /// <summary>How long it took until all jobs were taken; null: not yet.</summary>
    public TimeSpan? SubmittedAfter { get; private set; }

    /// <summary>How long it took until all allocations were placed and the API said so; null: not yet.</summary>
    public TimeSpan? PlacedAfter { get; private set; }

    /// <summary>How long it took until all allocations ran and the API said so; null: not yet.</summary>
    public TimeSpan? RunningAfter { get; private set; }

    /// <summary>How long it has been going on.</summary>
    public TimeSpan Elapsed => time.GetElapsedTime(_begun);

    /// <summary>Submits all jobs, some at the same time.</summary>
    /// <exception cref="ApiException">One was refused.</exception>
    public async Task SubmitAsync(int concurrency, CancellationToken cancellation)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = concurrency, CancellationToken = cancellation };
        await Parallel.ForAsync(0, count, options, async (number, token) => await SubmitAsync(jobs.Make(number), token).ConfigureAwait(false)).ConfigureAwait(false);
        SubmittedAfter = Elapsed;
    }

    /// <summary>Looks again and again until everything is as wished.</summary>
    public async Task WatchAsync(bool untilRunning, CancellationToken cancellation)
    {
        var index = 0ul;
        while (untilRunning ? RunningAfter is null : PlacedAfter is null)
        {
            var looked = Elapsed;
            var answer = await api.GetAfterAsync("/v1/jobs", index, LookWait, cancellation, ("prefix", jobs.Prefix + "-")).ConfigureAwait(false);
            (index, Counts) = (answer.Index, JobCounts.Of(answer.Body));
            if (Counts.Placed >= Wanted)
                PlacedAfter ??= Elapsed;
            if (Counts.Started >= Wanted)
                RunningAfter ??= Elapsed;
            var early = LookEvery - (Elapsed - looked);
            if (early > TimeSpan.Zero)
                await Task.Delay(early, time, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Stops the jobs, and forgets them.</summary>
    public Task PurgeAsync(int concurrency, CancellationToken cancellation) => Parallel.ForAsync(
        0,
        count,
        new ParallelOptions { MaxDegreeOfParallelism = concurrency, CancellationToken = cancellation },
        async (number, token) => await api.DeleteAsync($"/v1/job/{Uri.EscapeDataString(jobs.Id(number))}", token, ("purge", "true")).ConfigureAwait(false));

    private async Task SubmitAsync(Job job, CancellationToken cancellation)
    {
        void Body(Utf8JsonWriter writer)
        {
            writer.WriteStartObject();
            writer.WritePropertyName("Job");
            JsonSerializer.Serialize(writer, job, JobJson.Default.Job);
            writer.WriteEndObject();
        }

        var sent = time.GetTimestamp();
        await api.PutAsync("/v1/jobs", Body, cancellation).ConfigureAwait(false);
        Submission.Add(time.GetElapsedTime(sent));
        Interlocked.Increment(ref _submitted);
    }
}
