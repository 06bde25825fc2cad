using System.Collections.Concurrent;
using Actors.Drivers.Plugins.Protocol;
using Grpc.Core;

namespace Actors.Drivers.Plugins;

/// <summary>Keeps a plugin running: one that ends is started again, and who uses it is given the new one.</summary>
/// <param name="path">The plugin's program.</param>
/// <param name="stateDirectory">Where its process is remembered.</param>
/// <param name="options">An operator's keys for a plugin by its name.</param>
/// <param name="time">The clock.</param>
internal sealed class PluginHost(string path, string stateDirectory, PluginKeys options, TimeProvider time) : IAsyncDisposable
{
    private readonly PluginPlace _place = PluginPlace.Of(stateDirectory, path);
    private readonly PluginBackoff _backoff = new();
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly CancellationTokenSource _stop = new();
    private PluginConnection? _current;

    /// <summary>The path of the plugin's program.</summary>
    public string Program => path;

    /// <summary>Progress of tasks by the plugin's name for them: told what the plugin's events say.</summary>
    public ConcurrentDictionary<string, IProgress<DriverEvent>> Listeners { get; } = new(StringComparer.Ordinal);

    /// <summary>Cancelled when the host ends.</summary>
    public CancellationToken Stopped => _stop.Token;

    /// <summary>The running plugin: started, and started again, where need be.</summary>
    /// <exception cref="DriverException">It can't be started.</exception>
    /// <exception cref="OperationCanceledException">Given up, or the host ends.</exception>
    public async Task<PluginConnection> GetAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _current) is { HasEnded: false } current) return current;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stop.Token);
        await _gate.WaitAsync(either.Token).ConfigureAwait(false);
        try
        {
            if (_current is { HasEnded: false } other) return other;
            if (_current is { } ended) await ended.DisposeAsync().ConfigureAwait(false);
            _current = null;
            await Task.Delay(_backoff.Next(time.GetUtcNow()), time, either.Token).ConfigureAwait(false);
            var started = await PluginConnection.StartAsync(path, _place, options, time, either.Token).ConfigureAwait(false);
            Volatile.Write(ref _current, started);
            _ = FollowEventsAsync(started);
            return started;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Calls the plugin; its errors become the driver's.</summary>
    /// <param name="what">What is not done when it fails, for people.</param>
    /// <param name="call">The call.</param>
    /// <param name="cancellationToken">Give up.</param>
    /// <exception cref="DriverException">It failed.</exception>
    public async Task<T> CallAsync<T>(string what, Func<Driver.DriverClient, Task<T>> call, CancellationToken cancellationToken)
    {
        var plugin = await GetAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await call(plugin.Driver).ConfigureAwait(false);
        }
        catch (Exception e) when (e is RpcException or ObjectDisposedException && !cancellationToken.IsCancellationRequested)
        {
            throw IsGone(e)
                ? new DriverException($"{what}: the plugin {plugin.Info.Name} ended{plugin.LastWords}", recoverable: true, e)
                : new DriverException($"{what}: {((RpcException)e).Status.Detail}", IsRecoverable((RpcException)e), e);
        }
    }

    /// <summary>The plugin is gone, not only unwilling.</summary>
    public static bool IsGone(Exception e) => e is ObjectDisposedException
        || (e is RpcException rpc && (rpc.StatusCode is StatusCode.Unavailable or StatusCode.Cancelled
            || (rpc.StatusCode == StatusCode.Internal && rpc.Status.DebugException is IOException or HttpRequestException)));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _gate.WaitAsync().ConfigureAwait(false);
        if (_current is { } current) await current.DisposeAsync().ConfigureAwait(false);
        if (Directory.Exists(stateDirectory)) File.Delete(_place.File);
        // Neither the gate nor the source of cancellation is disposed of: who waits for them still needs them to learn that this has ended.
    }

    /// <summary>What a plugin says of it; a refusal without a word on that is final, as it is for Nomad.</summary>
    private static bool IsRecoverable(RpcException e) => e.GetRpcStatus()?.GetDetail<RecoverableError>()?.Recoverable ?? false;

    private async Task FollowEventsAsync(PluginConnection plugin)
    {
        try
        {
            using var events = plugin.Driver.TaskEvents(new TaskEventsRequest(), cancellationToken: _stop.Token);
            await foreach (var told in events.ResponseStream.ReadAllAsync(_stop.Token).ConfigureAwait(false))
            {
                if (Listeners.TryGetValue(told.TaskId, out var listener)) listener.Report(new DriverEvent(told.Message, told.Annotations.ToDictionary()));
            }
        }
        catch (Exception e) when (e is RpcException or OperationCanceledException or ObjectDisposedException)
        {
            // It ended, or has no events to tell.
            return;
        }
    }
}
