using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;
using Actors.Contracts;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Jobs;
using Actors.Contracts.Log;
using Actors.Contracts.Nodes;
using Actors.Contracts.Operators;
using Actors.Contracts.Scheduling;
using Actors.Server;
using Actors.State;
using Actors.State.Evaluations;
using Actors.State.Jobs;
using Actors.State.Nodes;
using Actors.State.Operators;

namespace Actors.Api.Tests.Hosting;

/// <summary>A region in memory: the product's own state and decisions, without cluster, log and clients around them.</summary>
internal sealed class InMemoryRegion(TimeProvider time) : IRegion
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _sequence = [];
    private readonly List<ChannelWriter<RegionStep>> _followers = [];
    private readonly List<(WatchTarget Target, TaskCompletionSource Changed)> _waiting = [];
    private RegionState _state = RegionState.Empty;
    private int _ids;

    public string Name => "global";

    public string ServerName => "server-1";

    public RegionState State => Volatile.Read(ref _state);

    public ServerMember? Leader { get; set; } = Me;

    public IReadOnlyList<ServerMember> Members => [Me];

    /// <summary>What clients answer, by method and arguments.</summary>
    public Func<NodeId, string, string, FakeCall> Client { get; set; } = (node, _, _) => throw new ClientUnreachableException(node);

    /// <summary>How many callers wait for a change.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
                return _waiting.Count;
        }
    }

    private static ServerMember Me => new("server-1", "127.0.0.1:4646", "127.0.0.1:4647", "127.0.0.1:4648", "alive", true);

    /// <summary>Identities in order, so that answers are the same in every run.</summary>
    public Guid NewId() => new(Interlocked.Increment(ref _ids), 0x0bad, 0x4c0d, 0x80, 0, 0, 0, 0, 0, 0, 1);

    /// <summary>Writes events as their owners would.</summary>
    public void Append(params IRegionEvent[] events)
    {
        List<TaskCompletionSource> woken = [];
        lock (_lock)
        {
            var entries = new List<LogEntry>();
            foreach (var e in events)
            {
                var owner = PersistenceIds.OwnerOf(e);
                var number = _sequence[owner] = _sequence.GetValueOrDefault(owner) + 1;
                entries.Add(new LogEntry(_state.Index + (ulong)entries.Count + 1, owner, number, e));
            }

            _state = _state.Apply(entries, out var changes);
            foreach (var follower in _followers)
                follower.TryWrite(new RegionStep(_state, changes));
            foreach (var waiter in _waiting.Where(w => changes.Touches(w.Target)).ToList())
            {
                _waiting.Remove(waiter);
                woken.Add(waiter.Changed);
            }
        }

        foreach (var waiter in woken)
            waiter.SetResult();
    }

    public Task<RegionState> ReadConsistentAsync(CancellationToken cancellationToken) => Leader is null
        ? throw new RegionUnavailableException("no server leads")
        : Task.FromResult(State);

    public Task<RegionState> WaitForIndexAsync(ulong index, CancellationToken cancellationToken) => State.Index >= index
        ? Task.FromResult(State)
        : throw new NotSupportedException("nothing in these tests waits for an index");

    public async Task<RegionState> WaitForChangeAsync(WatchTarget target, ulong afterIndex, TimeSpan wait, CancellationToken cancellationToken)
    {
        var changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_state.IndexOf(target) > afterIndex)
                return _state;
            _waiting.Add((target, changed));
        }

        try
        {
            await changed.Task.WaitAsync(wait, cancellationToken);
        }
        catch (TimeoutException)
        {
            // The time is up: the caller gets what there is.
        }
        finally
        {
            lock (_lock)
                _waiting.Remove((target, changed));
        }

        return State;
    }

    public async IAsyncEnumerable<RegionStep> FollowAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var steps = Channel.CreateUnbounded<RegionStep>();
        lock (_lock)
        {
            _followers.Add(steps.Writer);
            steps.Writer.TryWrite(new RegionStep(_state, null));
        }

        await foreach (var step in steps.Reader.ReadAllAsync(cancellationToken))
            yield return step;
    }

    public Task<ICommandReply> SendAsync(IRegionCommand command, CancellationToken cancellationToken)
    {
        if (Leader is null)
            return Task.FromResult<ICommandReply>(new CommandRefused(RefusalKind.Unavailable, "no server leads"));

        lock (_lock)
        {
            var context = new DecisionContext(time.GetUtcNow(), NewId);
            var decision = command switch
            {
                IJobCommand job => JobDecisions.Decide(_state.FindJobRecord(job.JobId), _state, job, context),
                INodeCommand node => NodeDecisions.Decide(_state.FindNodeRecord(node.NodeId), _state, node, context),
                IEvaluationCommand evaluation => EvaluationDecisions.Decide(_state.FindEvaluation(evaluation.EvaluationId), _state, evaluation, context),
                IOperatorCommand choice => OperatorDecisions.Decide(_state, choice, context),
                _ => throw new NotSupportedException($"nobody owns {command.GetType().Name}"),
            };
            Append([.. decision.Events]);
            return Task.FromResult(decision.Reply(_state.Index));
        }
    }

    public Task<PlaceResult> PlanAsync(PlaceRequest request, CancellationToken cancellationToken) => Leader is null
        ? throw new RegionUnavailableException("no server leads")
        : Task.FromResult(Scheduler(request));

    /// <summary>Where the scheduler puts things: nowhere unless a test says otherwise.</summary>
    public Func<PlaceRequest, PlaceResult> Scheduler { get; set; } = request =>
        new PlaceResult(request.EvaluationId, 1, request.AtIndex, [], [], new Dictionary<string, AllocationMetric>(), new Dictionary<string, bool>(), false);

    public Task<IClientCall> CallClientAsync(NodeId node, string method, ReadOnlyMemory<byte> argumentsJson, CancellationToken cancellationToken) =>
        Task.FromResult<IClientCall>(Client(node, method, Encoding.UTF8.GetString(argumentsJson.Span)));
}

/// <summary>A client's answer that a test writes while the request is under way.</summary>
internal sealed class FakeCall : IClientCall
{
    private readonly Channel<ReadOnlyMemory<byte>> _pieces = Channel.CreateUnbounded<ReadOnlyMemory<byte>>();

    /// <summary>The caller let go of the request.</summary>
    public TaskCompletionSource Disposed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static FakeCall Answering(params string[] pieces)
    {
        var call = new FakeCall();
        foreach (var piece in pieces)
            call.Say(piece);
        call.End();
        return call;
    }

    public void Say(string piece) => _pieces.Writer.TryWrite(Encoding.UTF8.GetBytes(piece));

    public void End(Exception? error = null) => _pieces.Writer.Complete(error);

    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await _pieces.Reader.WaitToReadAsync(cancellationToken))
        {
            while (_pieces.Reader.TryRead(out var piece))
                yield return piece;
        }
    }

    /// <summary>What the caller sent into the request.</summary>
    public Channel<string> Input { get; } = Channel.CreateUnbounded<string>();

    public async Task WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken) =>
        await Input.Writer.WriteAsync(Encoding.UTF8.GetString(data.Span), cancellationToken);

    public Task CompleteAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public ValueTask DisposeAsync()
    {
        Disposed.TrySetResult();
        return ValueTask.CompletedTask;
    }
}
