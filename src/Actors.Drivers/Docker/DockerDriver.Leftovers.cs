using Actors.Contracts;
using Docker.DotNet.Models;

namespace Actors.Drivers.Docker;

/// <summary>Containers are known by their labels.</summary>
public sealed partial class DockerDriver : ILeftovers
{
    /// <inheritdoc/>
    async Task<IReadOnlySet<AllocationId>> ILeftovers.FindAsync(NodeId node, CancellationToken cancellationToken)
    {
        await EngineErrors.AskAsync("could not look for images", () => _collector.SweepAsync(node, cancellationToken)).ConfigureAwait(false);
        if (!_options.RemoveDangling || !_options.RemoveContainers) return new HashSet<AllocationId>();
        return (await LabelledAsync($"{ContainerSpec.NodeLabel}={node}", cancellationToken).ConfigureAwait(false))
            .Select(container => container.Labels.TryGetValue(ContainerSpec.AllocationLabel, out var label) && AllocationId.TryParse(label, out var id) ? id : default(AllocationId?))
            .OfType<AllocationId>()
            .ToHashSet();
    }

    /// <inheritdoc/>
    async Task ILeftovers.RemoveAsync(NodeId node, AllocationId allocation, CancellationToken cancellationToken)
    {
        var containers = await LabelledAsync($"{ContainerSpec.AllocationLabel}={allocation}", cancellationToken).ConfigureAwait(false);
        foreach (var container in containers.Where(c => c.Labels.TryGetValue(ContainerSpec.NodeLabel, out var owner) && owner == node.ToString()))
            await RemoveAsync(container.ID, cancellationToken).ConfigureAwait(false);
    }

    private Task<IList<ContainerListResponse>> LabelledAsync(string label, CancellationToken cancellationToken) => EngineErrors.AskAsync("could not list containers", () =>
        _engine.Containers.ListContainersAsync(
            new ContainersListParameters { All = true, Filters = new Dictionary<string, IDictionary<string, bool>> { ["label"] = new Dictionary<string, bool> { [label] = true } } },
            cancellationToken));
}
