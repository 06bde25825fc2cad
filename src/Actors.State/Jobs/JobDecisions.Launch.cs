using Actors.Contracts.Collections;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Jobs;

namespace Actors.State.Jobs;

/// <content>Children of periodic and parameterized jobs.</content>
public static partial class JobDecisions
{
    private static Decision Launch(JobState state, RegionState region, LaunchJob command, DecisionContext context)
    {
        var job = state.Job;
        if (job.Periodic is not { } periodic)
            return Decision.Refuse(RefusalKind.Invalid, $"job {state.Id} is not periodic: it has nothing to launch");
        if (job.Stop == true)
            return Decision.Refuse(RefusalKind.Invalid, $"job {state.Id} is stopped: it launches nothing");
        if (command.Due is { } due && (periodic.Enabled == false || due <= state.LaunchedUntil || due > context.Now))
            return Decision.Refuse(RefusalKind.Conflict, $"job {state.Id} has nothing due at {due:u}: launched up to {state.LaunchedUntil:u}");

        var overlapping = periodic.ProhibitOverlap == true ? Children(state, region, PeriodicInfix).FirstOrDefault(c => c.Status != JobStatuses.Dead) : null;
        if (command.Due is not { } scheduled)
        {
            return overlapping is null
                ? Launch(state, region, Child(state, FreeName(state, region, context), job), null, EvaluationTriggers.PeriodicJob, command, context)
                : Decision.Refuse(RefusalKind.Conflict, $"job {state.Id} prohibits overlap, and {overlapping.Id} still runs");
        }

        var name = PeriodicName(state.Id, scheduled);
        var reason = overlapping is not null ? $"{overlapping.Id} still runs"
            : region.FindJob(name) is not null ? $"there is a job {name.Id} already"
            : null;
        return reason is null
            ? Launch(state, region, Child(state, name, job), scheduled, EvaluationTriggers.PeriodicJob, command, context)
            : Decision.Of(
                new JobLaunchSkipped(state.Id, scheduled, reason, command.Context.RequestId, context.Now),
                index => new ChildLaunched(index, null, null));
    }

    private static Decision Dispatch(JobState state, RegionState region, DispatchJob command, DecisionContext context)
    {
        var job = state.Job;
        if (job.ParameterizedJob is not { } parameters || job.Dispatched)
            return Decision.Refuse(RefusalKind.Invalid, $"Specified job \"{job.Id}\" is not a parameterized job");
        if (job.Stop == true)
            return Decision.Refuse(RefusalKind.Invalid, $"Specified job \"{job.Id}\" is stopped");
        if (Unfit(parameters, command) is { } problem)
            return Decision.Refuse(RefusalKind.Invalid, problem);
        if (command.IdempotencyToken.Length > 0 && Children(state, region, DispatchInfix).FirstOrDefault(c => c.DispatchIdempotencyToken == command.IdempotencyToken) is { } known)
        {
            var first = region.EvaluationsOfJob(new JobId(known.Namespace, known.Id)).OrderBy(e => e.CreateIndex).FirstOrDefault();
            return Decision.Nothing(_ => new ChildLaunched(known.CreateIndex, new JobId(known.Namespace, known.Id), first?.Id));
        }

        var prefix = command.IdPrefix.Length == 0 ? "" : command.IdPrefix + "-";
        var name = state.Id with { Id = $"{job.Id}{DispatchInfix}{prefix}{context.Now.ToUnixTimeSeconds()}-{context.NewId().ToString("N")[..8]}" };
        var child = Child(state, name, job) with
        {
            Dispatched = true,
            DispatchIdempotencyToken = command.IdempotencyToken,
            Payload = command.Payload,
            Priority = command.Priority ?? job.Priority,
            Meta = job.Meta.Where(m => !command.Meta.ContainsKey(m.Key)).Concat(command.Meta).ToEquatableMap(),
        };
        return Launch(state, region, child, null, EvaluationTriggers.JobRegister, command, context);
    }

    private static string? Unfit(ParameterizedJobConfig parameters, DispatchJob command)
    {
        if (command.Payload.Length > 0 && parameters.Payload == "forbidden") return "Payload is not allowed";
        if (command.Payload.Length == 0 && parameters.Payload == "required") return "Payload is not provided but required by parameterized job";
        if (Base64Length(command.Payload) is not { } length) return "Payload must be base64";
        if (length > DispatchJob.MaxPayload) return $"Payload exceeds maximum size; {length} > {DispatchJob.MaxPayload}";

        var unknown = command.Meta.Keys.Except(parameters.MetaRequired).Except(parameters.MetaOptional).Order(StringComparer.Ordinal).ToList();
        if (unknown.Count > 0) return $"Dispatch request included unpermitted metadata keys: {string.Join(", ", unknown)} (it takes {Listed(parameters.MetaRequired.Concat(parameters.MetaOptional))})";

        var missing = parameters.MetaRequired.Except(command.Meta.Keys).Order(StringComparer.Ordinal).ToList();
        return missing.Count > 0 ? $"Dispatch did not provide required meta keys: {string.Join(", ", missing)}" : null;
    }

    private static string Listed(IEnumerable<string> keys) => string.Join(", ", keys) is { Length: > 0 } list ? list : "none";

    private static int? Base64Length(string text) => System.Buffers.Text.Base64.IsValid(text, out var length) ? length : null;

    private static Decision Launch(JobState state, RegionState region, Job child, DateTimeOffset? due, string trigger, IJobCommand command, DecisionContext context)
    {
        var id = new JobId(child.Namespace, child.Id);
        var launched = AsVersionOf(child, region.FindJobRecord(id), region, context);
        var evaluation = NewEvaluation(launched, trigger, context);
        return Decision.Of(
            new JobLaunched(state.Id, launched, due, evaluation, command.Context.RequestId, context.Now),
            index => new ChildLaunched(index, id, evaluation.Id));
    }

    private static Job Child(JobState state, JobId id, Job job) => job with { Id = id.Id, Name = id.Id, ParentId = state.Job.Id, Periodic = null, Stop = false };

    private static IEnumerable<Job> Children(JobState state, RegionState region, string infix) =>
        region.JobsOfNamespace(state.Id.Namespace, state.Id.Id + infix).Select(c => c.Job).Where(c => c.ParentId == state.Id.Id);

    /// <summary>The name of a launch that no schedule asked for: the second in which it was asked, or the next that is free.</summary>
    private static JobId FreeName(JobState state, RegionState region, DecisionContext context)
    {
        var second = context.Now;
        while (region.FindJob(PeriodicName(state.Id, second)) is not null) second = second.AddSeconds(1);
        return PeriodicName(state.Id, second);
    }

    private static JobId PeriodicName(JobId parent, DateTimeOffset time) => parent with { Id = $"{parent.Id}{PeriodicInfix}{time.ToUnixTimeSeconds()}" };

    private const string PeriodicInfix = "/periodic-";

    private const string DispatchInfix = "/dispatch-";
}
