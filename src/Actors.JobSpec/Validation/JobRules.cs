using Actors.Contracts.Jobs;

namespace Actors.JobSpec.Validation;

/// <summary>Rules of the job itself and of what spans its groups.</summary>
internal static class JobRules
{
    /// <summary>Instances of all groups together, by default.</summary>
    private const int MaxCount = 50_000;

    public static void Check(Job job, Findings found)
    {
        if (job.Id.Length == 0) found.Error(DiagnosticCodes.Required, "ID", "the job needs an id");
        else if (job.Id.Any(c => char.IsWhiteSpace(c) || c == '\0')) found.Error(DiagnosticCodes.InvalidName, "ID", $"the job's id must have no blanks: \"{job.Id}\"");
        if (job.Name.Contains('\0', StringComparison.Ordinal)) found.Error(DiagnosticCodes.InvalidName, "Name", "the job's name must have no NUL");
        if (job.Name.Length == 0 && job.Id.Length > 0) found.Error(DiagnosticCodes.Required, "Name", "the job needs a name");
        if (job.Region.Length == 0) found.Error(DiagnosticCodes.Required, "Region", "the job needs a region");
        if (job.Namespace.Length == 0) found.Error(DiagnosticCodes.Required, "Namespace", "the job needs a namespace");
        found.OneOf(job.Type, [JobTypes.Service, JobTypes.Batch, JobTypes.System, JobTypes.SysBatch], "Type", "the job's type");
        if (job.Priority is < 1 or > 100) found.Error(DiagnosticCodes.RangeRule, "Priority", $"priority must be from 1 to 100; found {job.Priority}");
        if (job.Datacenters.IsEmpty) found.Error(DiagnosticCodes.Required, "Datacenters", "the job needs at least one datacenter, or \"*\"");
        for (var i = 0; i < job.Datacenters.Count; i++)
        {
            if (job.Datacenters[i].Length == 0) found.Error(DiagnosticCodes.Required, $"Datacenters[{i}]", "a datacenter's name must not be empty");
        }

        Placement(job, found);
        Groups(job, found);
        if (job.Multiregion is not null)
            found.Error(DiagnosticCodes.NotSupported, "Multiregion", "rollout over several regions is not supported", "register the job in each region");
        if (job.Periodic is not null) PeriodicRules.Check(job, found);
        Parameterized(job, found);
        if (job.Migrate is not null && job.Type != JobTypes.Service)
            found.Error(DiagnosticCodes.NotForThisJob, "Migrate", $"migrate is only for service jobs; this is a {job.Type} job");
        if (job.Update is not null && job.Type is JobTypes.Batch or JobTypes.SysBatch)
            found.Error(DiagnosticCodes.NotForThisJob, "Update", $"update is only for service and system jobs; this is a {job.Type} job");
        if (job.Reschedule is not null && job.Type is JobTypes.System or JobTypes.SysBatch)
            found.Error(DiagnosticCodes.NotForThisJob, "Reschedule", $"reschedule is not for {job.Type} jobs: they run on every node anyway");
        if (job.Ui is { Description.Length: > 1000 } ui)
            found.Error(DiagnosticCodes.LimitExceeded, "UI.Description", $"the description has at most 1000 characters; found {ui.Description.Length}");
        if (job.ConsulToken.Length > 0 || job.VaultToken.Length > 0)
            found.Warning(DiagnosticCodes.Deprecated, job.ConsulToken.Length > 0 ? "ConsulToken" : "VaultToken", "tokens in a job are deprecated and ignored: workload identities take their place");
    }

    private static void Placement(Job job, Findings found)
    {
        PlacementRules.Constraints(job.Constraints, "", allowDistinct: true, found);
        PlacementRules.Affinities(job.Affinities, "", found);
        PlacementRules.Spreads(job.Spreads, "", found);
        if (job.Type is not (JobTypes.System or JobTypes.SysBatch)) return;
        if (!job.Affinities.IsEmpty) found.Error(DiagnosticCodes.NotForThisJob, "Affinities[0]", $"{job.Type} jobs run on every feasible node: affinities have no place in them");
        if (!job.Spreads.IsEmpty) found.Error(DiagnosticCodes.NotForThisJob, "Spreads[0]", $"{job.Type} jobs run on every feasible node: spreads have no place in them");
    }

    private static void Groups(Job job, Findings found)
    {
        if (job.TaskGroups.IsEmpty) found.Error(DiagnosticCodes.Required, "TaskGroups", "the job needs at least one group");
        var names = new Dictionary<string, int>(StringComparer.Ordinal);
        long total = 0;
        for (var i = 0; i < job.TaskGroups.Count; i++)
        {
            var group = job.TaskGroups[i];
            var path = $"TaskGroups[{i}]";
            total += group.Count ?? 1;
            if (group.Name.Length > 0 && !names.TryAdd(group.Name, i))
                found.Error(DiagnosticCodes.DuplicateName, path, $"two groups have the name \"{group.Name}\"", "give each group its own name");
            GroupRules.Check(job, group, path, found);
        }

        if (total > MaxCount) found.Error(DiagnosticCodes.LimitExceeded, "TaskGroups", $"the groups together ask for {total} instances; the most is {MaxCount}");
        Promotion(job, found);
    }

    private static void Promotion(Job job, Findings found)
    {
        if (job.Update is { AutoPromote: true, Canary: > 0 } && job.TaskGroups.Any(group => group.Update is { Canary: 0 }))
            found.Warning(DiagnosticCodes.Doubtful, "Update", "the job promotes automatically, and a group has no canaries: nothing is promoted there");
        if (job.TaskGroups.Any(group => group.Update is { AutoPromote: true }) && job.TaskGroups.Any(group => group.Update is { AutoPromote: false, Canary: > 0 }))
            found.Warning(DiagnosticCodes.Doubtful, "Update", "auto_promote must be true for all groups with canaries to take effect");
    }

    private static void Parameterized(Job job, Findings found)
    {
        if (job.ParameterizedJob is { } parameterized)
        {
            if (job.Type is not (JobTypes.Batch or JobTypes.SysBatch))
                found.Error(DiagnosticCodes.NotForThisJob, "ParameterizedJob", $"only batch and sysbatch jobs can be parameterized; this is a {job.Type} job");
            if (job.Periodic is not null) found.Error(DiagnosticCodes.NotForThisJob, "ParameterizedJob", "a job can't be both periodic and parameterized");
            found.OneOf(parameterized.Payload, ["optional", "required", "forbidden"], "ParameterizedJob.Payload", "payload");
            foreach (var key in parameterized.MetaRequired.Intersect(parameterized.MetaOptional))
                found.Error(DiagnosticCodes.DuplicateName, "ParameterizedJob.MetaOptional", $"the metadata key \"{key}\" is both required and optional");
        }

        for (var g = 0; g < job.TaskGroups.Count; g++)
        {
            for (var t = 0; t < job.TaskGroups[g].Tasks.Count; t++)
            {
                var task = job.TaskGroups[g].Tasks[t];
                if (task.DispatchPayload is null) continue;
                var path = $"TaskGroups[{g}].Tasks[{t}].DispatchPayload";
                if (task.DispatchPayload.File.Length == 0) found.Error(DiagnosticCodes.Required, path, $"task \"{task.Name}\": dispatch_payload needs a file");
                else if (Paths.Escape(task.DispatchPayload.File)) found.Error(DiagnosticCodes.EscapingPath, path, $"task \"{task.Name}\": the payload's file leaves the task's directory: \"{task.DispatchPayload.File}\"");
                if (job.ParameterizedJob is null && !job.Dispatched) found.Warning(DiagnosticCodes.Doubtful, path, $"task \"{task.Name}\" takes a payload, but the job is not parameterized");
            }
        }
    }
}
