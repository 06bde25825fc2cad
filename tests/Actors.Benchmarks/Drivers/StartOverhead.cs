using System.Diagnostics;
using Actors.Contracts.Collections;
using Actors.Drivers;
using Actors.Drivers.Config;
using Actors.Drivers.Docker;
using Actors.Drivers.Exec;
using Actors.Drivers.RawExec;
using Actors.Testing;
using Docker.DotNet;
using Docker.DotNet.Models;
using ContainerSpec = Actors.Drivers.Docker.ContainerSpec;

namespace Actors.Benchmarks.Drivers;

/// <summary>How long a driver takes to start a task, less what the same takes without a driver; both in turns, so that the machine's mood hits both.</summary>
internal static class StartOverhead
{
    private const int WarmUp = 5;

    /// <summary>Measures what is there on this machine.</summary>
    public static async Task RunAsync(Report report, CancellationToken cancellationToken)
    {
        using var folder = new TemporaryFolder("actors-bench-");
        var sleep = BenchmarkTask.Command("/bin/sleep", "600");
        await using (var driver = new RawExecDriver(null, TimeProvider.System))
            await CompareAsync(report, driver, 40, 20, () => BenchmarkTask.In(folder.Path, sleep), "a bare fork", (_, _) => ForkAsync(), cancellationToken);

        await using (var driver = new ExecDriver(null, TimeProvider.System))
        {
            if (await HealthAsync(driver, cancellationToken) is { } why) report.Note($"exec: {why}, not measured");
            else await CompareAsync(report, driver, 20, 50, () => BenchmarkTask.In(folder.Path, sleep), "the bare runtime", RuntimeAsync, cancellationToken);
        }

        await using (var driver = new DockerDriver(null, TimeProvider.System))
        {
            if (await HealthAsync(driver, cancellationToken) is { } why) report.Note($"docker: {why}, not measured");
            else if (!await BenchmarkImage.EnsureAsync(cancellationToken)) report.Note("docker: no image of busybox can be made, not measured");
            else await CompareAsync(report, driver, 15, 50, () => BenchmarkTask.In(folder.Path, [("image", ConfigValue.Of(BenchmarkImage.Name)), .. sleep]), "the bare engine", EngineAsync, cancellationToken);
        }
    }

    private static async Task CompareAsync(
        Report report, ITaskDriver driver, int samples, double bar, Func<TaskConfig> newTask, string baseline, Func<TaskConfig, CancellationToken, Task<double>> bare, CancellationToken cancellationToken)
    {
        var (with, without) = (new Samples(), new Samples());
        for (var i = 0; i < WarmUp + samples; i++)
        {
            var task = newTask();
            var watch = Stopwatch.StartNew();
            await using var started = await driver.StartAsync(task, new Progress<DriverEvent>(), cancellationToken);
            var elapsed = watch.Elapsed.TotalMilliseconds;
            await started.DestroyAsync(cancellationToken);
            var plain = await bare(task, cancellationToken);
            if (i < WarmUp) continue;
            with.Add(elapsed);
            without.Add(plain);
        }

        report.AtMost($"{driver.Name}: start over {baseline}, p50 of {samples}", with.Median - without.Median, "ms", bar);
        report.AtMost($"{driver.Name}: start, p50", with.Median, "ms", baseline: (baseline, without.Median));
        report.AtMost($"{driver.Name}: start, p95", with.Percentile(0.95), "ms", baseline: (baseline, without.Percentile(0.95)));
    }

    private static async Task<string?> HealthAsync(ITaskDriver driver, CancellationToken cancellationToken)
    {
        await foreach (var found in driver.FingerprintAsync(cancellationToken)) return found.Healthy ? null : found.Description;
        return "it has no fingerprint";
    }

    private static async Task<double> ForkAsync()
    {
        var watch = Stopwatch.StartNew();
        using var process = Process.Start("/bin/sleep", ["600"]);
        var elapsed = watch.Elapsed.TotalMilliseconds;
        process.Kill();
        await process.WaitForExitAsync();
        return elapsed;
    }

    /// <summary>The same bundle that the driver wrote, by the runtime alone.</summary>
    private static async Task<double> RuntimeAsync(TaskConfig task, CancellationToken cancellationToken)
    {
        var root = Directory.CreateDirectory(Path.Combine(task.Paths.Control, "bare")).FullName;
        var watch = Stopwatch.StartNew();
        await Shell.RunAsync($"exec runc --root {root} run --detach --bundle {task.Paths.Control}/bundle {task.HostName}", cancellationToken);
        var elapsed = watch.Elapsed.TotalMilliseconds;
        await Shell.RunAsync($"runc --root {root} delete --force {task.HostName}", cancellationToken);
        return elapsed;
    }

    /// <summary>The same container that the driver asks for, by the engine alone.</summary>
    private static async Task<double> EngineAsync(TaskConfig task, CancellationToken cancellationToken)
    {
        var options = DockerOptions.Read(null);
        using var engine = new DockerClientBuilder().WithEndpoint(new Uri(options.Endpoint)).Build();
        // The connection is there before the driver's too.
        await engine.System.PingAsync(cancellationToken);
        var container = ContainerSpec.Build(task, new ConfigReader(DockerSchema.Task.Canonical(task.Config)), options);
        var watch = Stopwatch.StartNew();
        var created = await engine.Containers.CreateContainerAsync(container, cancellationToken);
        await engine.Containers.StartContainerAsync(created.ID, new ContainerStartParameters(), cancellationToken);
        var elapsed = watch.Elapsed.TotalMilliseconds;
        await engine.Containers.RemoveContainerAsync(created.ID, new ContainerRemoveParameters { Force = true }, cancellationToken);
        return elapsed;
    }
}
