namespace Actors.Benchmarks.Drivers;

/// <summary>What the drivers add to what runs the tasks: to their start, while they run, at a restart of the agent, and to their output.</summary>
internal sealed class DriversBenchmark : IBenchmark
{
    public string Name => "drivers";

    public string What => "start over the bare fork, engine and runtime; 500 running tasks; re-attaching them; log collection";

    public async Task RunAsync(Report report, CancellationToken cancellationToken)
    {
        report.Title($"{Name}: {What}");
        await StartOverhead.RunAsync(report, cancellationToken);
        await LogCollection.RunAsync(report, cancellationToken);
        await Fleet.RunAsync(report, cancellationToken);
    }
}
