using System.Diagnostics;
using Actors.Contracts;
using Actors.State;
using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Event;
using Akka.Persistence;

namespace Actors.Server.Entities;

/// <summary>
/// The shell around the pure decisions of one aggregate: receive, decide on the replica, persist, answer. It holds no state of its own but
/// the index of its last event: the replica at or after that index has everything else, so the two can't disagree.
/// </summary>
/// <typeparam name="TCommand">The aggregate's commands.</typeparam>
internal abstract class EntityActor<TCommand> : UntypedPersistentActor where TCommand : class, IRegionCommand
{
    /// <summary>How many commands may wait for their turn, before more are refused.</summary>
    private const int MaxWaiting = 1000;

    private Pending? _pending;
    private int _stashed;
    private bool _waiting;
    private bool _stopping;

    /// <param name="persistenceId">Its name in the log.</param>
    /// <param name="entity">What every entity shares.</param>
    protected EntityActor(string persistenceId, EntityContext entity)
    {
        PersistenceId = persistenceId;
        Entity = entity;
    }

    /// <inheritdoc/>
    public override string PersistenceId { get; }

    /// <summary>What every entity shares.</summary>
    protected EntityContext Entity { get; }

    /// <summary>The index of its last event; 0 before the first.</summary>
    protected ulong LastIndex { get; private set; }

    /// <summary>The log of this entity.</summary>
    protected new ILoggingAdapter Log { get; } = Context.GetLogger();

    /// <summary>Its turn: the state is at or after the entity's last event. Ends in <see cref="Answer"/> or <see cref="Commit"/>, at once or, after <see cref="Hold"/>, later.</summary>
    protected abstract void Handle(RegionState state, TCommand command, IActorRef sender);

    /// <summary>A message that is no command.</summary>
    protected virtual void OnMessage(object message) => Unhandled(message);

    /// <summary>A write was refused or failed, and its command answered.</summary>
    protected virtual void OnRefused(TCommand command, CommandRefused refusal)
    {
    }

    /// <summary>What a refused or failed write is answered with.</summary>
    protected virtual ICommandReply AnswerRefused(TCommand command, CommandRefused refusal) => refusal;

    protected override void OnRecover(object message)
    {
        // A snapshot offer carries the entity's state as the replica has it: nothing to keep. There is nothing to replay after it.
        if (message is RecoveryCompleted)
            LastIndex = Math.Max(LastIndex, Entity.Replica.State.PositionOf(PersistenceId).Index);
    }

    protected override void OnCommand(object message)
    {
        switch (message)
        {
            case TCommand command:
                Take(command);
                break;
            case ReplicaReached:
                Release();
                break;
            case ReplicaLate late:
                Log.Warning("{0}: the replica did not reach index {1} in time: {2}", PersistenceId, LastIndex, late.Cause.Message);
                Context.Stop(Self);
                break;
            case EntityStop when _waiting:
                _stopping = true;
                break;
            case EntityStop:
                Context.Stop(Self);
                break;
            default:
                OnMessage(message);
                break;
        }
    }

    /// <summary>Later commands wait until <see cref="Release"/>.</summary>
    protected void Hold() => _waiting = true;

    /// <summary>Goes on with the commands that wait, or stops when it was asked to.</summary>
    protected void Release()
    {
        _waiting = false;
        if (_stopping)
        {
            Context.Stop(Self);
            return;
        }

        _stashed = 0;
        Stash.UnstashAll();
    }

    /// <summary>Ends this actor. What comes meanwhile waits, and is the next one's.</summary>
    protected void Leave() => Context.Parent.Tell(new Passivate(EntityStop.Instance));

    /// <summary>Carries a decision out: writes its events and answers when they are in the log; without events, answers at once.</summary>
    protected void Carry(RegionState state, TCommand command, IActorRef sender, Decision decision)
    {
        if (decision.Events.Count == 0)
            Answer(command, sender, decision.Reply(state.Index));
        else
            Commit(command, sender, decision.Events, decision.Reply);
    }

    /// <summary>Answers without an event.</summary>
    protected void Answer(TCommand command, IActorRef sender, ICommandReply reply)
    {
        Traced.Answered(command, reply, TimeSpan.Zero);
        sender.Tell(reply);
    }

    /// <summary>Writes events, all or none, and answers when they are in the log: never before.</summary>
    /// <param name="command">The command that they come of.</param>
    /// <param name="sender">Who gets the answer.</param>
    /// <param name="events">At least one.</param>
    /// <param name="reply">Makes the answer from the index of the last event.</param>
    protected void Commit(TCommand command, IActorRef sender, IReadOnlyList<IRegionEvent> events, Func<ulong, ICommandReply> reply)
    {
        _pending = new Pending(command, sender, reply, Traced.Begin(command.GetType().Name, command.Context), Stopwatch.GetTimestamp(), events.Count);
        PersistAll(events, _ => OnPersisted());
    }

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) => RefusePending(cause);

    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr)
    {
        RefusePending(cause);

        // Its count of its events is ahead of the log's now: it starts anew with the next command.
        Context.Stop(Self);
    }

    private void Take(TCommand command)
    {
        if (command.Context.Deadline <= Entity.Time.GetUtcNow())
        {
            Traced.Expired(command);
            return;
        }

        if (!_waiting && Entity.Replica.State is var state && state.Index >= LastIndex)
        {
            if (LastIndex > 0 && state.PositionOf(PersistenceId).Index == 0)
                BeginAnew(command);
            else
                Handle(state, command, Sender);
            return;
        }

        if (_stashed >= MaxWaiting)
        {
            Sender.Tell(OverloadedConfigurator.Refusal);
            return;
        }

        _stashed++;
        Stash.Stash();
        if (!_waiting)
            AwaitReplica(LastIndex);
    }

    /// <summary>The region has forgotten the entity, and counts its events from one again; this actor counts on from where it was. The next one, which is given the command as soon as this one has ended, begins as the region does.</summary>
    private void BeginAnew(TCommand command)
    {
        Leave();
        Context.Parent.Tell(command, Sender);
    }

    /// <summary>Commands wait until the replica has reached an index.</summary>
    protected void AwaitReplica(ulong index)
    {
        Hold();
        WaitAsync(index).PipeTo(Self, failure: e => new ReplicaLate(e));
    }

    private async Task<ReplicaReached> WaitAsync(ulong index)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(10), Entity.Time);
        await Entity.Replica.WaitForIndexAsync(index, timeout.Token).ConfigureAwait(false);
        return ReplicaReached.Instance;
    }

    private void OnPersisted()
    {
        if (_pending is not { } pending || --pending.Left > 0)
            return;

        _pending = null;
        LastIndex = Entity.Replica.IndexOf(PersistenceId, LastSequenceNr);
        var reply = pending.Reply(LastIndex);
        Traced.Answered(pending.Command, reply, Stopwatch.GetElapsedTime(pending.Begun));
        pending.Activity?.Dispose();
        pending.Sender.Tell(reply);
    }

    private void RefusePending(Exception cause)
    {
        if (_pending is not { } pending)
            return;

        _pending = null;
        var refusal = RefusalOf(cause);
        var reply = AnswerRefused(pending.Command, refusal);
        Traced.Answered(pending.Command, refusal, Stopwatch.GetElapsedTime(pending.Begun));
        pending.Activity?.SetStatus(ActivityStatusCode.Error, refusal.Message);
        pending.Activity?.Dispose();
        pending.Sender.Tell(reply);
        OnRefused(pending.Command, refusal);
    }

    private static CommandRefused RefusalOf(Exception cause) => cause switch
    {
        RegionLog.RegionLogException refused => new CommandRefused(refused.Kind, refused.Message),
        _ => new CommandRefused(RefusalKind.Unavailable, $"the region's log can't be written: {cause.Message}"),
    };

    private sealed record ReplicaReached : INoSerializationVerificationNeeded
    {
        public static ReplicaReached Instance { get; } = new();
    }

    private sealed record ReplicaLate(Exception Cause) : INoSerializationVerificationNeeded;

    private sealed class Pending(TCommand command, IActorRef sender, Func<ulong, ICommandReply> reply, Activity? activity, long begun, int left)
    {
        public TCommand Command { get; } = command;

        public IActorRef Sender { get; } = sender;

        public Func<ulong, ICommandReply> Reply { get; } = reply;

        public Activity? Activity { get; } = activity;

        public long Begun { get; } = begun;

        public int Left { get; set; } = left;
    }
}
