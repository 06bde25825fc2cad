using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Actors.Client.Allocations;
using Actors.Client.Hosting;
using Actors.Client.Machine;
using Actors.Client.State;
using Actors.Client.Streams;
using Actors.Contracts.Nodes;
using Actors.Contracts.Volumes;
using Actors.Drivers.Processes;

namespace Actors.Client.Volumes;

/// <summary>The host volumes of this node: those of its configuration, and those that were made or registered while it runs, which it remembers.</summary>
/// <param name="options">How the client is set up.</param>
/// <param name="root">Where volumes are made, a directory each.</param>
/// <param name="store">Where they are remembered.</param>
/// <param name="allocations">The allocations, some of which use them.</param>
internal sealed class NodeVolumes(ClientOptions options, string root, ClientStore store, AllocationRegistry allocations)
{
    private const UnixFileMode Passable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private readonly SemaphoreSlim _oneByOne = new(1, 1);
    private ImmutableDictionary<string, HostVolume> _made = store.ReadVolumes().ToImmutableDictionary(v => v.Id);

    /// <summary>All of them, by name, as the node shows them.</summary>
    public IReadOnlyDictionary<string, HostVolumeInfo> Shown
    {
        get
        {
            var shown = options.HostVolumes.ToDictionary(v => v.Key, v => new HostVolumeInfo(v.Value.Path, v.Value.ReadOnly), StringComparer.Ordinal);
            foreach (var volume in Volatile.Read(ref _made).Values)
                shown[volume.Name] = new HostVolumeInfo(PathOf(volume), ReadOnly: false) { Id = volume.Id, Namespace = volume.Namespace, Capabilities = volume.RequestedCapabilities };
            return shown;
        }
    }

    /// <summary>Makes a volume, or gives one that is there the permissions and owner that it now says.</summary>
    /// <exception cref="StreamException">It can't be made.</exception>
    public Task CreateAsync(HostVolume volume, CancellationToken cancellationToken) => ChangeAsync(volume, () => Make(PathOf(volume), volume), cancellationToken);

    /// <summary>Shows a directory that is there as a volume.</summary>
    /// <exception cref="StreamException">There is no such directory.</exception>
    public Task RegisterAsync(HostVolume volume, CancellationToken cancellationToken) => ChangeAsync(
        volume,
        () =>
        {
            if (!Directory.Exists(volume.HostPath)) throw new StreamException(400, $"host_path: this node has no directory \"{volume.HostPath}\"");
        },
        cancellationToken);

    /// <summary>Forgets a volume, and removes it if it was made here. One that is not known is gone.</summary>
    /// <exception cref="StreamException">It can't be removed, or an allocation uses it.</exception>
    public async Task DeleteAsync(string id, CancellationToken cancellationToken)
    {
        using var turn = await TurnAsync(cancellationToken).ConfigureAwait(false);
        if (!_made.TryGetValue(id, out var volume)) return;
        if (allocations.All.FirstOrDefault(a => !a.Value.Ended && a.Value.HostVolumes.Contains(volume.Name)) is { Value: not null } user)
            throw new StreamException(409, $"volume {id} (\"{volume.Name}\") is in use by allocation {user.Key}");
        if (volume.HostPath.Length == 0) await OnDiskAsync(() => Remove(PathOf(volume)), cancellationToken).ConfigureAwait(false);
        await store.DeleteVolumeAsync(id).ConfigureAwait(false);
        Volatile.Write(ref _made, _made.Remove(id));
    }

    /// <summary>Removes the directories that an agent made and did not live to remember: nobody was shown them, so they are empty.</summary>
    public void RemoveUnremembered()
    {
        if (!Directory.Exists(root)) return;
        foreach (var path in Directory.EnumerateDirectories(root).Where(p => Guid.TryParseExact(Path.GetFileName(p), "D", out var id) && !_made.ContainsKey(id.ToString("D"))))
        {
            try
            {
                Directory.Delete(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // There is something in it, so it is not what is looked for.
                continue;
            }
        }
    }

    private async Task ChangeAsync(HostVolume volume, Action change, CancellationToken cancellationToken)
    {
        if (!Guid.TryParseExact(volume.Id, "D", out _)) throw new StreamException(400, $"volume.ID: expected a UUID, found \"{volume.Id}\"");
        using var turn = await TurnAsync(cancellationToken).ConfigureAwait(false);
        if (options.HostVolumes.ContainsKey(volume.Name)) throw new StreamException(409, $"this node has a volume \"{volume.Name}\" by its configuration");
        if (_made.Values.FirstOrDefault(v => v.Name == volume.Name && v.Id != volume.Id) is { } twin)
            throw new StreamException(409, $"this node has a volume \"{volume.Name}\" already: {twin.Id}");
        await OnDiskAsync(change, cancellationToken).ConfigureAwait(false);
        await store.SaveVolumeAsync(volume).ConfigureAwait(false);
        Volatile.Write(ref _made, _made.SetItem(volume.Id, volume));
    }

    private string PathOf(HostVolume volume) => volume.HostPath.Length > 0 ? volume.HostPath : Path.Combine(root, volume.Id);

    private void Make(string path, HostVolume volume)
    {
        if (!MkdirParameters.TryRead(volume.Parameters, out var parameters, out var problem)) throw new StreamException(400, problem);
        if (!Directory.Exists(root))
        {
            Directory.CreateDirectory(root);
            // Tasks of other users pass through it to volumes of theirs, whatever the agent's umask is.
            File.SetUnixFileMode(root, Passable);
        }

        Directory.CreateDirectory(path);
        if ((parameters.Uid ?? parameters.Gid) is not null && Libc.Chown(path, parameters.Uid ?? -1, parameters.Gid ?? -1) is var error and not 0)
            throw new StreamException(400, $"parameters: the volume can't be given to user {parameters.Uid} and group {parameters.Gid}: {Marshal.GetPInvokeErrorMessage(error)}");
        File.SetUnixFileMode(path, parameters.Mode);
    }

    // What a task mounted in it is let go of, so that nothing of that is removed.
    private static void Remove(string path)
    {
        foreach (var mount in Mounts.Beneath(path)) Mounts.Unmount(mount);
        if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
    }

    private static async Task OnDiskAsync(Action change, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Run(change, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StreamException(500, $"the volume's directory can't be changed: {e.Message}");
        }
    }

    private async Task<IDisposable> TurnAsync(CancellationToken cancellationToken)
    {
        await _oneByOne.WaitAsync(cancellationToken).ConfigureAwait(false);
        return new Turn(_oneByOne);
    }

    private sealed class Turn(SemaphoreSlim semaphore) : IDisposable
    {
        public void Dispose() => semaphore.Release();
    }
}
