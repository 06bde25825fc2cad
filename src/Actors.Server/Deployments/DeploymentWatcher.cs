using Actors.Contracts;
using Actors.Contracts.Deployments;
using Actors.Contracts.Jobs;
using Actors.Scheduling.Deployments;
using Actors.Server.Entities;
using Actors.Server.Replica;
using Actors.State;
using Akka.Actor;
using Akka.Event;

namespace Actors.Server.Deployments;

/// <summary>Brings the active deployments on: looks at each when something of it changed or a deadline of its has come, and has its job carry out what the rules say.</summary>
internal sealed class DeploymentWatcher : UntypedActor, IWithTimers
{
    private static readonly TimeSpan CommandWithin = TimeSpan.FromSeconds(30);

    /// <summary>After a change that was refused, the deployment is looked at again.</summary>
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromSeconds(5);

    /// <summary>A look walks all allocations of a deployment, and each of their reports is a change: what changes within this time is looked at once.</summary>
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(100);

    /// <summary>Where there is so much to look at that it takes long, pauses become this many times as long as that.</summary>
    private const int PauseFactor = 8;

    private readonly IReplicaView _replica;
    private readonly CommandRouter _commands;
    private readonly TimeProvider _time;
    private readonly Dictionary<DeploymentId, bool> _changing = [];
    private readonly HashSet<DeploymentId> _touched = [];
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private RegionState _state = RegionState.Empty;
    private IDisposable? _subscription;

    /// <param name="replica">The deployments and their allocations.</param>
    /// <param name="commands">The way to the jobs.</param>
    /// <param name="time">The clock.</param>
    public DeploymentWatcher(IReplicaView replica, CommandRouter commands, TimeProvider time)
    {
        _replica = replica;
        _commands = commands;
        _time = time;
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => _subscription = _replica.Subscribe(Self);

    protected override void PostStop() => _subscription?.Dispose();

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ReplicaUpdate advanced:
                _state = advanced.State;
                Touch(advanced);
                if (!Timers.IsTimerActive(nameof(Gather)))
                    LookAtTouched();
                break;
            case Gathered when _touched.Count > 0:
                LookAtTouched();
                break;
            case Gathered:
                break;
            case LookAt look:
                if (_state.FindDeployment(look.Id) is { } due)
                    Look(due);
                break;
            case Changed changed:
                OnChanged(changed);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Touch(ReplicaUpdate advanced)
    {
        if (advanced.Changes is not { } changes)
        {
            _touched.UnionWith(_state.Deployments.Where(d => d.Active).Select(d => d.Id));
            return;
        }

        _touched.UnionWith(changes.Deployments);
        foreach (var change in changes.Allocations)
        {
            // That an allocation runs brings its deployment no further, until its health is decided.
            if (change.Allocation.DeploymentId is { } deployment && (change.Allocation.Health is not null || change.DesiredChanged || change.Ended))
                _touched.Add(deployment);
        }
    }

    private void LookAtTouched()
    {
        var begun = _time.GetTimestamp();
        foreach (var id in _touched)
        {
            if (_state.FindDeployment(id) is { } deployment)
                Look(deployment);
        }

        _touched.Clear();
        var took = _time.GetElapsedTime(begun) * PauseFactor;
        Timers.StartSingleTimer(nameof(Gather), Gathered.Instance, took > Gather ? took : Gather);
    }

    private void Look(Deployment deployment)
    {
        var timer = $"deadline-{deployment.Id}";
        if (!deployment.Active)
        {
            Timers.Cancel(timer);
            return;
        }

        if (_changing.ContainsKey(deployment.Id))
        {
            // Looked at again when the change under way is done.
            _changing[deployment.Id] = true;
            return;
        }

        var now = _time.GetUtcNow();
        if (DeploymentRules.Next(_state, deployment, now) is { } change)
        {
            _changing[deployment.Id] = false;
            var request = $"deployment-{deployment.Id}-{_state.Index}";
            _commands.SendAsync(new ChangeDeployment(_commands.ContextFor(request, CommandWithin), deployment.JobId, change), CancellationToken.None).PipeTo(
                Self,
                success: reply => new Changed(deployment.Id, reply),
                failure: e => new Changed(deployment.Id, new CommandRefused(RefusalKind.Unavailable, e.Message)));
            return;
        }

        if (DeploymentRules.NextDeadline(_state, deployment) is { } deadline)
            Timers.StartSingleTimer(timer, new LookAt(deployment.Id), deadline > now ? deadline - now : TimeSpan.Zero);
    }

    private void OnChanged(Changed changed)
    {
        _changing.Remove(changed.Id, out var lookAgain);
        if (changed.Reply is CommandRefused refused)
        {
            _log.Warning("Deployment {0} could not go on: {1}", changed.Id, refused.Message);
            Timers.StartSingleTimer($"deadline-{changed.Id}", new LookAt(changed.Id), LookAgainAfter);
        }
        else if (lookAgain)
        {
            Self.Tell(new LookAt(changed.Id));
        }
    }

    private sealed record Gathered : INoSerializationVerificationNeeded
    {
        public static Gathered Instance { get; } = new();
    }

    private sealed record LookAt(DeploymentId Id) : INoSerializationVerificationNeeded;

    private sealed record Changed(DeploymentId Id, ICommandReply Reply) : INoSerializationVerificationNeeded;
}
