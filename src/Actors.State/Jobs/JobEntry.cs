using System.Collections.Immutable;
using Actors.Contracts.Allocations;
using Actors.Contracts.Collections;
using Actors.Contracts.Jobs;
using Actors.State.Tables;

namespace Actors.State.Jobs;

/// <summary>All that hangs on a job's id: the job itself (if there is one), its indexes, and its counts.</summary>
internal sealed record JobEntry(JobId Id)
{
    public JobState? State { get; init; }

    public Table<AllocationId, Nothing> Allocations { get; init; } = Table<AllocationId, Nothing>.Empty;

    public Table<EvaluationId, Nothing> Evaluations { get; init; } = Table<EvaluationId, Nothing>.Empty;

    /// <summary>In the order in which they began.</summary>
    public ImmutableArray<DeploymentId> Deployments { get; init; } = [];

    /// <summary>Versions that allocations run, or that open evaluations may yet place.</summary>
    public ImmutableArray<VersionInUse> Versions { get; init; } = [];

    public JobCounts Counts { get; init; }

    public JobSummary Summary { get; init; } = new(Id, EquatableMap<GroupSummary>.Empty, null, 0, 0);

    public ulong AllocationsIndex { get; init; }

    public ulong EvaluationsIndex { get; init; }

    public ulong DeploymentsIndex { get; init; }

    /// <summary>Users can see it.</summary>
    public bool Visible => State is { Purged: false };
}

/// <summary>What a job's status is derived from, and whether it can be left alone.</summary>
internal readonly record struct JobCounts
{
    /// <summary>Allocations that are not over (see <see cref="Allocation.Terminal"/>).</summary>
    public int Live { get; init; }

    /// <summary>Allocations whose clients have not ended them.</summary>
    public int OnClients { get; init; }

    /// <summary>Allocations of which nothing is wanted but that they go on: see <see cref="RegionState.AllUndisturbed"/>.</summary>
    public int Undisturbed { get; init; }

    /// <summary>Evaluations of which something may come.</summary>
    public int OpenEvaluations { get; init; }

    /// <summary>Those of them that wait for their turn: a plan may come of them at any time.</summary>
    public int PendingEvaluations { get; init; }

    /// <summary>There were evaluations, even if they are collected now.</summary>
    public bool Evaluated { get; init; }

    public JobCounts Plus(in JobCounts other, int sign) => new()
    {
        Live = Live + (sign * other.Live),
        OnClients = OnClients + (sign * other.OnClients),
        Undisturbed = Undisturbed + (sign * other.Undisturbed),
        OpenEvaluations = OpenEvaluations + (sign * other.OpenEvaluations),
        PendingEvaluations = PendingEvaluations + (sign * other.PendingEvaluations),
        Evaluated = Evaluated || other.Evaluated,
    };
}

/// <summary>A version of a job that something still needs, with the resources that its allocations share.</summary>
/// <param name="Job">The job as that version was.</param>
/// <param name="Allocations">How many allocations run it (or ran it, and are still known).</param>
/// <param name="Groups">What the allocations of each group share.</param>
internal sealed record VersionInUse(Job Job, int Allocations, EquatableMap<GroupShare> Groups);

/// <summary>What the allocations of one group share.</summary>
/// <param name="Resources">What each of them holds, its ports aside.</param>
/// <param name="TaskNames">The names of the group's tasks, in ordinal order.</param>
internal sealed record GroupShare(AllocatedResources Resources, string[] TaskNames)
{
    public static GroupShare Of(TaskGroup group) => new(GroupResources.Of(group), [.. group.Tasks.Select(t => t.Name).Order(StringComparer.Ordinal)]);
}
