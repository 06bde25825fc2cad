using Actors.Api.Models;
using Actors.Contracts.Jobs;
using Actors.State;
using Actors.State.Jobs;

namespace Actors.Api.Mapping;

/// <summary>Jobs in Nomad's shape.</summary>
internal static class JobMapping
{
    /// <summary>A job in a list.</summary>
    public static JobListStub ToStub(JobState state, JobSummary? summary, bool withMeta)
    {
        var job = state.Job;
        return new JobListStub
        {
            Id = job.Id,
            ParentId = job.ParentId,
            Name = job.Name,
            Namespace = job.Namespace,
            Datacenters = [.. job.Datacenters],
            NodePool = job.NodePool,
            Multiregion = job.Multiregion,
            Type = job.Type,
            Priority = job.Priority ?? 50,
            Periodic = job.Periodic is not null,
            ParameterizedJob = job.ParameterizedJob is not null,
            Stop = job.Stop ?? false,
            Status = job.Status,
            StatusDescription = job.StatusDescription,
            JobSummary = summary is null ? null : ToModel(summary),
            CreateIndex = job.CreateIndex,
            ModifyIndex = job.ModifyIndex,
            JobModifyIndex = job.JobModifyIndex,
            SubmitTime = job.SubmitTime,
            Meta = withMeta ? job.Meta.ToDictionary(m => m.Key, m => m.Value) : null,
        };
    }

    /// <summary>How many of a job's allocations are what.</summary>
    public static JobSummaryModel ToModel(JobSummary summary) => new()
    {
        JobId = summary.JobId.Id,
        Namespace = summary.JobId.Namespace,
        Summary = summary.Groups.ToDictionary(g => g.Key, g => new TaskGroupSummaryModel
        {
            Queued = g.Value.Queued,
            Starting = g.Value.Starting,
            Running = g.Value.Running,
            Complete = g.Value.Complete,
            Failed = g.Value.Failed,
            Lost = g.Value.Lost,
            Unknown = g.Value.Unknown,
        }),
        Children = summary.Children is { } children ? new JobChildrenModel(children.Pending, children.Running, children.Dead) : null,
        CreateIndex = summary.CreateIndex,
        ModifyIndex = summary.ModifyIndex,
    };

    /// <summary>A job's counts, wanted and real.</summary>
    public static JobScaleStatusModel ToScaleStatus(JobState state, RegionState region)
    {
        var job = state.Job;
        var deployment = region.LatestDeployment(state.Id) is { } latest && latest.JobCreateIndex == job.CreateIndex ? latest : null;
        var live = region.AllocationsOfJob(state.Id).Where(a => !a.Terminal).ToList();
        return new JobScaleStatusModel
        {
            JobId = job.Id,
            Namespace = job.Namespace,
            JobCreateIndex = job.CreateIndex,
            JobModifyIndex = job.JobModifyIndex,
            JobStopped = job.Stop ?? false,
            TaskGroups = job.TaskGroups.ToDictionary(g => g.Name, g =>
            {
                var rollout = deployment?.TaskGroups.GetValueOrDefault(g.Name);
                var mine = live.Where(a => a.TaskGroup == g.Name).ToList();
                return new TaskGroupScaleStatusModel
                {
                    Desired = g.Count ?? 1,
                    Placed = mine.Count,
                    Running = mine.Count(a => a.ClientStatus == Contracts.Allocations.AllocationClientStatus.Running),
                    Healthy = rollout?.HealthyAllocs ?? 0,
                    Unhealthy = rollout?.UnhealthyAllocs ?? 0,
                    Events = Events(state, g.Name),
                };
            }),
        };
    }

    private static List<ScalingEventModel>? Events(JobState state, string group)
    {
        var events = (state.Scalings ?? []).Where(s => s.Group == group).Reverse().Select(s => new ScalingEventModel
        {
            Time = Wire.UnixNanoseconds(s.Time),
            Count = s.Count,
            PreviousCount = s.PreviousCount,
            Message = s.Message,
            Error = s.Error,
            EvalId = s.EvaluationId?.ToString(),
            CreateIndex = s.CreateIndex,
        }).ToList();
        return events.Count == 0 ? null : events;
    }

    /// <summary>The answer to a job's change.</summary>
    public static JobRegisterResponse ToResponse(JobChanged changed, IEnumerable<string> warnings) => new()
    {
        EvalId = changed.EvaluationId?.ToString() ?? "",
        EvalCreateIndex = changed.EvaluationId is null ? 0 : changed.Index,
        JobModifyIndex = changed.JobModifyIndex,
        Warnings = Warnings(warnings.Concat(changed.Warnings)),
        Index = changed.Index,
        KnownLeader = true,
    };

    /// <summary>Several warnings as one text, in the form that Nomad's tools show.</summary>
    public static string Warnings(IEnumerable<string> warnings)
    {
        var all = warnings.Distinct().ToList();
        return all.Count switch
        {
            0 => "",
            1 => $"1 warning:\n\n* {all[0]}",
            _ => $"{all.Count} warnings:\n\n{string.Join("\n", all.Select(w => $"* {w}"))}",
        };
    }
}
