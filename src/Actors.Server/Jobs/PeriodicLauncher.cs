using Actors.Contracts;
using Actors.Contracts.Jobs;
using Actors.Contracts.Periodic;
using Actors.Server.Entities;
using Actors.Server.Replica;
using Akka.Actor;
using Akka.Event;

namespace Actors.Server.Jobs;

/// <summary>
/// Has the periodic jobs launch their children when their times come. Runs on the leader and holds nothing that is not in the replica: a
/// new leader sees by the jobs themselves what was launched, and makes up for the latest launch of each that is overdue.
/// </summary>
internal sealed class PeriodicLauncher : UntypedActor, IWithTimers
{
    private static readonly TimeSpan CommandWithin = TimeSpan.FromSeconds(30);

    /// <summary>After a launch that was refused, the job is looked at again.</summary>
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromSeconds(5);

    /// <summary>Clocks are set: no timer runs longer.</summary>
    private static readonly TimeSpan LongestTimer = TimeSpan.FromMinutes(10);

    private readonly IReplicaView _replica;
    private readonly CommandRouter _commands;
    private readonly TimeProvider _time;
    private readonly Dictionary<JobId, (PeriodicConfig Config, PeriodicSchedule? Schedule)> _schedules = [];
    private readonly HashSet<JobId> _launching = [];
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private IDisposable? _subscription;

    /// <param name="replica">The jobs.</param>
    /// <param name="commands">The way to them.</param>
    /// <param name="time">The clock.</param>
    public PeriodicLauncher(IReplicaView replica, CommandRouter commands, TimeProvider time) => (_replica, _commands, _time) = (replica, commands, time);

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => _subscription = _replica.Subscribe(Self);

    protected override void PostStop() => _subscription?.Dispose();

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ReplicaUpdate { Changes: { } changes }:
                foreach (var id in changes.Jobs)
                    Look(id);
                break;
            case ReplicaUpdate update:
                foreach (var job in update.State.Jobs.Where(j => j.Job.Periodic is not null))
                    Look(job.Id);
                break;
            case LookAt look:
                Look(look.Id);
                break;
            case Launched launched:
                OnLaunched(launched);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Look(JobId id)
    {
        var state = _replica.State.FindJob(id);
        if (state is not { Job: { Periodic: { } config } job } || job.Stop == true)
        {
            if (_schedules.Remove(id))
                Timers.Cancel(id);
            return;
        }

        if (!_schedules.TryGetValue(id, out var known) || known.Config != config)
            _schedules[id] = known = (config, PeriodicSchedule.Of(config));
        if (known.Schedule is not { } schedule)
        {
            Timers.Cancel(id);
            return;
        }

        var now = _time.GetUtcNow();
        if (_launching.Contains(id))
            return;
        if (schedule.LatestDue(state.LaunchedUntil, now) is { } due)
            Launch(id, due);
        else if (schedule.Next(state.LaunchedUntil) is { } next)
            Timers.StartSingleTimer(id, new LookAt(id), next - now < LongestTimer ? next - now : LongestTimer);
    }

    private void Launch(JobId id, DateTimeOffset due)
    {
        _launching.Add(id);
        var context = _commands.ContextFor($"periodic-{id}-{due.ToUnixTimeSeconds()}", CommandWithin);
        _commands.SendAsync(new LaunchJob(context, id, due), CancellationToken.None).PipeTo(
            Self,
            success: reply => new Launched(id, due, reply),
            failure: e => new Launched(id, due, new CommandRefused(RefusalKind.Unavailable, e.Message)));
    }

    private void OnLaunched(Launched launched)
    {
        _launching.Remove(launched.Id);
        switch (launched.Reply)
        {
            case CommandRefused refused:
                _log.Warning("Job {0} could not launch what was due at {1:u}: {2}", launched.Id, launched.Due, refused.Message);
                Timers.StartSingleTimer(launched.Id, new LookAt(launched.Id), LookAgainAfter);
                return;
            case ChildLaunched { Child: null }:
                _log.Info("Job {0} skipped what was due at {1:u}", launched.Id, launched.Due);
                break;
        }

        Look(launched.Id);
    }

    private sealed record LookAt(JobId Id) : INoSerializationVerificationNeeded;

    private sealed record Launched(JobId Id, DateTimeOffset Due, ICommandReply Reply) : INoSerializationVerificationNeeded;
}
