using Actors.Drivers;

namespace Actors.Client.Tasks.Hooks;

/// <summary>The group's volumes as the task sees them: directories of the host that the agent's operator offers.</summary>
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

            if (volume.Type != "host")
                throw new InvalidTaskException($"volume \"{mount.Volume}\": this client mounts volumes of type \"host\" only, found \"{volume.Type}\"");

            if (!origin.Node.HostVolumes.TryGetValue(volume.Source, out var host))
                throw new InvalidTaskException($"volume \"{mount.Volume}\": this node has no host volume \"{volume.Source}\"");

            start.Mounts.Add(new TaskMount(
                host.Path, start.Replace(mount.Destination), host.ReadOnly || volume.ReadOnly || mount.ReadOnly == true,
                mount.PropagationMode.Length > 0 ? mount.PropagationMode : "private"));
        }
    }
}
