using Actors.Client.Artifacts;
using Actors.Contracts.Allocations;
using Actors.Drivers;

namespace Actors.Client.Tasks.Hooks;

/// <summary>The group's volumes as the task sees them: directories of the host that the agent's operator offers, or that were made for jobs.</summary>
internal sealed class VolumeHook : ITaskHook
{
    /// <inheritdoc/>
    public string Name => "volumes";

    /// <inheritdoc/>
    public void Describe(TaskStart start)
    {
        var origin = start.Origin;
        foreach (var mount in origin.Task.VolumeMounts)
        {
            if (!origin.Group.Volumes.TryGetValue(mount.Volume, out var volume))
                throw new InvalidTaskException($"volume_mount: the group has no volume \"{mount.Volume}\"");

            if (!volume.IsHost())
                throw new InvalidTaskException($"volume \"{mount.Volume}\": this client mounts volumes of type \"host\" only, found \"{volume.Type}\"");

            var source = volume.SourceFor(origin.Allocation.NameIndex);
            if (!start.Client.Volumes.Shown.TryGetValue(source, out var host))
                throw new InvalidTaskException($"volume \"{mount.Volume}\": this node has no host volume \"{source}\"");

            var readOnly = host.ReadOnly || volume.ReadOnly || mount.ReadOnly == true;
            if (readOnly && start.Driver.Capabilities.Isolation == FileSystemIsolation.None)
                throw new InvalidTaskException($"volume \"{mount.Volume}\": the driver \"{origin.Task.Driver}\" runs in the host's own file system, and can't keep a task from writing to it");

            if (!Directory.Exists(host.Path)) throw new InvalidTaskException($"volume \"{mount.Volume}\": there is no directory \"{host.Path}\" on this node");
            start.Mounts.Add(new TaskMount(
                host.Path, start.Replace(mount.Destination), readOnly, mount.PropagationMode.Length > 0 ? mount.PropagationMode : "private"));
        }
    }

    /// <inheritdoc/>
    public Task PrestartAsync(TaskStart start, CancellationToken cancellationToken)
    {
        if (start.Driver.Capabilities.Isolation != FileSystemIsolation.None) return Task.CompletedTask;
        foreach (var mount in start.Mounts) Link(start, mount);
        return Task.CompletedTask;
    }

    /// <summary>A task that sees the host's file system finds the volume beneath its own directory, by a link.</summary>
    private static void Link(TaskStart start, TaskMount mount)
    {
        var path = TaskPlaces.OnHost(start, mount.TaskPath, "volume_mount.destination").TrimEnd('/');
        try
        {
            SafePaths.MakeDirectory(start.Paths.Allocation, Path.GetDirectoryName(path)!);
            var there = new FileInfo(path);
            if (there.LinkTarget == mount.HostPath) return;
            if (there.LinkTarget is not null) File.Delete(path);
            File.CreateSymbolicLink(path, mount.HostPath);
        }
        catch (Exception e) when (e is ArtifactException or IOException)
        {
            throw new TaskHookException(TaskEventTypes.SetupFailure, $"volume_mount.destination: {e.Message}", recoverable: false, e);
        }
    }
}
