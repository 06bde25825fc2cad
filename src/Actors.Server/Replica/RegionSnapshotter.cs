using Actors.Server.RegionLog;
using Akka.Actor;
using Akka.Event;

namespace Actors.Server.Replica;

/// <summary>Stores a snapshot of the region's state every so many events or bytes, in the background, from the immutable state of the replica beside the log's writer.</summary>
internal sealed class RegionSnapshotter : UntypedActor
{
    /// <summary>What a start reads after the snapshot is never more than about this.</summary>
    private const long MaxBytesBetween = 512L << 20;

    /// <summary>A snapshot is stored in about a fifth of the bytes that had to be written for it.</summary>
    private const int Packing = 5;

    private readonly RegionReplica _replica;
    private readonly SnapshotFiles _files;
    private readonly RowBudget _budget;
    private readonly ILoggingAdapter _logger = Context.GetLogger();
    private readonly CancellationTokenSource _stopped = new();
    private bool _due;
    private bool _storing;

    /// <summary>A snapshotter beside the log's writer.</summary>
    public RegionSnapshotter(RegionReplica replica, RegionLogOptions options)
    {
        _replica = replica;
        _files = new SnapshotFiles(Context.System, options);
        _budget = new RowBudget(options.SnapshotEveryEvents, options.SnapshotEveryBytes);
    }

    /// <summary>A snapshot is stored: told to the parent.</summary>
    internal sealed record Stored(SnapshotManifest Manifest) : INoSerializationVerificationNeeded;

    private sealed record NotStored(Exception Cause) : INoSerializationVerificationNeeded;

    /// <summary>How to make one.</summary>
    public static Props Props(RegionReplica replica, RegionLogOptions options) => Akka.Actor.Props.Create(() => new RegionSnapshotter(replica, options));

    protected override void PostStop()
    {
        _stopped.Cancel();
        _stopped.Dispose();
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case RegionLogWriter.Written { Batch: var batch }:
                _due |= _budget.Spend(AppendRequest.Size(batch.Events), batch.Events.Count);
                StoreIfDue();
                break;
            case Stored stored:
                _logger.Info("the region's state at index {0} is stored: {1} chunks, {2} KiB", stored.Manifest.Index, stored.Manifest.Chunks, stored.Manifest.Bytes >> 10);
                _storing = false;

                // Writing a state costs as much as it is large: a large one is written when as many bytes of events have come, so that it costs no more than they did.
                _budget.RequireBytes(Math.Min(stored.Manifest.Bytes * Packing, MaxBytesBetween));
                Context.Parent.Tell(stored);
                StoreIfDue();
                break;
            case NotStored failed:
                _storing = false;
                _logger.Error(failed.Cause, "the snapshot of the region's state was not stored; the next one will be tried after as many events again");
                break;
        }
    }

    private void StoreIfDue()
    {
        if (!_due || _storing)
            return;
        _due = false;
        _storing = true;
        var version = _replica.Version;
        Task.Run(() => _files.SaveAsync(version, _stopped.Token)).PipeTo(Self, Self, manifest => new Stored(manifest), cause => new NotStored(cause));
    }
}
