using Actors.Contracts;
using Actors.Contracts.Deployments;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Scheduling;

namespace Actors.Scheduling.Reconciliation;

/// <summary>A reconciliation's outcome as it grows.</summary>
internal sealed class Draft(ReconcileInput input)
{
    public List<GroupPlacement> Groups { get; } = [];

    public List<AllocationStop> Stops { get; } = [];

    public HashSet<AllocationId> Conditional { get; } = [];

    public List<AllocationId> InPlace { get; } = [];

    public List<DeploymentStatusUpdate> DeploymentUpdates { get; } = [];

    public List<Evaluation> FollowUps { get; } = [];

    public SortedDictionary<string, DesiredUpdates> Desired { get; } = new(StringComparer.Ordinal);

    public Dictionary<AllocationId, string> DestructiveReasons { get; } = [];

    /// <summary>An evaluation of the same job for later.</summary>
    public EvaluationId FollowUp(string trigger, DateTimeOffset at)
    {
        var id = EvaluationId.From(input.NewId());
        FollowUps.Add(new Evaluation
        {
            Id = id,
            JobId = input.Evaluation.JobId,
            Type = input.Evaluation.Type,
            Priority = input.Job?.Priority ?? input.Evaluation.Priority,
            TriggeredBy = trigger,
            JobModifyIndex = input.Job?.JobModifyIndex ?? input.Evaluation.JobModifyIndex,
            WaitUntil = at,
            PreviousEvaluation = input.Evaluation.Id,
            CreateTime = input.Now,
            ModifyTime = input.Now,
        });
        return id;
    }

    /// <summary>It waits for one more thing, due later.</summary>
    public void Postpone(EvaluationId id, DateTimeOffset at)
    {
        var i = FollowUps.FindIndex(f => f.Id == id);
        FollowUps[i] = FollowUps[i] with { WaitUntil = at };
    }
}
