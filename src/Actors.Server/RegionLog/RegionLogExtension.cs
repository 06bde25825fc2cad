using System.Collections.Concurrent;
using Actors.Contracts;
using Actors.Contracts.Log;
using Actors.Contracts.Serialization;
using Actors.Server.Replica;
using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Tools.Singleton;

namespace Actors.Server.RegionLog;

/// <summary>
/// The region's log as an actor system sees it: the replica, the way to the log's writer, and which index an entity's event has.
/// Start it with <see cref="StartReplica"/>, then <see cref="StartRegionLog"/>, before the first entity.
/// </summary>
public sealed class RegionLogExtension : IExtension
{
    /// <summary>The name of the log's singleton manager below <c>/user</c>; in an actor system without a cluster, of the log itself.</summary>
    public const string LogName = "region-log";

    /// <summary>The name of the replica's actor below <c>/user</c>.</summary>
    public const string ReplicaName = "region-replica";

    private const int RememberedIndexes = 1 << 17;

    private readonly ExtendedActorSystem _system;
    private readonly ConcurrentDictionary<(string PersistenceId, long SequenceNr), ulong> _indexes = new();
    private readonly ConcurrentQueue<(string PersistenceId, long SequenceNr)> _order = new();
    private readonly ConcurrentDictionary<string, long> _recovered = new();
    private readonly Lock _asking = new();
    private Task<ulong>? _nextCommitted;
    private Task<ulong>? _committed;
    private RegionReplica? _replica;
    private RegionLogOptions? _options;
    private LogClient? _client;
    private bool _logStarted;
    private volatile LocalWriter? _writer;

    internal RegionLogExtension(ExtendedActorSystem system) => _system = system;

    /// <summary>The extension of an actor system.</summary>
    public static RegionLogExtension For(ActorSystem system) => system.WithExtension<RegionLogExtension, RegionLogExtensionProvider>();

    /// <summary>This server's replica of the region's state.</summary>
    /// <exception cref="InvalidOperationException">It is not started.</exception>
    public RegionReplica Replica => _replica ?? throw NotStarted(nameof(StartReplica));

    /// <summary>How the log works.</summary>
    /// <exception cref="InvalidOperationException">It is not started.</exception>
    public RegionLogOptions Options => _options ?? throw NotStarted(nameof(StartReplica));

    /// <summary>The log's writer runs in this process and takes appends: this server leads.</summary>
    public bool IsLeader => _writer is not null;

    /// <summary>The term of the log's writer in this process, or null.</summary>
    public long? LocalTerm => _writer?.Term;

    internal LogClient Client => _client ?? throw NotStarted(nameof(StartRegionLog));

    internal IActorRef ReplicaActor { get; private set; } = ActorRefs.Nobody;

    internal LocalWriter? Writer
    {
        get => _writer;
        set => _writer = value;
    }

    /// <summary>Starts this server's replica: it reads the latest snapshot and the rows after it, then follows the log.</summary>
    /// <param name="options">How the log works.</param>
    /// <returns>The replica. <see cref="RegionReplica.Started"/> tells when it has read all there was.</returns>
    public RegionReplica StartReplica(RegionLogOptions options)
    {
        if (_replica is not null)
            throw new InvalidOperationException("the replica is already started");

        _options = options;
        _replica = new RegionReplica(this, options);
        ReplicaActor = _system.ActorOf(Server.Replica.ReplicaActor.Props(_replica, options), ReplicaName);
        return _replica;
    }

    /// <summary>
    /// In a cluster, starts this server's way to the log's writer, wherever that will be: until there is one, what is asked of it is refused as unavailable.
    /// </summary>
    public void StartClient()
    {
        var settings = ClusterSingletonProxySettings.Create(_system).WithRole(Options.Role);
        StartClient(_system.ActorOf(ClusterSingletonProxy.Props($"/user/{LogName}", settings), LogName + "-proxy"));
    }

    /// <summary>
    /// Starts the log: in a cluster as a singleton on the oldest server (its writer may run elsewhere), without a cluster in this process.
    /// Also starts this server's way to the writer, if it isn't yet, which the journal of the entities uses.
    /// </summary>
    /// <returns>The log's singleton manager, or the log itself.</returns>
    public IActorRef StartRegionLog()
    {
        if (_logStarted)
            throw new InvalidOperationException("the region's log is already started");

        _logStarted = true;
        var props = RegionLogActor.Props(this, Options);
        if (_system.Provider is not IClusterActorRefProvider)
        {
            var log = _system.ActorOf(props, LogName);
            StartClient(log);
            return log;
        }

        if (_client is null)
            StartClient();
        var settings = ClusterSingletonManagerSettings.Create(_system).WithRole(Options.Role);
        return _system.ActorOf(ClusterSingletonManager.Props(props, new RegionLogActor.Stop(), settings), LogName);
    }

    private void StartClient(IActorRef target)
    {
        var client = new LogClient(Options);
        client.Actor = _system.ActorOf(LogClientActor.Props(Options, target), LogName + "-client");
        _client = client;
    }

    /// <summary>The index of an event that was written by an entity of this server, in or after its persist callback.</summary>
    /// <param name="persistenceId">The entity.</param>
    /// <param name="sequenceNr">The event's number, as the entity's <c>LastSequenceNr</c> is in the callback.</param>
    /// <exception cref="InvalidOperationException">It was not written by this server, or long ago.</exception>
    public ulong IndexOf(string persistenceId, long sequenceNr)
    {
        if (_indexes.TryGetValue((persistenceId, sequenceNr), out var index))
            return index;

        var position = Replica.Current.PositionOf(persistenceId);
        return position.SequenceNr == sequenceNr
            ? position.Index
            : throw new InvalidOperationException($"the index of event {sequenceNr} of {persistenceId} is not known here: only the last {RememberedIndexes} events that this server wrote are remembered");
    }

    /// <summary>
    /// The last committed index: what a consistent read must wait for. Asks the log's writer, one question at a time however many ask;
    /// when the writer is in this process, it is just read. (A writer that was overtaken a moment ago, and has not written since, doesn't know yet.)
    /// </summary>
    /// <exception cref="RegionLogException">There is no leader that answers.</exception>
    public Task<ulong> CommittedIndexAsync(CancellationToken cancellationToken = default) =>
        _writer is { } writer ? Task.FromResult(writer.Index) : AskCommitted().WaitAsync(cancellationToken);

    /// <summary>Writes an event of the log itself, such as <see cref="StateCollected"/>. Repeating it must do no harm: when it fails, nobody may know whether it was written.</summary>
    /// <param name="happened">The event; its persistence id is <see cref="TermStarted.LogPersistenceId"/>.</param>
    /// <returns>Its index.</returns>
    /// <exception cref="RegionLogException">The log refused it, or does not answer.</exception>
    public async Task<ulong> AppendOwnAsync(IRegionEvent happened)
    {
        var answer = await Client.AppendAsync([OwnEvent(happened)]).ConfigureAwait(false);
        return answer.Outcome == LogOutcome.Done ? answer.Index : throw LogClient.ErrorOf(answer);
    }

    /// <summary>An event of the log itself; the log gives it its number.</summary>
    internal static SerializedEvent OwnEvent(IRegionEvent happened) =>
        PersistenceIds.OwnerOf(happened) == TermStarted.LogPersistenceId
            ? new SerializedEvent(TermStarted.LogPersistenceId, 0, Manifests.Of(happened), Manifests.Write(happened), (happened as IFencedEvent)?.Term)
            : throw new ArgumentException($"{happened.GetType().Name} belongs to {PersistenceIds.OwnerOf(happened)}, not to the log", nameof(happened));

    // A question that is already under way may have been answered before this caller's own write: only the next one counts.
    private Task<ulong> AskCommitted()
    {
        lock (_asking)
        {
            if (_committed is null or { IsCompleted: true })
                return _committed = Client.CommittedAsync();
            if (_nextCommitted is null or { IsCompleted: true })
                _nextCommitted = AskAfter(_committed);
            return _nextCommitted;
        }
    }

    private async Task<ulong> AskAfter(Task<ulong> before)
    {
        await ((Task)before).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        Task<ulong> asked;
        lock (_asking)
        {
            asked = _committed = Client.CommittedAsync();
            _nextCommitted = null;
        }

        return await asked.ConfigureAwait(false);
    }

    internal void Remember(string persistenceId, long firstSequenceNr, int count, ulong firstIndex)
    {
        for (var i = 0; i < count; i++)
        {
            var key = (persistenceId, firstSequenceNr + i);
            _indexes[key] = firstIndex + (ulong)i;
            _order.Enqueue(key);
        }

        while (_order.Count > RememberedIndexes && _order.TryDequeue(out var oldest))
            _indexes.TryRemove(oldest, out _);
    }

    internal void RememberRecovered(string persistenceId, long sequenceNr) => _recovered[persistenceId] = sequenceNr;

    internal long? TakeRecovered(string persistenceId) => _recovered.TryRemove(persistenceId, out var sequenceNr) ? sequenceNr : null;

    private static InvalidOperationException NotStarted(string by) => new($"the region's log is not started in this actor system: call {nameof(RegionLogExtension)}.{by} first");
}

/// <summary>The log's writer in this process.</summary>
/// <param name="Log">Its actor.</param>
/// <param name="Term">Its term.</param>
/// <param name="Index">The last committed index.</param>
internal sealed record LocalWriter(IActorRef Log, long Term, ulong Index);

/// <summary>Makes the <see cref="RegionLogExtension"/> of an actor system.</summary>
public sealed class RegionLogExtensionProvider : ExtensionIdProvider<RegionLogExtension>
{
    /// <inheritdoc/>
    public override RegionLogExtension CreateExtension(ExtendedActorSystem system) => new(system);
}
