using Actors.Contracts;
using Actors.Contracts.Allocations;
using Actors.Contracts.Deployments;
using Actors.Contracts.Jobs;
using Actors.Scheduling.Feasibility;

namespace Actors.Scheduling.Reconciliation;

/// <summary>The rollout of the job's version: the deployment that is under way, or the one that begins with this plan.</summary>
internal sealed class DeploymentContext
{
    private static readonly TimeSpan DefaultProgressDeadline = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan DefaultMinHealthyTime = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan DefaultHealthyDeadline = TimeSpan.FromMinutes(5);

    private readonly ReconcileInput _input;
    private readonly Job _job;
    private readonly Deployment? _current;
    private readonly Dictionary<string, DeploymentGroup> _beginning = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DeploymentGroup> _adjusted = new(StringComparer.Ordinal);
    private readonly Dictionary<string, GroupRequirements> _requirements = new(StringComparer.Ordinal);
    private DeploymentId? _beginningId;

    public DeploymentContext(ReconcileInput input, Job job, Draft draft)
    {
        (_input, _job) = (input, job);
        if (input.Deployment is not { } latest) return;

        var sameVersion = latest.JobVersion == job.Version && job.Stop != true;
        if (sameVersion)
        {
            if (latest.Status != DeploymentStatus.Successful) _current = latest;
            return;
        }

        if (latest.Active)
        {
            var why = job.Stop == true ? "the job was stopped" : "a newer version of the job took its place";
            draft.DeploymentUpdates.Add(new DeploymentStatusUpdate(latest.Id, DeploymentStatus.Cancelled, why));
        }
    }

    /// <summary>Nothing new may come: it is paused or has failed.</summary>
    public bool IsHeld => _current?.Status is DeploymentStatus.Paused or DeploymentStatus.Failed or DeploymentStatus.Pending;

    /// <summary>The deployment that begins, or the one under way where what is wanted of it changed; or null.</summary>
    public Deployment? Planned
    {
        get
        {
            if (_beginningId is { } id) return Beginning(id);
            if (_adjusted.Count == 0) return null;
            var groups = new SortedDictionary<string, DeploymentGroup>(_current!.TaskGroups.ToDictionary(), StringComparer.Ordinal);
            foreach (var (name, group) in _adjusted) groups[name] = group;
            return _current with { TaskGroups = groups };
        }
    }

    /// <summary>The deployment that new allocations of a group are part of, or null.</summary>
    public DeploymentId? IdFor(string group)
    {
        if (_beginning.ContainsKey(group)) return _beginningId;
        return _current is { Active: true } && _current.TaskGroups.ContainsKey(group) ? _current.Id : null;
    }

    /// <summary>Canaries of the group run (or are to run) and wait to be promoted.</summary>
    public bool IsCanarying(string group) => GroupOf(group) is { DesiredCanaries: > 0, Promoted: false };

    /// <summary>An allocation is a canary of the deployment under way.</summary>
    public bool IsCanary(Allocation allocation) => allocation.Canary && _current is not null && allocation.DeploymentId == _current.Id;

    /// <summary>Canaries of a deployment that ended without their promotion.</summary>
    public List<Allocation> StaleCanaries(IEnumerable<Allocation> allocations)
    {
        var stale = new List<Allocation>();
        foreach (var allocation in allocations)
        {
            if (!allocation.Canary || allocation.DeploymentId is not { } id) continue;
            var deployment = _current?.Id == id ? _current : _input.FindDeployment(id);
            var over = deployment is null ? allocation.JobVersion != _job.Version : !deployment.Active || deployment.Id != _current?.Id;
            if (over && deployment?.TaskGroups.GetValueOrDefault(allocation.TaskGroup)?.Promoted != true) stale.Add(allocation);
        }

        return stale;
    }

    /// <summary>Begins the group's rollout if its version is new.</summary>
    /// <param name="group">The group.</param>
    /// <param name="allocations">Its allocations, of all versions.</param>
    /// <param name="destructive">How many must be replaced.</param>
    /// <param name="inPlace">How many take the version as they run.</param>
    /// <param name="total">How many are wanted in all.</param>
    /// <returns>Whether it begins with canaries.</returns>
    public bool Begin(TaskGroup group, IReadOnlyList<Allocation> allocations, int destructive, int inPlace, int total)
    {
        if (!UsesDeployment(group) || total == 0) return false;
        if (GroupOf(group.Name) is { } known)
        {
            // Nodes come and go under a system job while it is rolled out.
            if (_current is { Active: true } && known.DesiredTotal != total && _job.Type == JobTypes.System) _adjusted[group.Name] = known with { DesiredTotal = total };
            return false;
        }

        var updating = destructive > 0 || inPlace > 0;
        if (!updating && allocations.Any(a => a.JobVersion == _job.Version)) return false;

        // One deployment for all groups of a version: a group that joins later waits for the next.
        if (_current is { Active: true }) return false;

        var update = group.Update!;
        var canaries = CanariesOf(update, destructive);
        _beginningId ??= DeploymentId.From(_input.NewId());
        var deadline = update.ProgressDeadline ?? DefaultProgressDeadline;
        _beginning[group.Name] = new DeploymentGroup
        {
            AutoRevert = update.AutoRevert ?? false,
            AutoPromote = canaries > 0 && (update.AutoPromote ?? false),
            Promoted = false,
            DesiredCanaries = canaries,
            DesiredTotal = total,
            ProgressDeadline = deadline,
            RequireProgressBy = deadline == TimeSpan.Zero ? null : _input.Now + deadline,
        };
        return canaries > 0;
    }

    // A system job's canaries are a share of the nodes that are to be updated, in percent, at least one node.
    private int CanariesOf(UpdateStrategy update, int destructive)
    {
        if (destructive == 0 || update.Canary is not (> 0 and var canary)) return 0;
        return _job.Type == JobTypes.System ? (int)Math.Min(destructive, (((long)canary * destructive) + 99) / 100) : canary;
    }

    private Deployment Beginning(DeploymentId id) => new()
    {
        Id = id,
        JobId = _input.Evaluation.JobId,
        JobVersion = _job.Version,
        JobModifyIndex = _job.JobModifyIndex,
        JobCreateIndex = _job.CreateIndex,
        Status = DeploymentStatus.Running,
        StatusDescription = _beginning.Values.Any(g => g.DesiredCanaries > 0 && !g.AutoPromote)
            ? "it goes on; its canaries wait to be promoted"
            : "it goes on",
        TaskGroups = new SortedDictionary<string, DeploymentGroup>(_beginning, StringComparer.Ordinal),
        EvaluationId = _input.Evaluation.Id,
        CreateTime = _input.Now,
        ModifyTime = _input.Now,
    };

    /// <summary>How many canaries are missing.</summary>
    public int CanariesToPlace(TaskGroup group, int existing, int destructive)
    {
        if (IsHeld || destructive == 0 || GroupOf(group.Name) is not { DesiredCanaries: > 0, Promoted: false } state) return 0;
        return Math.Max(state.DesiredCanaries - existing, 0);
    }

    /// <summary>How many allocations may be placed or replaced now.</summary>
    public int Limit(TaskGroup group, IEnumerable<Allocation> kept, int changing, bool canarying)
    {
        if (!UsesDeployment(group) || changing == 0) return int.MaxValue;
        if (IsHeld || canarying) return 0;
        var limit = group.Update!.MaxParallel ?? 1;
        if (_current is not { Active: true }) return limit;
        foreach (var allocation in kept)
        {
            if (allocation.DeploymentId != _current.Id || allocation.JobVersion != _job.Version) continue;
            if (allocation.Health is { Healthy: false }) return 0;
            if (allocation.Health is null) limit--;
        }

        return Math.Max(limit, 0);
    }

    /// <summary>
    /// The group's first allocations, and those that a higher count adds, come step by step as updates do. Not where its update block says
    /// nothing but what it would be without one: who asked for no rollout waits for none.
    /// </summary>
    public bool StepsFirst(TaskGroup group) => IdFor(group.Name) is not null && group.Update is { } update && !SaysNothing(update);

    /// <summary>Why the node that an allocation runs on doesn't fit the new version; null: it does.</summary>
    public string? NodeReason(Allocation allocation, TaskGroup group)
    {
        if (_input.FindNode(allocation.NodeId) is not { } node) return null;
        if (!Glob.MatchesAny(_job.Datacenters, node.Datacenter)) return $"its node's datacenter {node.Datacenter} is not among the job's";
        if (_job.NodePool is not ("" or "all") && node.NodePool != _job.NodePool) return $"its node's pool {node.NodePool} is not the job's";
        foreach (var check in Requirements(group).Checks)
        {
            if (check.Kind != "driver" && !check.Passes(node)) return $"its node does not fulfil {check.Needed} (it has {check.Had(node)})";
        }

        return null;
    }

    /// <summary>What of the job stays where it is beside the allocations of a group that are of older versions; null when the group asks for no distinct places.</summary>
    public DistinctPlaces? Distinct(TaskGroup group)
    {
        var wanted = Requirements(group);
        if (wanted.DistinctHosts == DistinctHostsScope.None && wanted.DistinctProperties.Count == 0) return null;

        // Of two groups that are in each other's way, the first one's allocations stay.
        var earlier = _job.TaskGroups.Select(g => g.Name).TakeWhile(name => name != group.Name).ToHashSet(StringComparer.Ordinal);
        var places = new DistinctPlaces(wanted, _input.FindNode);
        foreach (var allocation in _input.Allocations)
        {
            if (!allocation.Terminal && (allocation.JobVersion == _job.Version || earlier.Contains(allocation.TaskGroup))) places.Add(allocation);
        }

        return places;
    }

    private GroupRequirements Requirements(TaskGroup group)
    {
        if (!_requirements.TryGetValue(group.Name, out var wanted)) _requirements[group.Name] = wanted = new GroupRequirements(_job, group);
        return wanted;
    }

    private bool UsesDeployment(TaskGroup group) => _job.Type is JobTypes.Service or JobTypes.System && group.Update is { } update && (update.MaxParallel ?? 1) > 0;

    private static bool SaysNothing(UpdateStrategy update) => update is
    {
        MaxParallel: null or 1,
        Canary: null or 0,
        AutoRevert: null or false,
        AutoPromote: null or false,
        HealthCheck: "" or "checks",
    }
        && (update.MinHealthyTime ?? DefaultMinHealthyTime) == DefaultMinHealthyTime
        && (update.HealthyDeadline ?? DefaultHealthyDeadline) == DefaultHealthyDeadline
        && (update.ProgressDeadline ?? DefaultProgressDeadline) == DefaultProgressDeadline;

    private DeploymentGroup? GroupOf(string group)
    {
        if (_beginning.TryGetValue(group, out var beginning)) return beginning;
        return _current?.TaskGroups.GetValueOrDefault(group);
    }
}
