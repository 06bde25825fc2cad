using Actors.Contracts.Jobs;
using Actors.Contracts.Nodes;
using Actors.Server.Entities;
using Actors.Server.Hosting;
using Actors.Server.RegionLog;
using Actors.State.Collection;
using Akka.Actor;
using Akka.Event;

namespace Actors.Server.Scheduler;

/// <summary>Has what nobody needs any more forgotten, every few minutes and when an operator asks. Runs on the leader; finding it takes a walk over the whole state, off any actor's thread.</summary>
internal sealed class GarbageCollector : UntypedActor, IWithTimers
{
    private static readonly TimeSpan CommandWithin = TimeSpan.FromSeconds(30);

    private readonly ServerOptions _options;
    private readonly RegionLogExtension _log;
    private readonly IReplicaView _replica;
    private readonly CommandRouter _commands;
    private readonly TimeProvider _time;
    private readonly ILoggingAdapter _logger = Context.GetLogger();
    private readonly List<IActorRef> _askers = [];
    private bool _collecting;

    /// <param name="options">How often, and how long what has ended is kept.</param>
    /// <param name="log">Where it is written.</param>
    /// <param name="replica">What there is.</param>
    /// <param name="commands">The way to jobs and nodes.</param>
    /// <param name="time">The clock.</param>
    public GarbageCollector(ServerOptions options, RegionLogExtension log, IReplicaView replica, CommandRouter commands, TimeProvider time)
    {
        (_options, _log, _replica, _commands, _time) = (options, log, replica, commands, time);
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => Timers.StartPeriodicTimer("collect", new Collect(_options.Gc), _options.GcInterval);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case CollectGarbage:
                _askers.Add(Sender);
                Begin(GcThresholds.None);
                break;
            case Collect collect:
                Begin(collect.Thresholds);
                break;
            case Collected collected:
                _collecting = false;
                if (collected.Problem is { } problem)
                    _logger.Warning("Garbage collection did not get through, and goes on next time: {0}", problem);
                foreach (var asker in _askers)
                    asker.Tell(new GarbageCollected(collected.Count, collected.Problem ?? ""));
                _askers.Clear();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Begin(GcThresholds thresholds)
    {
        if (_collecting || _log.LocalTerm is not { } term)
            return;

        _collecting = true;
        Task.Run(() => CollectAsync(thresholds, term)).PipeTo(Self, failure: e => new Collected(0, e.Message));
    }

    private async Task<Collected> CollectAsync(GcThresholds thresholds, long term)
    {
        var now = _time.GetUtcNow();
        var found = StateGc.Collectable(_replica.State, now, thresholds);
        foreach (var happened in found.Events(term, now))
            await _replica.WaitForIndexAsync(await _log.AppendOwnAsync(happened).ConfigureAwait(false), CancellationToken.None).ConfigureAwait(false);

        // Jobs and nodes belong to their entities, which look again. One that came back to use refuses, and stays.
        foreach (var (id, index) in found.Jobs)
            await _commands.SendAsync(new CollectJob(_commands.ContextFor($"collect-{id}-{index}", CommandWithin), id, index), CancellationToken.None).ConfigureAwait(false);
        foreach (var (id, index) in found.Nodes)
            await _commands.SendAsync(new CollectNode(_commands.ContextFor($"collect-{id}-{index}", CommandWithin), id, index), CancellationToken.None).ConfigureAwait(false);
        return new Collected(found.Evaluations.Count + found.Allocations.Count + found.Deployments.Count + found.Jobs.Count + found.Nodes.Count, null);
    }

    private sealed record Collect(GcThresholds Thresholds) : INoSerializationVerificationNeeded;

    private sealed record Collected(int Count, string? Problem) : INoSerializationVerificationNeeded;
}
