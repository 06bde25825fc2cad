using Actors.Contracts;

namespace Actors.Drivers.Docker;

/// <summary>An engine makes the namespaces of its containers itself: a group's is that of a container which does nothing else.</summary>
public sealed partial class DockerDriver : INetworkHolder
{
    /// <inheritdoc/>
    public Task<HeldNetwork> HoldAsync(NetworkHold hold, CancellationToken cancellationToken) => new NetworkHolder(_engine, _options.InfraImage).HoldAsync(hold, cancellationToken);

    /// <inheritdoc/>
    public Task<HeldNetwork?> FindHeldAsync(AllocationId allocation, string holder, CancellationToken cancellationToken) => new NetworkHolder(_engine, _options.InfraImage).FindAsync(allocation, cancellationToken);

    /// <inheritdoc/>
    public Task ReleaseAsync(AllocationId allocation, string holder, CancellationToken cancellationToken) => new NetworkHolder(_engine, _options.InfraImage).ReleaseAsync(allocation, cancellationToken);
}
