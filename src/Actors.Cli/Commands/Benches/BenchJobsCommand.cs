using System.Globalization;
using Actors.Cli.CommandLine;
using Actors.Cli.Commands.Jobs;
using Actors.Cli.Http;
using Actors.Contracts.Jobs;

namespace Actors.Cli.Commands.Benches;

/// <summary><c>pbm bench jobs</c>.</summary>
internal static class BenchJobsCommand
{
    private static readonly TimeSpan ShowEvery = TimeSpan.FromSeconds(1);
    private static readonly string[] Waits = ["submitted", "placed", "running"];

    /// <summary>Makes the command.</summary>
    public static Command Make() => new(
        "bench jobs",
        "[path]",
        """
        Submits many jobs at once, and measures how long it takes until they are taken, placed and
        running as the API says it. The job is the file's, or one whose tasks only pretend to run
        (mock_driver); `pbm bench clients` simulates the nodes for it. Each job gets an id of its own.
        Ends with 0 when all is as wished, and with 1 when it is not within -timeout.
        """,
        [
            .. JobSource.Flags,
            Flag.Number("jobs", "count", "How many jobs. Default 10."),
            Flag.Number("count", "count", "How many allocations each group wants. Default 10, or as the file says."),
            Flag.Text("type", "type", "The job's type if there is no file: service or batch. Default service."),
            Flag.Text("cpu", "MHz", "What each task asks for: a number, or two with a dash between which each job draws its own. Default 100, or as the file says."),
            Flag.Text("memory", "MiB", "The same for memory. Default 64, or as the file says."),
            Flag.Duration("run-for", "How long the tasks pretend to run if there is no file. Default 8760h."),
            Flag.Text("prefix", "name", "The jobs' ids: this, a dash and a number. Default one that is new each time."),
            Flag.Number("concurrency", "count", "How many jobs are submitted at the same time. Default 16."),
            Flag.Text("wait", "submitted|placed|running", "What to wait for. Default running."),
            Flag.Duration("timeout", "How long to wait for it. Default 10m."),
            Flag.Switch("purge", "Stop the jobs at the end, and forget them."),
        ],
        0,
        1,
        RunAsync);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        var (cli, flags) = (invocation.Cli, invocation.Flags);
        var wait = flags.Text("wait") ?? "running";
        if (!Waits.Contains(wait))
            throw new UsageException($"-wait: found \"{wait}\", expected one of {string.Join(", ", Waits)}");
        var concurrency = flags.Number("concurrency", 16, 1, 1_000);
        var jobs = await JobsAsync(invocation).ConfigureAwait(false);
        using var api = new ApiClient(invocation);
        var run = new JobRun(api, jobs, flags.Number("jobs", 10, 1, 1_000_000), cli.Time);
        var view = new JobRunView(invocation, run);

        using var late = CancellationTokenSource.CreateLinkedTokenSource(invocation.Cancellation);
        late.CancelAfter(flags.Duration("timeout") ?? TimeSpan.FromMinutes(10));
        var work = WorkAsync(run, wait, concurrency, late);
        try
        {
            while (!work.IsCompleted)
            {
                await Task.WhenAny(work, Task.Delay(ShowEvery, cli.Time, late.Token)).ConfigureAwait(false);
                view.Progress();
            }

            await work.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!invocation.Cancellation.IsCancellationRequested)
        {
            view.Result();
            throw new CommandFailedException($"not all is {wait} within the timeout; `pbm status {jobs.Id(0)}` shows one of the jobs, `pbm why {jobs.Id(0)}` says what it waits for");
        }

        view.Result();
        if (flags.IsOn("purge"))
            await run.PurgeAsync(concurrency, invocation.Cancellation).ConfigureAwait(false);
        return 0;
    }

    private static async Task WorkAsync(JobRun run, string wait, int concurrency, CancellationTokenSource stop)
    {
        var watching = wait == "submitted" ? Task.CompletedTask : run.WatchAsync(wait == "running", stop.Token);
        try
        {
            await run.SubmitAsync(concurrency, stop.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is ApiException or CommandFailedException)
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        await watching.ConfigureAwait(false);
    }

    private static async Task<BenchJobs> JobsAsync(Invocation invocation)
    {
        var flags = invocation.Flags;
        var count = flags.Number("count", 10, 1, 1_000_000);
        var prefix = flags.Text("prefix") ?? string.Create(CultureInfo.InvariantCulture, $"bench-{invocation.Cli.Time.GetUtcNow().ToUnixTimeMilliseconds():x}");
        if (invocation.Arguments.Count == 0)
        {
            var type = flags.Text("type") ?? JobTypes.Service;
            if (type is not (JobTypes.Service or JobTypes.Batch))
                throw new UsageException($"-type: found \"{type}\", expected {JobTypes.Service} or {JobTypes.Batch}");
            var runFor = flags.Duration("run-for") ?? TimeSpan.FromHours(8760);
            return new BenchJobs(BenchJobs.Pretended(type, count, runFor), prefix, Amount.Of(flags, "cpu") ?? new Amount(100, 100), Amount.Of(flags, "memory") ?? new Amount(64, 64));
        }

        foreach (var flag in (string[])["type", "run-for"])
        {
            if (flags.Has(flag))
                throw new UsageException($"-{flag} is for jobs without a file");
        }

        var job = (await JobSource.LoadAsync(invocation, invocation.Arguments[0]).ConfigureAwait(false)).Job;
        if (flags.Has("count"))
            job = job with { TaskGroups = [.. job.TaskGroups.Select(group => group with { Count = count })] };
        return new BenchJobs(job, prefix, Amount.Of(flags, "cpu"), Amount.Of(flags, "memory"));
    }
}
