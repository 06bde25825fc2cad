using System.Net;
using Actors.Contracts;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace Actors.Drivers.Docker;

/// <summary>Holds groups' network namespaces, each by a container that does nothing. Found again by its name and labels.</summary>
/// <param name="engine">The engine.</param>
/// <param name="image">The operator's image for it, which ends never by itself; "": one of our own making.</param>
internal sealed class NetworkHolder(DockerClient engine, string image)
{
    private const string OwnImage = $"{PauseImage.Repository}:{PauseImage.Tag}";

    /// <summary>Makes the holder of an allocation, or finds it.</summary>
    public async Task<HeldNetwork> HoldAsync(NetworkHold hold, CancellationToken cancellationToken)
    {
        if (await FindAsync(hold.AllocationId, cancellationToken).ConfigureAwait(false) is { } held) return held;
        await ReleaseAsync(hold.AllocationId, cancellationToken).ConfigureAwait(false);
        await EngineErrors.AskAsync("could not hold the group's network", async () =>
        {
            await EnsureImageAsync(cancellationToken).ConfigureAwait(false);
            var created = await engine.Containers.CreateContainerAsync(Container(hold), cancellationToken).ConfigureAwait(false);
            await engine.Containers.StartContainerAsync(created.ID, new ContainerStartParameters(), cancellationToken).ConfigureAwait(false);
        }).ConfigureAwait(false);
        return await FindAsync(hold.AllocationId, cancellationToken).ConfigureAwait(false)
            ?? throw new DriverException("the container that holds the group's network ended at once", recoverable: true);
    }

    /// <summary>The holder of an allocation, when it runs.</summary>
    public Task<HeldNetwork?> FindAsync(AllocationId allocation, CancellationToken cancellationToken) => EngineErrors.AskAsync("could not look for the group's network", async () =>
    {
        try
        {
            var found = await engine.Containers.InspectContainerAsync(NameOf(allocation), cancellationToken).ConfigureAwait(false);
            return found.State is { Running: true, Pid: > 0 } state ? new HeldNetwork(found.ID, $"/proc/{state.Pid}/ns/net") : null;
        }
        catch (DockerContainerNotFoundException)
        {
            return null;
        }
    });

    /// <summary>Removes the holder of an allocation.</summary>
    public Task ReleaseAsync(AllocationId allocation, CancellationToken cancellationToken) => EngineErrors.AskAsync("could not let go of the group's network", async () =>
    {
        try
        {
            await engine.Containers.RemoveContainerAsync(NameOf(allocation), new ContainerRemoveParameters { Force = true }, cancellationToken).ConfigureAwait(false);
        }
        catch (DockerApiException e) when (e.StatusCode is HttpStatusCode.NotFound)
        {
            // There is none: that is what is wanted.
            return;
        }
    });

    private static string NameOf(AllocationId allocation) => $"nomad_init_{allocation}";

    private CreateContainerParameters Container(NetworkHold hold) => new()
    {
        Name = NameOf(hold.AllocationId),
        Image = image.Length > 0 ? image : OwnImage,
        Entrypoint = image.Length > 0 ? null! : [PauseImage.Program],
        Hostname = hold.Hostname.Length > 0 ? hold.Hostname : null!,
        Labels = new Dictionary<string, string>
        {
            [ContainerSpec.AllocationLabel] = hold.AllocationId.ToString(),
            [ContainerSpec.NodeLabel] = hold.NodeId.ToString(),
        },
        HostConfig = new HostConfig
        {
            NetworkMode = "none",
            DNS = [.. hold.DnsServers],
            DNSSearch = [.. hold.DnsSearches],
            DNSOptions = [.. hold.DnsOptions],
        },
    };

    private async Task EnsureImageAsync(CancellationToken cancellationToken)
    {
        try
        {
            await engine.Images.InspectImageAsync(image.Length > 0 ? image : OwnImage, cancellationToken).ConfigureAwait(false);
        }
        catch (DockerImageNotFoundException) when (image.Length > 0)
        {
            var name = ImageReference.Parse(image);
            await engine.Images.CreateImageAsync(
                new ImagesCreateParameters { FromImage = name.Repository, Tag = name.Tag }, new AuthConfig(), new Progress<JSONMessage>(), cancellationToken).ConfigureAwait(false);
        }
        catch (DockerImageNotFoundException)
        {
            await using var tar = PauseImage.Tar();
            await engine.Images.CreateImageAsync(
                new ImagesCreateParameters { FromSrc = "-", Repo = PauseImage.Repository, Tag = PauseImage.Tag }, tar, null!, new Progress<JSONMessage>(), cancellationToken).ConfigureAwait(false);
        }
    }
}
