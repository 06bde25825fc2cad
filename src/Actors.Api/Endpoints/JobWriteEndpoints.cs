using Actors.Api.Http;
using Actors.Api.Jobs;
using Actors.Api.Mapping;
using Actors.Api.Models;
using Actors.Contracts;
using Actors.Contracts.Jobs;

namespace Actors.Api.Endpoints;

/// <summary><c>/v1/jobs</c>, <c>/v1/job/…</c>: changing.</summary>
internal static class JobWriteEndpoints
{
    public static void Map(ApiRoutes routes)
    {
        routes.Group = "Jobs";
        routes.Put("/v1/jobs", "Registers a job", RegisterAsync).Takes<JobRegisterRequest>().Answers<JobRegisterResponse>();
        routes.Put("/v1/jobs/parse", "Turns a job's text into JSON", ParseAsync).Takes<JobsParseRequest>().Answers<ParsedJobModel>();
        routes.Put("/v1/validate/job", "Checks a job", ValidateAsync).Takes<JobValidateRequest>().Answers<JobValidateResponse>();
        routes.Put("/v1/job/{id}", "Registers a job", RegisterAsync).Takes<JobRegisterRequest>().Answers<JobRegisterResponse>();
        routes.Delete("/v1/job/{id}", "Stops a job", DeregisterAsync).Answers<JobDeregisterResponse>();
        routes.Put("/v1/job/{id}/plan", "Says what registering a job would do", PlanAsync).Takes<JobPlanRequest>().Answers<JobPlanResponse>();
        routes.Put("/v1/job/{id}/evaluate", "Looks at a job again", EvaluateAsync).Takes<JobEvaluateRequest>().Answers<JobRegisterResponse>();
        routes.Put("/v1/job/{id}/revert", "Runs a job as an earlier version was", RevertAsync).Takes<JobRevertRequest>().Answers<JobRegisterResponse>();
        routes.Put("/v1/job/{id}/stable", "Says whether a version is known to be good", StableAsync).Takes<JobStabilityRequest>().Answers<JobStabilityResponse>();
        routes.Put("/v1/job/{id}/scale", "Changes a group's count", ScaleAsync).Takes<ScalingRequest>().Answers<JobRegisterResponse>();
    }

    private static async Task RegisterAsync(ApiRequest request)
    {
        var body = await request.ReadJsonAsync<JobRegisterRequest>(request.Options.MaxJobBytes, "a job");
        var (job, warnings) = JobIntake.Accept(request, body.Job, body.Namespace);
        var changed = await request.SendAsync<JobChanged>(new RegisterJob(
            request.NewCommand(),
            new JobId(job.Namespace, job.Id),
            job,
            body.EnforceIndex ? body.JobModifyIndex : null,
            body.PreserveCounts,
            Priority(body.EvalPriority)));
        await request.WriteJsonAsync(JobMapping.ToResponse(changed, warnings), changed.Index);
    }

    private static async Task ParseAsync(ApiRequest request)
    {
        var body = await request.ReadJsonAsync<JobsParseRequest>(request.Options.MaxJobBytes, "a job to parse");
        await request.WriteJsonAsync(new ParsedJobModel(JobIntake.Parse(request, body)));
    }

    private static async Task ValidateAsync(ApiRequest request)
    {
        var body = await request.ReadJsonAsync<JobValidateRequest>(request.Options.MaxJobBytes, "a job");
        var (_, errors, warnings) = JobIntake.Check(request, body.Job, body.Namespace);
        await request.WriteJsonAsync(new JobValidateResponse
        {
            DriverConfigValidated = true,
            ValidationErrors = errors.Count == 0 ? null : errors,
            Error = JobIntake.ErrorText(errors),
            Warnings = JobMapping.Warnings(warnings),
            Index = request.Region.State.Index,
            KnownLeader = request.Region.Leader is not null,
        });
    }

    private static async Task PlanAsync(ApiRequest request)
    {
        var body = await request.ReadJsonAsync<JobPlanRequest>(request.Options.MaxJobBytes, "a job");
        var (job, warnings) = JobIntake.Accept(request, body.Job, body.Namespace);
        await request.WriteJsonAsync(await JobPlanner.PlanAsync(request, job, warnings, body.Diff));
    }

    private static async Task DeregisterAsync(ApiRequest request)
    {
        var priority = (int)Math.Min(QueryOptions.Unsigned(request.Http.Request.Query, "eval_priority"), int.MaxValue);
        var changed = await request.SendAsync<JobChanged>(new DeregisterJob(request.NewCommand(), request.JobId, request.Flag("purge"), Priority(priority)));
        await request.WriteJsonAsync(
            new JobDeregisterResponse
            {
                EvalId = changed.EvaluationId?.ToString() ?? "",
                EvalCreateIndex = changed.EvaluationId is null ? 0 : changed.Index,
                JobModifyIndex = changed.JobModifyIndex,
                Index = changed.Index,
                KnownLeader = true,
            },
            changed.Index);
    }

    private static async Task EvaluateAsync(ApiRequest request)
    {
        var body = await request.ReadJsonAsync<JobEvaluateRequest>(request.Options.MaxBodyBytes, "an evaluation request");
        SameJob(request, body.JobId);
        await ChangeAsync(request, new EvaluateJob(request.NewCommand(), request.JobId, body.EvalOptions?.ForceReschedule ?? false));
    }

    private static async Task RevertAsync(ApiRequest request)
    {
        var body = await request.ReadJsonAsync<JobRevertRequest>(request.Options.MaxBodyBytes, "a revert request");
        SameJob(request, body.JobId);
        await ChangeAsync(request, new RevertJob(request.NewCommand(), request.JobId, body.JobVersion, body.EnforcePriorVersion));
    }

    private static async Task StableAsync(ApiRequest request)
    {
        var body = await request.ReadJsonAsync<JobStabilityRequest>(request.Options.MaxBodyBytes, "a stability request");
        SameJob(request, body.JobId);
        var index = await request.SendAnyAsync(new SetJobStability(request.NewCommand(), request.JobId, body.JobVersion, body.Stable)) switch
        {
            CommandAccepted accepted => accepted.Index,
            JobChanged changed => changed.Index,
            var other => throw new InvalidOperationException($"a stability request was answered with {other.GetType().Name}"),
        };
        await request.WriteJsonAsync(new JobStabilityResponse { Index = index, KnownLeader = true }, index);
    }

    private static async Task ScaleAsync(ApiRequest request)
    {
        var body = await request.ReadJsonAsync<ScalingRequest>(request.Options.MaxBodyBytes, "a scaling request");
        if (body.Target?.GetValueOrDefault("Group") is not { Length: > 0 } group)
            throw ApiException.BadRequest("Target must name the group: {\"Target\": {\"Group\": \"…\"}}");
        if (body.Error)
            throw ApiException.BadRequest("an error of an autoscaler is not recorded here: send a count");
        if (body.Count is not { } count)
            throw ApiException.BadRequest("Count is missing: it says how many allocations the group is to have");
        if (count is < 0 or > int.MaxValue)
            throw ApiException.BadRequest($"scaling action count can't be {count}: it must be from 0 to {int.MaxValue}");
        await ChangeAsync(request, new ScaleJob(request.NewCommand(), request.JobId, group, (int)count, body.Message ?? ""));
    }

    private static async Task ChangeAsync(ApiRequest request, IJobCommand command)
    {
        var changed = await request.SendAsync<JobChanged>(command);
        await request.WriteJsonAsync(JobMapping.ToResponse(changed, []), changed.Index);
    }

    private static void SameJob(ApiRequest request, string? named)
    {
        if (!string.IsNullOrEmpty(named) && named != request.Id)
            throw ApiException.BadRequest($"Job ID does not match: the path names \"{request.Id}\", the body \"{named}\"");
    }

    private static int? Priority(int asked) => asked switch
    {
        0 => null,
        >= 1 and <= 100 => asked,
        _ => throw ApiException.BadRequest($"eval_priority must be between 1 and 100 inclusively, found {asked}"),
    };
}
