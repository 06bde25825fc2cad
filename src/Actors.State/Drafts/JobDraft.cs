using System.Collections.Immutable;
using Actors.Contracts.Allocations;
using Actors.Contracts.Collections;
using Actors.Contracts.Jobs;
using Actors.State.Jobs;
using Actors.State.Tables;

namespace Actors.State.Drafts;

/// <summary>A job's entry while a batch of events is applied: changed in place, and made immutable again once, at the end.</summary>
internal sealed class JobDraft(JobEntry entry)
{
    private Dictionary<ulong, VersionDraft>? versions;
    private Dictionary<string, GroupSummary>? groups;

    public JobId Id => entry.Id;

    public JobState? State { get; set; } = entry.State;

    public TableBuilder<AllocationId, Nothing> Allocations { get; } = entry.Allocations.ToBuilder();

    public TableBuilder<EvaluationId, Nothing> Evaluations { get; } = entry.Evaluations.ToBuilder();

    public ImmutableArray<DeploymentId> Deployments { get; set; } = entry.Deployments;

    public JobCounts Counts { get; set; } = entry.Counts;

    public ulong AllocationsIndex { get; set; } = entry.AllocationsIndex;

    public ulong EvaluationsIndex { get; set; } = entry.EvaluationsIndex;

    public ulong DeploymentsIndex { get; set; } = entry.DeploymentsIndex;

    public ulong SummaryCreateIndex { get; set; } = entry.Summary.CreateIndex;

    public ulong SummaryIndex { get; set; } = entry.Summary.ModifyIndex;

    /// <summary>Something changed that its status is derived from.</summary>
    public bool Unsettled { get; set; }

    public bool IsEmpty => State is null && Allocations.Count == 0 && Evaluations.Count == 0 && Deployments.IsEmpty;

    /// <summary>The groups in numbers, to be changed.</summary>
    public Dictionary<string, GroupSummary> Groups => groups ??= new(entry.Summary.Groups, StringComparer.Ordinal);

    public ChildrenSummary? Children { get; set; } = entry.Summary.Children;

    /// <summary>The versions in use, to be changed.</summary>
    public Dictionary<ulong, VersionDraft> Versions => versions ??= entry.Versions.ToDictionary(v => v.Job.Version, v => new VersionDraft(v.Job, v.Groups) { Allocations = v.Allocations });

    /// <summary>A version that something is placed of or runs; it is kept from now on. Null when it is not known.</summary>
    public VersionDraft? UseVersion(ulong version)
    {
        if (Versions.TryGetValue(version, out var used)) return used;
        return State?.FindVersion(version) is { } job ? KeepVersion(job) : null;
    }

    /// <summary>Keeps a version although it may not be listed any more.</summary>
    public VersionDraft KeepVersion(Job job)
    {
        if (!Versions.TryGetValue(job.Version, out var kept))
        {
            var groups = job.TaskGroups.Select(g => KeyValuePair.Create(g.Name, GroupShare.Of(g))).ToEquatableMap();
            Versions[job.Version] = kept = new VersionDraft(job, groups);
        }

        return kept;
    }

    /// <summary>Forgets the versions that nothing needs any more.</summary>
    public void DropUnusedVersions()
    {
        // What waits for its turn may have looked at any version that was current since it was made.
        if (Counts.PendingEvaluations > 0) return;
        foreach (var (version, used) in Versions)
        {
            if (used.Allocations == 0) Versions.Remove(version);
        }
    }

    /// <summary>Counts a group's numbers anew.</summary>
    public void Summarize(string group, AllocationClientStatus? before, AllocationClientStatus? after, ulong index)
    {
        if (before == after) return;

        var summary = Groups.GetValueOrDefault(group);
        if (before is { } was) summary = summary.With(was, -1);
        if (after is { } now) summary = summary.With(now, +1);
        Groups[group] = summary;
        SummaryIndex = index;
    }

    /// <summary>Sets how many allocations of a group wait to be placed.</summary>
    public void Queue(string group, int queued, ulong index)
    {
        var summary = Groups.GetValueOrDefault(group);
        if (summary.Queued == queued) return;

        Groups[group] = summary with { Queued = queued };
        SummaryIndex = index;
    }

    public JobEntry ToEntry() => new(Id)
    {
        State = State,
        Allocations = Allocations.ToTable(),
        Evaluations = Evaluations.ToTable(),
        Deployments = Deployments,
        Versions = versions is null
            ? entry.Versions
            : [.. versions.Values.OrderBy(v => v.Job.Version).Select(v => new VersionInUse(v.Job, v.Allocations, v.Groups))],
        Counts = Counts,
        Summary = new JobSummary(Id, groups is null ? entry.Summary.Groups : groups.ToEquatableMap(), Children, SummaryCreateIndex, SummaryIndex),
        AllocationsIndex = AllocationsIndex,
        EvaluationsIndex = EvaluationsIndex,
        DeploymentsIndex = DeploymentsIndex,
    };
}

/// <summary>A version in use while a batch is applied.</summary>
internal sealed class VersionDraft(Job job, EquatableMap<GroupShare> groups)
{
    public Job Job => job;

    public EquatableMap<GroupShare> Groups => groups;

    public int Allocations { get; set; }
}
