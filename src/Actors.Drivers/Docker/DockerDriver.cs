using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Actors.Contracts.Collections;
using Actors.Drivers.Config;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace Actors.Drivers.Docker;

/// <summary>Runs tasks as containers of a Docker engine. The engine may come, go and restart while the agent runs.</summary>
public sealed partial class DockerDriver : ITaskDriver
{
    /// <summary>The driver's name.</summary>
    public const string DriverName = "docker";

    private static readonly TimeSpan FingerprintEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(10);

    private readonly DockerOptions _options;
    private readonly TimeProvider _time;
    private readonly DockerClient _engine;
    private readonly EngineLogStream _logStream;
    private readonly EngineWatch _watch;
    private readonly ImageCoordinator _images;
    private readonly ImageCollector _collector;

    /// <summary>Prepares for an engine; it need not be there.</summary>
    /// <param name="options">The plugin's keys as the agent's configuration has them.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="FormatException">A key has the wrong shape.</exception>
    public DockerDriver(JsonObject? options, TimeProvider time)
        : this(DriverName, DockerOptions.Read(options), time)
    {
    }

    /// <summary>Prepares for an engine that speaks Docker's API under another name.</summary>
    internal DockerDriver(string name, DockerOptions options, TimeProvider time)
    {
        (Name, _options, _time) = (name, options, time);
        var endpoint = new Uri(_options.Endpoint);
        _engine = new DockerClientBuilder().WithEndpoint(endpoint).WithTimeout(Timeout.InfiniteTimeSpan).Build();
        _logStream = new EngineLogStream(endpoint);
        _watch = new EngineWatch(_engine, options.FiltersEvents, time);
        _collector = new ImageCollector(_engine, _options, time);
        _images = new ImageCoordinator(_engine, _options, _collector, time);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>What is changed of a container before the engine is asked for it.</summary>
    internal Action<CreateContainerParameters, TaskConfig>? Adjust { get; init; }

    /// <inheritdoc/>
    public DriverCapabilities Capabilities { get; } = new(SendSignals: true, Exec: true, FileSystemIsolation.Image);

    /// <inheritdoc/>
    public ConfigSchema Schema => DockerSchema.Task;

    /// <inheritdoc/>
    public async IAsyncEnumerable<DriverFingerprint> FingerprintAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        DriverFingerprint? last = null;
        var seen = false;
        while (!cancellationToken.IsCancellationRequested)
        {
            var now = await LookAsync(seen, cancellationToken).ConfigureAwait(false);
            if (cancellationToken.IsCancellationRequested) yield break;
            seen |= now.Healthy;
            if (now != last) yield return last = now;
            await Task.Delay(FingerprintEvery, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <inheritdoc/>
    public async Task<IDriverTask> StartAsync(TaskConfig task, IProgress<DriverEvent> events, CancellationToken cancellationToken)
    {
        var config = new ConfigReader(Schema.Canonical(task.Config));
        var container = ContainerSpec.Build(task, config, _options);
        Adjust?.Invoke(container, task);
        await _images.EnsureAsync(task, config, events, cancellationToken).ConfigureAwait(false);
        string created;
        try
        {
            created = await CreateAsync(container, (int)(config.Integer("container_exists_attempts") ?? _options.ContainerExistsAttempts), cancellationToken).ConfigureAwait(false);
            await EngineErrors.AskAsync(
                "Failed to start container", () => _engine.Containers.StartContainerAsync(created, new ContainerStartParameters(), cancellationToken)).ConfigureAwait(false);
        }
        catch (Exception e) when (e is DriverException or OperationCanceledException)
        {
            // By name: a call that was given up may have been carried out all the same.
            _collector.Release(ImageReference.Parse(container.Image!).ToString(), task.HostName, task.NodeId);
            await RemoveAsync(container.Name!, CancellationToken.None).ConfigureAwait(false);
            throw;
        }

        return Attach(task, created, container.Tty, container.Image!, events);
    }

    /// <inheritdoc/>
    public Task<IDriverTask?> RecoverAsync(TaskConfig task, TaskHandle? handle, IProgress<DriverEvent> events, CancellationToken cancellationToken) =>
        EngineErrors.AskAsync("could not look for the task's container", async () =>
        {
            var inspected = await FindAsync(task, handle, cancellationToken).ConfigureAwait(false);
            if (inspected is null) return handle is null ? null : (IDriverTask?)new GoneContainer(handle);
            if (inspected.State!.Status != "created")
            {
                await _collector.UseAsync(ImageReference.Parse(inspected.Config!.Image!).ToString(), task.HostName, cancellationToken).ConfigureAwait(false);
                return Attach(task, inspected.ID, inspected.Config.Tty, inspected.Config.Image!, events);
            }

            // The agent died between making and starting it: it never ran.
            await RemoveAsync(inspected.ID, cancellationToken).ConfigureAwait(false);
            return null;
        });

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _collector.DisposeAsync().ConfigureAwait(false);
        await _watch.DisposeAsync().ConfigureAwait(false);
        _logStream.Dispose();
        _engine.Dispose();
    }

    private ContainerTask Attach(TaskConfig task, string id, bool tty, string image, IProgress<DriverEvent> events)
    {
        var logs = task.Logs.Disabled || _options.DisableLogCollection ? null : new ContainerLogs(_logStream, id, tty, task, _time);
        return new ContainerTask(Name, _engine, _watch, id, logs, events, _time)
        {
            KeepContainer = !_options.RemoveContainers,
            Removed = () => _collector.Release(ImageReference.Parse(image).ToString(), task.HostName, task.NodeId),
        };
    }

    private async Task<string> CreateAsync(CreateContainerParameters container, int attempts, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return (await _engine.Containers.CreateContainerAsync(container, cancellationToken).ConfigureAwait(false)).ID;
            }
            catch (DockerApiException e) when (e.StatusCode == HttpStatusCode.Conflict && attempt < attempts)
            {
                // What an earlier run left under this name.
                await RemoveAsync(container.Name!, cancellationToken).ConfigureAwait(false);
                await Task.Delay(TimeSpan.FromMilliseconds(100 * attempt), _time, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is DockerApiException || EngineErrors.IsOutage(e))
            {
                var final = e is DockerApiException { StatusCode: HttpStatusCode.BadRequest or HttpStatusCode.NotFound };
                throw new DriverException($"Failed to create container: {EngineErrors.Message(e)}", recoverable: !final, e);
            }
        }
    }

    private Task RemoveAsync(string container, CancellationToken cancellationToken) => EngineErrors.AskAsync($"could not remove container {container}", async () =>
    {
        try
        {
            await _engine.Containers.RemoveContainerAsync(container, new ContainerRemoveParameters { Force = true, RemoveVolumes = true }, cancellationToken).ConfigureAwait(false);
        }
        catch (DockerApiException e) when (e.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Conflict)
        {
            // Gone, or going.
            return;
        }
    });

    private async Task<ContainerInspectResponse?> FindAsync(TaskConfig task, TaskHandle? handle, CancellationToken cancellationToken)
    {
        var names = handle is null ? (IEnumerable<string>)[task.HostName] : [JsonDocument.Parse(handle.State).RootElement.GetProperty("container_id").GetString() ?? "", task.HostName];
        foreach (var name in names)
        {
            try
            {
                var inspected = await _engine.Containers.InspectContainerAsync(name, cancellationToken).ConfigureAwait(false);
                if (inspected.Config?.Labels?.TryGetValue(ContainerSpec.AllocationLabel, out var allocation) == true && allocation == task.AllocationId.ToString()) return inspected;
            }
            catch (DockerContainerNotFoundException)
            {
                continue;
            }
        }

        return null;
    }

    private async Task<DriverFingerprint> LookAsync(bool seen, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(AnswerWithin);
        try
        {
            var version = await _engine.System.GetVersionAsync(deadline.Token).ConfigureAwait(false);
            var info = await _engine.System.GetSystemInfoAsync(deadline.Token).ConfigureAwait(false);
            return new DriverFingerprint(true, true, "Healthy", EquatableMap.Of(
                ($"driver.{Name}", "1"),
                ($"driver.{Name}.version", version.Version),
                ($"driver.{Name}.os_type", info.OSType ?? "linux"),
                ($"driver.{Name}.runtimes", string.Join(',', (info.Runtimes?.Keys ?? []).Order(StringComparer.Ordinal))),
                ($"driver.{Name}.privileged.enabled", _options.AllowPrivileged ? "true" : "false"),
                ($"driver.{Name}.volumes.enabled", _options.VolumesEnabled ? "true" : "false")));
        }
        catch (Exception e) when (e is DockerApiException or OperationCanceledException || EngineErrors.IsOutage(e))
        {
            var why = e is OperationCanceledException ? $"the engine at {_options.Endpoint} did not answer within {AnswerWithin.TotalSeconds:0} s" : $"the engine at {_options.Endpoint} does not answer: {e.Message}";
            return new DriverFingerprint(seen, false, why, EquatableMap<string>.Empty);
        }
    }
}
