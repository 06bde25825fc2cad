using System.Collections.Concurrent;
using System.Globalization;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace Actors.Drivers.Docker;

/// <summary>
/// Notices the ends of all containers over one stream of the engine's events, and by looking at all of them whenever that
/// stream begins again: after an outage nothing is missed.
/// </summary>
internal sealed class EngineWatch : IAsyncDisposable
{
    private static readonly TimeSpan ShortestRetry = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LookAtAllEvery = TimeSpan.FromSeconds(30);

    // Docker's words for an end, and Podman's.
    private static readonly string[] Ends = ["die", "destroy"];
    private static readonly string[] AllEnds = [.. Ends, "died", "remove"];

    private readonly DockerClient _engine;
    private readonly TimeProvider _time;
    private readonly bool _filters;
    private readonly ConcurrentDictionary<string, ContainerTask> _tasks = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private Task? _watching;

    /// <summary>Watches an engine.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="filters">The engine can be asked for ends alone: Podman's filter lets none of them through.</param>
    /// <param name="time">The clock.</param>
    public EngineWatch(DockerClient engine, bool filters, TimeProvider time) => (_engine, _filters, _time) = (engine, filters, time);

    /// <summary>Watches a container; one that has ended already is noticed too.</summary>
    public void Add(ContainerTask task)
    {
        _tasks[task.ContainerId] = task;
        lock (_gate) _watching ??= Task.Run(WatchAsync);
        _ = CheckAsync(task);
    }

    /// <summary>Watches a container no longer.</summary>
    public void Remove(ContainerTask task) => _tasks.TryRemove(KeyValuePair.Create(task.ContainerId, task));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        if (_watching is { } watching) await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task WatchAsync()
    {
        var wait = ShortestRetry;
        var away = false;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var since = _time.GetUtcNow();
                await LookAtAllAsync().ConfigureAwait(false);
                if (away) Tell("The Docker engine answers again");
                (away, wait) = (false, ShortestRetry);
                await FollowAsync(since).ConfigureAwait(false);
            }
            catch (Exception e) when (!_stop.IsCancellationRequested && (e is DockerApiException or OperationCanceledException || EngineErrors.IsOutage(e)))
            {
                if (!away && EngineErrors.IsOutage(e)) Tell($"The Docker engine does not answer: what became of the task is not known ({e.Message})");
                away |= EngineErrors.IsOutage(e);
            }

            await Task.Delay(wait, _time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            wait = wait * 2 < LongestRetry ? wait * 2 : LongestRetry;
        }
    }

    private async Task FollowAsync(DateTimeOffset since)
    {
        // Ended now and then, so that all containers are looked at even if an event was lost.
        using var turn = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        turn.CancelAfter(LookAtAllEvery);
        var filters = new Dictionary<string, IDictionary<string, bool>> { ["type"] = new Dictionary<string, bool> { ["container"] = true } };
        if (_filters) filters["event"] = Ends.ToDictionary(e => e, _ => true);
        try
        {
            await _engine.System.MonitorEventsAsync(
                new ContainerEventsParameters
                {
                    Since = (since.ToUnixTimeMilliseconds() / 1000d).ToString("F3", CultureInfo.InvariantCulture),
                    Filters = filters,
                }, new Inline(this), turn.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (turn.IsCancellationRequested && !_stop.IsCancellationRequested)
        {
            return;
        }
    }

    private async Task LookAtAllAsync()
    {
        if (_tasks.IsEmpty)
        {
            await _engine.System.PingAsync(_stop.Token).ConfigureAwait(false);
            return;
        }

        var containers = await _engine.Containers.ListContainersAsync(
            new ContainersListParameters
            {
                All = true,
                Filters = new Dictionary<string, IDictionary<string, bool>> { ["label"] = new Dictionary<string, bool> { [ContainerSpec.AllocationLabel] = true } },
            }, _stop.Token).ConfigureAwait(false);
        var running = containers.Where(c => c.State is "running" or "paused" or "restarting").Select(c => c.ID).ToHashSet(StringComparer.Ordinal);
        foreach (var task in _tasks.Values.Where(t => !running.Contains(t.ContainerId))) await CheckAsync(task).ConfigureAwait(false);
    }

    /// <summary>Looks at one container; a failure is made good by the next look at all.</summary>
    private async Task CheckAsync(ContainerTask task)
    {
        try
        {
            var inspected = await _engine.Containers.InspectContainerAsync(task.ContainerId, _stop.Token).ConfigureAwait(false);
            if (inspected.State is { Running: false, Paused: false, Restarting: false, Status: not "created" } state) task.Ended(state);
        }
        catch (DockerContainerNotFoundException)
        {
            task.Gone();
        }
        catch (Exception e) when (e is DockerApiException or OperationCanceledException || EngineErrors.IsOutage(e))
        {
            return;
        }
    }

    private void Tell(string message)
    {
        foreach (var task in _tasks.Values) task.Tell(message);
    }

    private sealed class Inline(EngineWatch watch) : IProgress<Message>
    {
        public void Report(Message value)
        {
            if (AllEnds.Contains(value.Action) && value.Actor?.ID is { } id && watch._tasks.TryGetValue(id, out var task)) _ = watch.CheckAsync(task);
        }
    }
}
