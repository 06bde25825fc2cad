using Actors.Api.Mapping;
using Actors.Api.Models;
using Actors.Contracts;
using Actors.Contracts.Allocations;
using Actors.Contracts.Deployments;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Jobs;
using Actors.Contracts.Periodic;
using Actors.Scheduling.Deployments;
using Actors.Scheduling.Reconciliation;
using Actors.State;

namespace Actors.Api.Explaining;

/// <summary>Why things are as they are, as data and as text.</summary>
internal static class Explanations
{
    /// <summary>Allocations that the text of an evaluation or a job names at most; the data has all.</summary>
    private const int ShownAllocations = 20;

    private const string Paused = "gets no turn while the operator has the evaluations paused (pbm operator scheduler set-config -pause-eval-broker=false)";

    /// <summary>An evaluation: what it placed where, and what nowhere.</summary>
    public static EvaluationExplanation Of(RegionState state, Evaluation evaluation)
    {
        var placed = state.AllocationsOfEvaluation(evaluation.Id).Select(a => Placements.Of(state, a)).ToList();
        var failed = Failed(evaluation);
        return new EvaluationExplanation
        {
            EvalId = evaluation.Id.ToString(),
            JobId = evaluation.JobId.Id,
            Namespace = evaluation.JobId.Namespace,
            TriggeredBy = evaluation.TriggeredBy,
            Status = Wire.Word(evaluation.Status),
            StatusDescription = evaluation.StatusDescription,
            SnapshotIndex = evaluation.SnapshotIndex,
            Placed = placed,
            Failed = failed,
            Text = [.. Lines(state, evaluation), .. Placements.Lines(failed), .. Shown(placed)],
        };
    }

    /// <summary>An allocation: why it is where it is, took the place of another, and is as it is.</summary>
    public static AllocationExplanation Of(RegionState state, Allocation allocation)
    {
        var placement = Placements.Of(state, allocation);
        return new AllocationExplanation
        {
            AllocId = allocation.Id.ToString(),
            JobId = allocation.JobId.Id,
            Namespace = allocation.JobId.Namespace,
            EvalId = allocation.EvaluationId.ToString(),
            DesiredStatus = Wire.Word(allocation.DesiredStatus),
            DesiredDescription = allocation.DesiredDescription,
            ClientStatus = Wire.Word(allocation.ClientStatus),
            Placement = placement,
            Text = [.. Placements.Lines(placement), .. Lines(state, allocation)],
        };
    }

    /// <summary>A job: what runs, what finds no room, what its deployment waits for, what its last update forced.</summary>
    public static JobExplanation Of(RegionState state, Job job)
    {
        var id = new JobId(job.Namespace, job.Id);
        var failed = Blocked(state, id) is { } blocked ? Failed(blocked) : new Dictionary<string, FailedExplanation>();
        var deployment = state.LatestDeployment(id);
        var waits = deployment is null ? [] : Waits(state, deployment);
        var destructive = new Dictionary<string, string>(StringComparer.Ordinal);
        var before = job.Version == 0 ? null : state.FindJobVersion(id, job.Version - 1);
        foreach (var group in before is null ? [] : job.TaskGroups)
        {
            if (before!.TaskGroups.Any(g => g.Name == group.Name) && TasksUpdated.Reason(before, job, group.Name) is { } reason)
                destructive[group.Name] = reason;
        }

        return new JobExplanation
        {
            JobId = job.Id,
            Namespace = job.Namespace,
            Version = job.Version,
            Status = job.Status,
            Failed = failed,
            DeploymentWaits = waits,
            DestructiveUpdates = destructive,
            Text = [.. Lines(state, job, id), .. Placements.Lines(failed), .. waits.Select(w => $"Its deployment waits: {w}."), .. Failure(job, deployment), .. Updates(state, job, id, before, destructive), .. Troubles(state, id)],
        };
    }

    /// <summary>A deployment: what it waits for.</summary>
    public static DeploymentExplanation Of(RegionState state, Deployment deployment)
    {
        var waits = Waits(state, deployment);
        return new DeploymentExplanation
        {
            DeploymentId = deployment.Id.ToString(),
            JobId = deployment.JobId.Id,
            Namespace = deployment.JobId.Namespace,
            Status = Wire.Word(deployment.Status),
            StatusDescription = deployment.StatusDescription,
            Waits = waits,
            Text =
            [
                $"Deployment {deployment.Id.Short} of job {deployment.JobId.Id} (version {deployment.JobVersion}) is {Wire.Word(deployment.Status)}{(deployment.StatusDescription.Length > 0 ? $": {deployment.StatusDescription}" : "")}.",
                .. waits.Select(w => $"It waits: {w}."),
            ],
        };
    }

    private static IReadOnlyList<string> Waits(RegionState state, Deployment deployment)
    {
        var job = state.FindJobVersion(deployment.JobId, deployment.JobVersion);
        return [.. DeploymentRules.WaitsFor(state, deployment).Select(wait => wait.Text + wait.For switch
        {
            DeploymentWaitKind.Health => Health(job, deployment, wait.Group!),
            DeploymentWaitKind.Promotion => $" (pbm deployment promote {deployment.Id.ToString()[..8]})",
            _ => "",
        })];
    }

    // What healthy means for a group, and until when it must be.
    private static string Health(Job? job, Deployment deployment, string name)
    {
        var group = job?.TaskGroups.FirstOrDefault(g => g.Name == name);
        if (group?.Update is not { } update || !deployment.TaskGroups.TryGetValue(name, out var wanted)) return "";
        var checks = group.Services.Concat(group.Tasks.SelectMany(t => t.Services)).SelectMany(s => s.Checks).Select(c => c.Name.Length > 0 ? $"\"{c.Name}\"" : c.Type).ToList();
        var healthy = update.HealthCheck switch
        {
            "manual" => "somebody says so",
            "checks" when checks.Count > 0 => $"its checks pass ({string.Join(", ", checks)}) for {GoDuration.Format(update.MinHealthyTime ?? TimeSpan.Zero)}",
            _ => $"its tasks run for {GoDuration.Format(update.MinHealthyTime ?? TimeSpan.Zero)}",
        };
        var until = wanted.RequireProgressBy is { } by ? $"; without progress it fails at {by:yyyy-MM-dd'T'HH:mm:ss'Z'}" : "";
        return $" (an allocation is healthy when {healthy}{until})";
    }

    private static Dictionary<string, FailedExplanation> Failed(Evaluation evaluation) =>
        evaluation.FailedGroups.ToDictionary(g => g.Key, g => Placements.Failed(g.Value), StringComparer.Ordinal);

    // The evaluation that says what found no room: the blocked one, or the one that it was made by.
    private static Evaluation? Blocked(RegionState state, JobId id)
    {
        for (var evaluation = state.EvaluationsOfJob(id).Where(e => e.Status == EvaluationStatus.Blocked).MaxBy(e => e.CreateIndex); evaluation is not null;)
        {
            if (evaluation.FailedGroups.Count > 0) return evaluation;
            evaluation = evaluation.PreviousEvaluation is { } previous ? state.FindEvaluation(previous) : null;
        }

        return null;
    }

    private static IEnumerable<string> Lines(RegionState state, Evaluation evaluation)
    {
        var by = evaluation.PreviousEvaluation is { } previous ? $", after evaluation {previous.Short}" : evaluation.NodeId is { } node ? $", because of node {state.FindNode(node)?.Name ?? node.Short}" : "";
        yield return $"Evaluation {evaluation.Id.Short} of job {evaluation.JobId.Id} was made by {evaluation.TriggeredBy}{by}; it is {Wire.Word(evaluation.Status)}{(evaluation.StatusDescription.Length > 0 ? $": {evaluation.StatusDescription}" : "")}.";
        if (evaluation is { Terminal: false, WaitUntil: { } at }) yield return $"It is not looked at before {at:yyyy-MM-dd'T'HH:mm:ss'Z'}.";
        if (evaluation is { Status: EvaluationStatus.Pending, WaitUntil: null } && state.SchedulerConfiguration.PauseEvaluations) yield return $"It {Paused}.";
        if (evaluation.Status == EvaluationStatus.Blocked) yield return "It waits until something changes that can help: a node that comes or becomes free.";
        if (evaluation.BlockedEvaluation is { } blocked) yield return $"What found no node waits for room as evaluation {blocked.Short}.";
    }

    private static IEnumerable<string> Lines(RegionState state, Allocation allocation)
    {
        if (allocation.ServerTerminal)
            yield return $"It is to stop: {(allocation.DesiredDescription.Length > 0 ? allocation.DesiredDescription : "its job no longer wants it")}.";
        if (allocation.NextAllocation is { } next && state.FindAllocation(next) is { } follower)
            yield return $"Allocation {next.Short} on {follower.NodeName} took its place.";
        if (allocation.FollowupEvaluation is { } later && state.FindEvaluation(later) is { WaitUntil: { } at, Terminal: false } followUp)
            yield return $"It is {(followUp.TriggeredBy == EvaluationTriggers.MaxDisconnectTimeout ? "given up for lost" : "placed again")} at {at:yyyy-MM-dd'T'HH:mm:ss'Z'} (evaluation {later.Short}).";
        yield return ClientsWord(allocation);
        foreach (var (name, task) in allocation.TaskStates.OrderBy(t => t.Key, StringComparer.Ordinal))
            yield return $"  Task {name} is {Wire.Word(task.State)}{(task.Failed ? " and failed" : "")}{(task.Restarts > 0 ? $", started again {task.Restarts} times" : "")}{Story(task)}.";
        if (allocation.Health is { Healthy: false }) yield return "For its deployment it is unhealthy.";
    }

    // That one is unknown or lost is the servers' word: its client can't be asked, and what it said last may not be so any more.
    private static string ClientsWord(Allocation allocation)
    {
        var said = allocation.ClientDescription;
        return allocation.ClientStatus is AllocationClientStatus.Unknown or AllocationClientStatus.Lost
            ? $"Its client does not answer, so it is {Wire.Word(allocation.ClientStatus)}{(said.Length > 0 ? $"; the last word of it was: {said}" : "")}."
            : $"Its client says that it is {Wire.Word(allocation.ClientStatus)}{(said.Length > 0 ? $": {said}" : "")}.";
    }

    // What ended the task, if anything did, and what happened last.
    private static string Story(TaskState task)
    {
        if (task.Events is not [.., var last]) return "";
        var end = task.Events.LastOrDefault(e => e.Type is TaskEventTypes.Terminated or TaskEventTypes.DriverFailure or TaskEventTypes.SetupFailure);
        return $"; last: {(end is null || end == last ? "" : $"{end.DisplayMessage}, then ")}{last.DisplayMessage}";
    }

    private static IEnumerable<string> Lines(RegionState state, Job job, JobId id)
    {
        yield return $"Job {job.Id} (version {job.Version}, {job.Type}) is {job.Status}{(job.StatusDescription.Length > 0 ? $": {job.StatusDescription}" : "")}.";
        if (job.Stop == true) yield return "It was stopped: nothing of it is wanted any more.";
        var live = state.AllocationsOfJob(id).Where(a => !a.Terminal).ToLookup(a => a.TaskGroup, StringComparer.Ordinal);
        var done = state.AllocationsOfJob(id).Where(a => IsDone(job, a)).ToLookup(a => a.TaskGroup, StringComparer.Ordinal);
        var launches = job.Stop == true ? null : Launches(state, job, id);
        if (launches is not null) yield return launches;
        foreach (var group in job.Stop == true || launches is not null ? [] : job.TaskGroups)
        {
            var complete = done[group.Name].Count();
            var (running, old) = (live[group.Name].Count(a => a.ClientStatus == AllocationClientStatus.Running), live[group.Name].Count(a => a.JobVersion != job.Version));
            var wanted = job.Type is JobTypes.System or JobTypes.SysBatch ? "one on each node that fits" : $"{group.Count ?? 1}";
            yield return $"Group {group.Name}: {wanted} wanted, {live[group.Name].Count() + complete} placed, {running} running{(complete > 0 ? $", {complete} complete" : "")}{(old > 0 ? $", {old} of them still of an older version" : "")}.";
        }

        foreach (var evaluation in state.EvaluationsOfJob(id).Where(e => e.Status == EvaluationStatus.Pending).OrderBy(e => e.CreateIndex))
        {
            yield return evaluation.WaitUntil is { } at
                ? $"Evaluation {evaluation.Id.Short} ({evaluation.TriggeredBy}) waits until {at:yyyy-MM-dd'T'HH:mm:ss'Z'}."
                : $"Evaluation {evaluation.Id.Short} ({evaluation.TriggeredBy}) {(state.SchedulerConfiguration.PauseEvaluations ? Paused : "is being worked on")}.";
        }
    }

    // A periodic or parameterized job: what runs are its children; null: it is neither.
    private static string? Launches(RegionState state, Job job, JobId id)
    {
        var how = job switch
        {
            { Periodic: { } periodic } => PeriodicSchedule.Of(periodic)?.Next(state.FindJob(id)!.LaunchedUntil) is { } next
                ? $"its schedule launches jobs, the next at {next:yyyy-MM-dd'T'HH:mm:ss'Z'}{(periodic.ProhibitOverlap == true ? " if none of them still runs then" : "")}"
                : "its schedule launches jobs, and has no time left (or is not enabled)",
            { ParameterizedJob: not null, Dispatched: false } => "each dispatch of it makes a job",
            _ => null,
        };
        if (how is null) return null;
        var children = state.SummaryOf(id)?.Children ?? default;
        return $"It runs nothing itself: {how}. Of its jobs {children.Running} run, {children.Pending} wait to, and {children.Dead} are over.";
    }

    // What of the job as it is has done its work and is not wanted again.
    private static bool IsDone(Job job, Allocation allocation) =>
        job.Type is JobTypes.Batch or JobTypes.SysBatch && allocation is { ClientStatus: AllocationClientStatus.Complete, ServerTerminal: false } && allocation.JobVersion == job.Version;

    // A version whose deployment failed goes no further by itself.
    private static IEnumerable<string> Failure(Job job, Deployment? deployment)
    {
        if (deployment is { Status: DeploymentStatus.Failed } && deployment.JobVersion == job.Version && job.Stop != true)
            yield return $"Its deployment {deployment.Id.Short} failed: {deployment.StatusDescription}. What runs stays until a new version comes, or an older one again (pbm job revert {job.Id} <version>).";
    }

    // While older allocations run, and as long as it is still known that some did.
    private static IEnumerable<string> Updates(RegionState state, Job job, JobId id, Job? before, Dictionary<string, string> destructive)
    {
        var older = state.AllocationsOfJob(id).Where(a => a.JobVersion < job.Version && a.CreateIndex > job.CreateIndex).ToLookup(a => a.TaskGroup, StringComparer.Ordinal);
        foreach (var (group, reason) in destructive.Where(d => older[d.Key].Any()).OrderBy(d => d.Key, StringComparer.Ordinal))
        {
            yield return older[group].All(a => a.Terminal)
                ? $"Version {job.Version} replaced the allocations of group {group}; it could not be taken in place, because {reason}:"
                : $"Version {job.Version} replaces the allocations of group {group}, and can't be taken in place, because {reason}:";
            foreach (var change in Replacements.Changes(before!, job, group)) yield return $"  {change}";
        }
    }

    // Allocations that failed, with what their tasks said last.
    private static IEnumerable<string> Troubles(RegionState state, JobId id)
    {
        var failed = state.AllocationsOfJob(id).Where(a => a is { ClientStatus: AllocationClientStatus.Failed, NextAllocation: null }).OrderByDescending(a => a.ModifyIndex).Take(ShownAllocations);
        foreach (var allocation in failed)
        {
            yield return $"Allocation {allocation.Id.Short} ({allocation.Name}) failed on {allocation.NodeName}:";
            foreach (var line in Lines(state, allocation)) yield return $"  {line}";
        }
    }

    private static IEnumerable<string> Shown(List<PlacedExplanation> placed)
    {
        foreach (var line in placed.Take(ShownAllocations).SelectMany(Placements.Lines)) yield return line;
        if (placed.Count > ShownAllocations) yield return $"And {placed.Count - ShownAllocations} more allocations.";
    }
}
