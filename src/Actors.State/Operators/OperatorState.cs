using Actors.Contracts.Collections;
using Actors.Contracts.Operators;
using Actors.Contracts.Scheduling;
using Actors.Contracts.Volumes;
using Actors.State.Jobs;

namespace Actors.State.Operators;

/// <summary>What operators decided for the whole region, and what the operators' actor lives from.</summary>
public sealed record OperatorState
{
    /// <summary>How many requests are remembered, so that their retries are answered and not carried out again.</summary>
    public const int RememberedRequests = 16;

    /// <summary>How many volumes are remembered that their nodes did not let go of: enough for nodes that come back.</summary>
    public const int RememberedVolumes = 1000;

    /// <summary>Before anyone decided anything.</summary>
    public static OperatorState Initial { get; } = new();

    /// <summary>How the scheduler works.</summary>
    public SchedulerConfiguration Scheduler { get; init; } = new();

    /// <summary>The index that last changed <see cref="Scheduler"/>; 0: never.</summary>
    public ulong SchedulerIndex { get; init; }

    /// <summary>The namespaces that someone made or changed, by name.</summary>
    public EquatableMap<Namespace> Namespaces { get; init; } = EquatableMap<Namespace>.Empty;

    /// <summary>The node pools that someone made or changed, by name.</summary>
    public EquatableMap<NodePool> NodePools { get; init; } = EquatableMap<NodePool>.Empty;

    /// <summary>The host volumes that someone made or registered, by id.</summary>
    public EquatableMap<HostVolume> HostVolumes { get; init => field = value ?? EquatableMap<HostVolume>.Empty; } = EquatableMap<HostVolume>.Empty;

    /// <summary>The ids of host volumes that were deleted without their nodes, the oldest first: a node that still has one removes it.</summary>
    public EquatableList<string> LeftVolumes { get; init => field = value ?? []; } = [];

    /// <summary>The index of the last change.</summary>
    public ulong ModifyIndex { get; init; }

    /// <summary>The latest requests that were carried out, the oldest first.</summary>
    public EquatableList<HandledRequest> RecentRequests { get; init; } = [];

    /// <summary>Every namespace by name: the default one is always there.</summary>
    public IEnumerable<Namespace> AllNamespaces => Namespaces.ContainsKey(JobId.DefaultNamespace)
        ? Namespaces.Values.OrderBy(n => n.Name, StringComparer.Ordinal)
        : Namespaces.Values.Append(DefaultNamespace).OrderBy(n => n.Name, StringComparer.Ordinal);

    /// <summary>Every node pool by name: those that are always there, too.</summary>
    public IEnumerable<NodePool> AllNodePools => NodePools.Values.Append(AllPool).Append(DefaultPool).OrderBy(p => p.Name, StringComparer.Ordinal);

    private static readonly Namespace DefaultNamespace = new() { Name = JobId.DefaultNamespace, Description = "Default shared namespace", CreateIndex = 1, ModifyIndex = 1 };

    private static readonly NodePool AllPool = new() { Name = NodePool.All, Description = "Node pool with all nodes in the cluster.", CreateIndex = 1, ModifyIndex = 1 };

    private static readonly NodePool DefaultPool = new() { Name = NodePool.Default, Description = "Default node pool.", CreateIndex = 1, ModifyIndex = 1 };

    /// <summary>A namespace, or null.</summary>
    public Namespace? FindNamespace(string name) =>
        Namespaces.TryGetValue(name, out var found) ? found : name == JobId.DefaultNamespace ? DefaultNamespace : null;

    /// <summary>A node pool, or null.</summary>
    public NodePool? FindNodePool(string name) => name switch
    {
        NodePool.All => AllPool,
        NodePool.Default => DefaultPool,
        _ => NodePools.GetValueOrDefault(name),
    };

    /// <summary>The state after an event.</summary>
    /// <param name="happened">The event.</param>
    /// <param name="index">Its index.</param>
    /// <exception cref="InvalidOperationException">The event is of an unknown kind.</exception>
    public OperatorState Apply(IOperatorEvent happened, ulong index)
    {
        var changed = happened switch
        {
            SchedulerConfigured configured => this with { Scheduler = configured.Configuration, SchedulerIndex = index },
            NamespaceApplied { Namespace: var applied } => this with
            {
                Namespaces = With(Namespaces, applied.Name, applied with { CreateIndex = FindNamespace(applied.Name)?.CreateIndex ?? index, ModifyIndex = index }),
            },
            NamespaceDeleted deleted => this with { Namespaces = Without(Namespaces, deleted.Name) },
            NodePoolApplied { Pool: var applied } => this with
            {
                NodePools = With(NodePools, applied.Name, applied with { CreateIndex = FindNodePool(applied.Name)?.CreateIndex ?? index, ModifyIndex = index }),
            },
            NodePoolDeleted deleted => this with { NodePools = Without(NodePools, deleted.Name) },
            HostVolumeApplied { Volume: var applied } => this with
            {
                HostVolumes = With(HostVolumes, applied.Id, applied with { CreateIndex = HostVolumes.GetValueOrDefault(applied.Id)?.CreateIndex ?? index, ModifyIndex = index }),
                LeftVolumes = LeftVolumes.Where(id => id != applied.Id).ToEquatableList(),
            },
            HostVolumeDeleted deleted => this with
            {
                HostVolumes = Without(HostVolumes, deleted.Id),
                LeftVolumes = deleted.IsLeft ? LeftVolumes.TakeLast(RememberedVolumes - 1).Append(deleted.Id).ToEquatableList() : LeftVolumes,
            },
            _ => throw new InvalidOperationException($"index {index}: {happened.GetType().Name} is no event that operators know"),
        };
        var request = new HandledRequest(happened.RequestId, index, 0, []);
        return changed with
        {
            ModifyIndex = index,
            RecentRequests = RecentRequests.TakeLast(RememberedRequests - 1).Append(request).ToEquatableList(),
        };
    }

    private static EquatableMap<T> With<T>(EquatableMap<T> map, string key, T value) => map.Where(e => e.Key != key).Append(KeyValuePair.Create(key, value)).ToEquatableMap();

    private static EquatableMap<T> Without<T>(EquatableMap<T> map, string key) => map.Where(e => e.Key != key).ToEquatableMap();
}
