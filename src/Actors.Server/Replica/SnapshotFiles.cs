using System.Collections.Concurrent;
using Actors.Server.RegionLog;
using Actors.Server.Storage;
using Actors.State;
using Actors.State.Snapshots;
using Akka.Actor;
using Akka.Persistence;

namespace Actors.Server.Replica;

/// <summary>
/// Snapshots of a region's state in the snapshot store: many chunks, each of its own persistence id, then a manifest that makes them one.
/// Two slots take turns, so the snapshot before is whole until the next one is.
/// </summary>
internal sealed class SnapshotFiles
{
    private const int ChunksAhead = 4;
    private static readonly TimeSpan StoreTimeout = TimeSpan.FromSeconds(60);

    private readonly RegionLogOptions _options;
    private readonly IActorRef _store;

    /// <summary>The snapshots of the region.</summary>
    public SnapshotFiles(ActorSystem system, RegionLogOptions options)
    {
        _options = options;
        _store = Persistence.Instance.Apply(system).SnapshotStoreFor(ActorsHocon.SnapshotPlugin);
    }

    /// <summary>Stores a state.</summary>
    /// <returns>Its manifest.</returns>
    /// <exception cref="StorageException">The store refused; the snapshot before is as it was.</exception>
    public async Task<SnapshotManifest> SaveAsync(ReplicaVersion version, CancellationToken cancellationToken)
    {
        var before = await LoadManifestAsync(cancellationToken).ConfigureAwait(false);
        var slot = before is null ? 0 : 1 - before.Slot;
        var index = checked((long)version.State.Index);
        var chunks = 0;
        long bytes = 0;
        foreach (var chunk in version.State.ToChunks())
        {
            cancellationToken.ThrowIfCancellationRequested();
            await SaveAsync(SnapshotManifest.ChunkId(_options.SnapshotPersistenceId, slot, chunks), index, new SnapshotChunk(chunk.Manifest, chunk.Payload), cancellationToken).ConfigureAwait(false);
            chunks++;
            bytes += chunk.Payload.Length;
        }

        var manifest = new SnapshotManifest(version.State.Index, version.RowNr, slot, chunks, bytes, before?.Chunks ?? 0);
        await SaveAsync(_options.SnapshotPersistenceId, version.RowNr, manifest, cancellationToken).ConfigureAwait(false);
        await DeleteOldAsync(manifest, before, cancellationToken).ConfigureAwait(false);
        return manifest;
    }

    /// <summary>The latest state that was stored, or null when there is none.</summary>
    /// <exception cref="InvalidDataException">A chunk is missing or damaged.</exception>
    public async Task<ReplicaVersion?> LoadAsync(CancellationToken cancellationToken)
    {
        if (await LoadManifestAsync(cancellationToken).ConfigureAwait(false) is not { } manifest)
            return null;

        using var chunks = new BlockingCollection<StateChunk>(ChunksAhead);
        var building = Task.Factory.StartNew(() => RegionState.FromChunks(chunks.GetConsumingEnumerable(cancellationToken)), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            for (var i = 0; i < manifest.Chunks && !building.IsCompleted; i++)
            {
                var chunk = await LoadChunkAsync(manifest, i, cancellationToken).ConfigureAwait(false);
                while (!chunks.TryAdd(chunk) && !building.IsCompleted)
                    await Task.Delay(5, cancellationToken).ConfigureAwait(false);
            }

            chunks.CompleteAdding();
        }
        catch
        {
            // A state of only some of its chunks must not come out: the builder sees the failure, not an end.
            await AbandonAsync(chunks, building).ConfigureAwait(false);
            throw;
        }

        var state = await building.ConfigureAwait(false);
        return state.Index == manifest.Index
            ? new ReplicaVersion(state, manifest.RowNr)
            : throw new InvalidDataException($"the snapshot of the region's state says index {manifest.Index}, its chunks say {state.Index}");
    }

    private static async Task AbandonAsync(BlockingCollection<StateChunk> chunks, Task building)
    {
        chunks.CompleteAdding();
        await building.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task<StateChunk> LoadChunkAsync(SnapshotManifest manifest, int number, CancellationToken cancellationToken)
    {
        var id = SnapshotManifest.ChunkId(_options.SnapshotPersistenceId, manifest.Slot, number);
        var index = checked((long)manifest.Index);
        var found = await LoadAsync(id, new SnapshotSelectionCriteria(index, DateTime.MaxValue, index), cancellationToken).ConfigureAwait(false);
        return found is SnapshotChunk chunk
            ? new StateChunk(chunk.Manifest, chunk.Bytes)
            : throw new InvalidDataException($"chunk {number} of {manifest.Chunks} of the snapshot at index {manifest.Index} is missing ({id})");
    }

    private async Task<SnapshotManifest?> LoadManifestAsync(CancellationToken cancellationToken) =>
        await LoadAsync(_options.SnapshotPersistenceId, SnapshotSelectionCriteria.Latest, cancellationToken).ConfigureAwait(false) as SnapshotManifest;

    private async Task<object?> LoadAsync(string persistenceId, SnapshotSelectionCriteria criteria, CancellationToken cancellationToken)
    {
        var answer = await _store.Ask<object>(new LoadSnapshot(persistenceId, criteria, long.MaxValue), StoreTimeout, cancellationToken).ConfigureAwait(false);
        return answer switch
        {
            LoadSnapshotResult result => result.Snapshot?.Snapshot,
            LoadSnapshotFailed failed => throw new StorageException($"{persistenceId} can't be loaded: {failed.Cause.GetBaseException().Message}", failed.Cause),
            _ => throw new StorageException($"{persistenceId} can't be loaded: the snapshot store answered {answer.GetType().Name}"),
        };
    }

    private async Task SaveAsync(string persistenceId, long sequenceNr, object snapshot, CancellationToken cancellationToken)
    {
        var answer = await _store.Ask<object>(new SaveSnapshot(new SnapshotMetadata(persistenceId, sequenceNr, _options.Time.GetUtcNow().UtcDateTime), snapshot), StoreTimeout, cancellationToken).ConfigureAwait(false);
        if (answer is not SaveSnapshotSuccess)
        {
            var cause = (answer as SaveSnapshotFailure)?.Cause;
            throw new StorageException($"{persistenceId} can't be stored: {cause?.GetBaseException().Message ?? answer.GetType().Name}", cause);
        }
    }

    // The other slot stays: replicas may be reading it. Of this slot, what earlier turns left goes.
    private async Task DeleteOldAsync(SnapshotManifest manifest, SnapshotManifest? before, CancellationToken cancellationToken)
    {
        var older = new SnapshotSelectionCriteria(checked((long)manifest.Index) - 1);
        for (var i = 0; i < Math.Max(manifest.Chunks, before?.OtherChunks ?? 0); i++)
            await DeleteAsync(SnapshotManifest.ChunkId(_options.SnapshotPersistenceId, manifest.Slot, i), older, cancellationToken).ConfigureAwait(false);
        await DeleteAsync(_options.SnapshotPersistenceId, new SnapshotSelectionCriteria(manifest.RowNr - 1), cancellationToken).ConfigureAwait(false);
    }

    private Task DeleteAsync(string persistenceId, SnapshotSelectionCriteria criteria, CancellationToken cancellationToken) =>
        _store.Ask<object>(new DeleteSnapshots(persistenceId, criteria), StoreTimeout, cancellationToken);
}
