using System.Collections.Immutable;
using Actors.Server.RegionLog;
using Actors.State;
using Akka.Actor;

namespace Actors.Server.Replica;

/// <summary>
/// This server's copy of the region's state. <see cref="Current"/> is a reference to something that never changes; everything here is thread-safe, and nothing blocks.
/// The state follows the log a moment behind its writer; <see cref="ReadConsistentAsync"/> waits for what was committed when it was called.
/// </summary>
public sealed class RegionReplica
{
    private readonly RegionLogExtension _extension;
    private readonly RegionLogOptions _options;
    private readonly IndexWaiters _indexWaiters = new();
    private readonly ChangeWaiters _changeWaiters = new();
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _publishing = new();
    private ImmutableArray<Action<ReplicaUpdate>> _subscribers = [];
    private volatile ReplicaVersion _version = new(RegionState.Empty, 0);
    private volatile string? _fault;

    internal RegionReplica(RegionLogExtension extension, RegionLogOptions options)
    {
        _extension = extension;
        _options = options;
    }

    /// <summary>The state that this server has now.</summary>
    public RegionState Current => _version.State;

    /// <summary>Completes when everything that was in the database at start is in <see cref="Current"/>.</summary>
    public Task Started => _started.Task;

    /// <summary>Why the replica can't follow the log any more, or null: an event that this version can't read or apply. Only a restart (with another version) helps.</summary>
    public string? Fault => _fault;

    internal ReplicaVersion Version => _version;

    internal int Waiting => _changeWaiters.Count;

    /// <summary>The state at an index or later.</summary>
    /// <param name="index">The index.</param>
    /// <param name="cancellationToken">The caller doesn't wait any longer.</param>
    /// <exception cref="RegionUnavailableException">The replica can't follow the log any more.</exception>
    public Task<RegionState> WaitForIndexAsync(ulong index, CancellationToken cancellationToken = default)
    {
        var state = Current;
        if (state.Index >= index)
            return Task.FromResult(state);

        var waiting = _indexWaiters.Add(index, () => Current, cancellationToken);
        if (_fault is { } fault)
            _indexWaiters.Fail(new RegionUnavailableException(fault));
        return waiting;
    }

    /// <summary>The state, no older than what was committed when this was called.</summary>
    /// <param name="cancellationToken">The caller doesn't wait any longer.</param>
    /// <exception cref="RegionUnavailableException">There is no leader that answers, or the replica can't follow the log any more.</exception>
    public async Task<RegionState> ReadConsistentAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            var index = await _extension.CommittedIndexAsync(cancellationToken).ConfigureAwait(false);
            return await WaitForIndexAsync(index, cancellationToken).ConfigureAwait(false);
        }
        catch (RegionLogException e)
        {
            throw new RegionUnavailableException(e.Message, e);
        }
    }

    /// <summary>Waits until the target changed after an index, or the time is up: the latest state either way.</summary>
    /// <param name="target">What to watch.</param>
    /// <param name="afterIndex">Changes up to here are known to the caller.</param>
    /// <param name="wait">How long at most.</param>
    /// <param name="cancellationToken">The caller is gone.</param>
    public async Task<RegionState> WaitForChangeAsync(WatchTarget target, ulong afterIndex, TimeSpan wait, CancellationToken cancellationToken = default)
    {
        var begun = _options.Time.GetTimestamp();
        while (true)
        {
            if (Changed(target, afterIndex) is { } already)
                return already;

            var left = wait - _options.Time.GetElapsedTime(begun);
            if (left <= TimeSpan.Zero)
                return Current;

            var waiter = _changeWaiters.Add(target);
            try
            {
                // It may have changed between the look above and the waiter's entry.
                if (Changed(target, afterIndex) is { } state)
                    return state;

                await using var timer = _options.Time.CreateTimer(w => ((ChangeWaiters.Waiter)w!).TimeOut(), waiter, left, Timeout.InfiniteTimeSpan);
                await using var gone = cancellationToken.UnsafeRegister((w, token) => ((ChangeWaiters.Waiter)w!).Cancel(token), waiter);
                await waiter.Woken.ConfigureAwait(false);
            }
            finally
            {
                _changeWaiters.Remove(waiter);
            }
        }
    }

    /// <summary>Tells a callback of every change, in order. The first call is made before this returns, with the state as it is.</summary>
    /// <param name="subscriber">Must be quick, and must not block or throw: the replica waits for it.</param>
    /// <returns>Ends the subscription.</returns>
    public IDisposable Subscribe(Action<ReplicaUpdate> subscriber)
    {
        lock (_publishing)
        {
            _subscribers = _subscribers.Add(subscriber);
            subscriber(new ReplicaUpdate(Current, null));
        }

        return new Subscription(this, subscriber);
    }

    /// <summary>Sends every change to an actor, as a <see cref="ReplicaUpdate"/>, in order. The first has the state as it is.</summary>
    /// <returns>Ends the subscription: to be disposed when the actor stops.</returns>
    public IDisposable Subscribe(IActorRef subscriber) => Subscribe(update => subscriber.Tell(update, ActorRefs.NoSender));

    internal void Publish(ReplicaVersion version, StateChanges? changes)
    {
        lock (_publishing)
        {
            _version = version;
            var update = new ReplicaUpdate(version.State, changes);
            foreach (var subscriber in _subscribers)
                subscriber(update);
        }

        _indexWaiters.Reach(version.State);
        _changeWaiters.Wake(changes);
    }

    internal void Start() => _started.TrySetResult();

    internal void Break(string fault)
    {
        _fault = fault;
        var cause = new RegionUnavailableException(fault);
        _started.TrySetException(cause);
        _indexWaiters.Fail(cause);
    }

    private RegionState? Changed(WatchTarget target, ulong afterIndex) =>
        Current is var state && state.IndexOf(target) > afterIndex ? state : null;

    private sealed class Subscription(RegionReplica replica, Action<ReplicaUpdate> subscriber) : IDisposable
    {
        public void Dispose()
        {
            lock (replica._publishing)
                replica._subscribers = replica._subscribers.Remove(subscriber);
        }
    }
}

/// <summary>A state, and the row of the log that holds its last event.</summary>
/// <param name="State">The state.</param>
/// <param name="RowNr">The row.</param>
internal sealed record ReplicaVersion(RegionState State, long RowNr);
