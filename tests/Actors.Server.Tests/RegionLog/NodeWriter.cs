using Actors.Contracts;
using Actors.Contracts.Log;
using Actors.Contracts.Nodes;
using Actors.Server.RegionLog;
using Actors.State.Nodes;
using Akka.Actor;
using Akka.Persistence;

namespace Actors.Server.Tests.RegionLog;

/// <summary>What an entity answers to what it was asked to write.</summary>
/// <param name="Index">The index of its (last) event; 0: not written.</param>
/// <param name="Error">Why it was not written.</param>
/// <param name="Stopped">The write failed, and the entity stopped.</param>
internal sealed record WriteResult(ulong Index, Exception? Error = null, bool Stopped = false);

/// <summary>A node entity as small as can be: it writes what it is told, as the real ones do.</summary>
internal sealed class NodeWriterActor : UntypedPersistentActor
{
    private readonly NodeId _id;
    private IActorRef? _asker;

    public NodeWriterActor(NodeId id) => _id = id;

    public override string PersistenceId => PersistenceIds.Of(_id);

    public Node? Node { get; private set; }

    protected override void OnRecover(object message)
    {
        if (message is SnapshotOffer { Snapshot: NodeState state })
            Node = state.Node;
    }

    protected override void OnCommand(object message)
    {
        switch (message)
        {
            case IRegionEvent[] events:
                _asker = Sender;
                var left = events.Length;
                PersistAll(events, _ =>
                {
                    if (--left == 0)
                        _asker.Tell(new WriteResult(RegionLogExtension.For(Context.System).IndexOf(PersistenceId, LastSequenceNr)));
                });
                break;
            case "state":
                Sender.Tell((LastSequenceNr, Node));
                break;
            case "save":
                _asker = Sender;
                SaveSnapshot(new object());
                break;
            case SaveSnapshotFailure failure:
                _asker.Tell(failure);
                break;
        }
    }

    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr) => _asker.Tell(new WriteResult(0, cause));

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) => _asker.Tell(new WriteResult(0, cause, true));
}

/// <summary>Writes events of one node, through an entity or (to pretend to be one elsewhere) straight into the log.</summary>
internal sealed class NodeWriter(LogServer server, int number)
{
    public static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private IActorRef? _entity;

    public NodeId Id { get; } = new(new Guid(number, 0, 0, new byte[8]));

    public string PersistenceId => PersistenceIds.Of(Id);

    public IActorRef Entity => _entity ??= server.System.ActorOf(Props.Create(() => new NodeWriterActor(Id)));

    public NodeRegistered Registered => new(
        new Node { Id = Id, Name = $"node-{number}", Resources = new NodeResources { CpuMhz = 4000, MemoryMb = 8192, DiskMb = 10240 }, Status = NodeStatus.Ready },
        [],
        Noon);

    public NodeStatusChanged Status(string description) => new(Id, NodeStatus.Ready, description, [], Noon);

    public Task<WriteResult> WriteAsync(params IRegionEvent[] events) => Entity.Ask<WriteResult>(events, TimeSpan.FromSeconds(20));

    public async Task<ulong> RegisterAsync() => (await WriteAsync(Registered)).Index;

    public async Task<(long SequenceNr, Node? Node)> RecoverAsync()
    {
        if (_entity is not null)
            await _entity.GracefulStop(TimeSpan.FromSeconds(5));
        _entity = null;
        return await Entity.Ask<(long, Node?)>("state", TimeSpan.FromSeconds(15));
    }

    public SerializedEvent Serialized(long sequenceNr, IRegionEvent e) => new(
        PersistenceId, sequenceNr, Contracts.Serialization.Manifests.Of(e), Contracts.Serialization.Manifests.Write(e), (e as IFencedEvent)?.Term);
}
