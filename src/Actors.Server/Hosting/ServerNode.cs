using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Actors.Server.Hosting;

/// <summary>
/// A server of a region, as it runs in this process: starts with the host and leaves the cluster in order with it. When the cluster removed
/// it (it was cut off from the majority), it ends its actor system and comes back with a new one as soon as it finds the others.
/// </summary>
internal sealed class ServerNode(ServerOptions options, TimeProvider time, ILoggerFactory loggers) : IHostedService, IAsyncDisposable
{
    /// <summary>How often the log is told what a first start waits for.</summary>
    private static readonly TimeSpan RemindInterval = TimeSpan.FromSeconds(15);

    /// <summary>How often a first start that takes long looks whether the others began without this server.</summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(3);

    /// <summary>How long one attempt to come back may take.</summary>
    private static readonly TimeSpan ComeBackWithin = TimeSpan.FromSeconds(20);

    private readonly ILogger _log = loggers.CreateLogger<ServerNode>();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;
    private volatile ServerSystem? _latest;
    private volatile ServerSystem? _started;

    /// <summary>The options.</summary>
    public ServerOptions Options => options;

    /// <summary>The servers of the region.</summary>
    public ServerDirectory Directory { get; } = new();

    /// <summary>The incarnation that can answer everything, or null.</summary>
    public ServerSystem? Current => _started is { Ended.IsCancellationRequested: false } started ? started : null;

    /// <summary>The incarnation whose replica is the best there is: the current one, or else the last that was started.</summary>
    public ServerSystem? LastStarted => _started ?? _latest;

    /// <summary>The latest incarnation, started or not.</summary>
    public ServerSystem? Latest => _latest;

    /// <summary>Done when this server can answer everything for the first time: it is in the cluster, there is a leader, its replica is there.</summary>
    public Task Ready => _ready.Task;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        System.IO.Directory.CreateDirectory(options.DataDir);
        _latest = new ServerSystem(options, time, loggers, Directory);

        // The host goes on meanwhile: HTTP answers "not ready" instead of nothing.
        _running = RunAsync(_latest);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        _ready.TrySetException(new RegionUnavailableException("the server is stopping"));
        if (_latest is { } system)
            await system.StopAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_latest is { Ended.IsCancellationRequested: false } system)
            await system.System.Terminate().ConfigureAwait(false);
        _stopping.Dispose();
    }

    private async Task RunAsync(ServerSystem system)
    {
        try
        {
            if (!await FirstStartAsync(system).ConfigureAwait(false))
                system = await ComeBackAsync(system.Port).ConfigureAwait(false);
            Started(system);
            while (await EndedAsync(system).ConfigureAwait(false))
            {
                _log.LogError("Server {Name} was removed from its cluster (cut off from the majority, or by an operator): it starts anew, and joins when it finds the others", options.Name);
                system = await ComeBackAsync(system.Port).ConfigureAwait(false);
                Started(system);
            }
        }
        catch (Exception e)
        {
            if (!_stopping.IsCancellationRequested)
                _log.LogError(e, "Server {Name} can't start", options.Name);
            _ready.TrySetException(e is RegionUnavailableException ? e : new RegionUnavailableException($"server {options.Name} can't start: {e.Message}", e));
        }
    }

    /// <summary>Waits for as long as it takes: the other servers may be started much later. False when the system ended meanwhile.</summary>
    private async Task<bool> FirstStartAsync(ServerSystem system)
    {
        var start = system.StartAsync(onlyOthers: false, _stopping.Token);
        var reminded = time.GetTimestamp();
        while (await Task.WhenAny(start, Task.Delay(LookInterval, time, _stopping.Token)).ConfigureAwait(false) != start && !_stopping.IsCancellationRequested)
        {
            if (time.GetElapsedTime(reminded) >= RemindInterval)
            {
                reminded = time.GetTimestamp();
                _log.LogWarning(
                    "Server {Name} still waits for its cluster: {Up} of its members are up, {Expected} are expected ({Seeds})",
                    options.Name, Directory.Members.Count, ServerConfig.Expected(options), string.Join(", ", options.Seeds));
            }

            if (await system.IsLeftBehindAsync().ConfigureAwait(false))
            {
                _log.LogWarning("Server {Name} began a cluster of its own while the others had one already: it starts anew, and joins theirs", options.Name);
                await system.System.Terminate().ConfigureAwait(false);
            }
        }

        try
        {
            await start.ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException) when (system.Ended.IsCancellationRequested && !_stopping.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>
    /// Tries until it is in a cluster again. By turns it looks for the others that it knew (they went on without it), and does as at a first
    /// start (all were removed at once, and someone must begin; only a majority of the seeds can).
    /// </summary>
    private async Task<ServerSystem> ComeBackAsync(int port)
    {
        for (var attempt = 0; ; attempt++)
        {
            var system = _latest = new ServerSystem(options with { ClusterPort = port }, time, loggers, Directory);
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
            timeout.CancelAfter(ComeBackWithin);
            try
            {
                await system.StartAsync(onlyOthers: attempt % 2 == 0, timeout.Token).ConfigureAwait(false);
                return system;
            }
            catch (Exception e) when (!_stopping.IsCancellationRequested)
            {
                _log.LogWarning(e, "Server {Name} does not find its cluster yet: it tries again", options.Name);
                await system.System.Terminate().ConfigureAwait(false);
            }
        }
    }

    private void Started(ServerSystem system)
    {
        _started = system;
        _ready.TrySetResult();
        _log.LogInformation("Server {Name} of region {Region} is ready at index {Index}", options.Name, options.Region, system.Log.Replica.Current.Index);
    }

    /// <summary>Waits for the end of an incarnation; false when it ended because the host stops.</summary>
    private async Task<bool> EndedAsync(ServerSystem system)
    {
        await system.System.WhenTerminated.ConfigureAwait(false);
        return !_stopping.IsCancellationRequested;
    }
}
