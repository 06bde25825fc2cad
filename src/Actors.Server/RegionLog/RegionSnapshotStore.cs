using Akka.Persistence;
using Akka.Persistence.Snapshot;

namespace Actors.Server.RegionLog;

/// <summary>
/// What jobs, nodes and evaluations recover from: their state in this server's replica, once that has their last event.
/// Nothing can be saved: a region's state is its log.
/// </summary>
public sealed class RegionSnapshotStore : SnapshotStore
{
    private readonly RegionLogExtension _extension = RegionLogExtension.For(Context.System);

    /// <inheritdoc/>
    protected override async Task<SelectedSnapshot> LoadAsync(string persistenceId, SnapshotSelectionCriteria criteria, CancellationToken cancellationToken)
    {
        var position = await _extension.Client.PositionAsync(persistenceId).ConfigureAwait(false);
        var state = await _extension.Replica.WaitForIndexAsync(position.Index, cancellationToken).ConfigureAwait(false);
        var (sequenceNr, _) = state.PositionOf(persistenceId);
        _extension.RememberRecovered(persistenceId, sequenceNr);
        return sequenceNr > 0 && _extension.Options.Resolver.Resolve(state, persistenceId) is { } found
            ? new SelectedSnapshot(new SnapshotMetadata(persistenceId, sequenceNr, _extension.Options.Time.GetUtcNow().UtcDateTime), found)
            : null!;
    }

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">Always.</exception>
    protected override Task SaveAsync(SnapshotMetadata metadata, object snapshot, CancellationToken cancellationToken) => throw ReadOnly(metadata.PersistenceId);

    /// <summary>Nothing was ever saved: there is nothing to delete. (Akka.Persistence asks for it after a save that was refused.)</summary>
    protected override Task DeleteAsync(SnapshotMetadata metadata, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">Always.</exception>
    protected override Task DeleteAsync(string persistenceId, SnapshotSelectionCriteria criteria, CancellationToken cancellationToken) => throw ReadOnly(persistenceId);

    private static NotSupportedException ReadOnly(string persistenceId) =>
        new($"{persistenceId} must not save or delete snapshots: its state is part of the region's, which the region's log keeps");
}
