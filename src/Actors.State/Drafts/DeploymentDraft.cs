using Actors.Contracts.Deployments;

namespace Actors.State.Drafts;

/// <summary>A deployment while one event is applied: its counts move with every allocation, and are written once.</summary>
internal sealed class DeploymentDraft(Deployment deployment)
{
    private readonly Dictionary<string, GroupMoves> moves = new(StringComparer.Ordinal);

    public Deployment Deployment { get; set; } = deployment;

    public GroupMoves Group(string name)
    {
        if (!moves.TryGetValue(name, out var group)) moves[name] = group = new GroupMoves();
        return group;
    }

    public Deployment Close(ulong index, DateTimeOffset at)
    {
        var groups = Deployment.TaskGroups.ToDictionary(StringComparer.Ordinal);
        foreach (var (name, moved) in moves)
        {
            if (groups.TryGetValue(name, out var group)) groups[name] = moved.Apply(group, at);
        }

        return Deployment with { TaskGroups = groups, ModifyIndex = index, ModifyTime = at };
    }
}

/// <summary>What one event changes of a group's counts.</summary>
internal sealed class GroupMoves
{
    public int Placed { get; set; }

    public int Healthy { get; set; }

    public int Unhealthy { get; set; }

    public List<AllocationId> Canaries { get; } = [];

    /// <summary>The latest time at which an allocation became healthy.</summary>
    public DateTimeOffset? HealthyAt { get; set; }

    public DeploymentGroup Apply(DeploymentGroup group, DateTimeOffset at) => group with
    {
        PlacedAllocs = group.PlacedAllocs + Placed,
        HealthyAllocs = group.HealthyAllocs + Healthy,
        UnhealthyAllocs = group.UnhealthyAllocs + Unhealthy,
        PlacedCanaries = Canaries.Count == 0 ? group.PlacedCanaries : [.. group.PlacedCanaries, .. Canaries],
        RequireProgressBy = Deadline(group, at),
    };

    // The clock starts with the first placement; every allocation that becomes healthy winds it up again.
    private DateTimeOffset? Deadline(DeploymentGroup group, DateTimeOffset at)
    {
        if (group.ProgressDeadline <= TimeSpan.Zero) return group.RequireProgressBy;
        if (Placed > 0 && group.RequireProgressBy is null) return at + group.ProgressDeadline;
        return HealthyAt + group.ProgressDeadline is { } later && (group.RequireProgressBy is not { } now || later > now) ? later : group.RequireProgressBy;
    }
}
