using Actors.Api.Http;
using Actors.Api.Jobs;
using Actors.Api.Mapping;
using Actors.Api.Models;
using Actors.Contracts;
using Actors.Contracts.Jobs;
using Actors.JobSpec;

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
        routes.Put("/v1/job/{id}/periodic/force", "Launches a child of a periodic job now", ForceAsync).Answers<PeriodicForceResponse>();
        routes.Put("/v1/job/{id}/dispatch", "Launches a child of a parameterized job", DispatchAsync).Takes<JobDispatchRequest>().Answers<JobDispatchResponse>();
        routes.Put("/v1/job/{id}/dispatch/payload", "Launches a child of a parameterized job with the body as its payload", DispatchPayloadAsync).Answers<JobDispatchResponse>();
        routes.Put("/v1/job/{id}/versions/{tag}/tag", "Names a version", TagAsync).Takes<JobTagRequest>().Answers<JobTagResponse>();
        routes.Delete("/v1/job/{id}/versions/{tag}/tag", "Takes a version's name away", UntagAsync).Answers<JobTagResponse>();
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
            Priority(body.EvalPriority),
            JobSubmissions.Kept(body.Submission, out var tooLong)));
        if (tooLong is not null)
            warnings = [.. warnings, tooLong];
        await request.WriteJsonAsync(JobMapping.ToResponse(changed, warnings), changed.Index);
    }

    private static async Task ParseAsync(ApiRequest request)
    {
        var body = await request.ReadJsonAsync<JobsParseRequest>(request.Options.MaxJobBytes, "a job to parse");
        if (request.Flag("diagnostics"))
            await request.WriteJsonAsync(JobIntake.ParseWithDiagnostics(request, body));
        else
            await request.WriteJsonAsync(new ParsedJobModel(JobIntake.Parse(request, body)));
    }

    private static async Task ValidateAsync(ApiRequest request)
    {
        var body = await request.ReadJsonAsync<JobValidateRequest>(request.Options.MaxJobBytes, "a job");
        var (_, findings) = JobIntake.Check(request, body.Job, body.Namespace);
        var errors = JobIntake.Texts(findings, DiagnosticSeverity.Error);
        await request.WriteJsonAsync(new JobValidateResponse
        {
            DriverConfigValidated = true,
            ValidationErrors = errors.Count == 0 ? null : errors,
            Error = JobIntake.ErrorText(errors),
            Warnings = JobMapping.Warnings(JobIntake.Texts(findings, DiagnosticSeverity.Warning)),
            Diagnostics = [.. findings.Select(DiagnosticModel.Of)],
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
        if (body.Count is < 0 or > int.MaxValue)
            throw ApiException.BadRequest($"scaling action count can't be {body.Count}: it must be from 0 to {int.MaxValue}");
        if (body is { Error: true, Count: not null })
            throw ApiException.BadRequest("scaling action should not contain count if error is true");
        await ChangeAsync(request, new ScaleJob(request.NewCommand(), request.JobId, group, (int?)body.Count, body.Message ?? "", body.Error ? true : null));
    }

    private static async Task ForceAsync(ApiRequest request)
    {
        var launched = await request.SendAsync<ChildLaunched>(new LaunchJob(request.NewCommand(), request.JobId, Due: null));
        await request.WriteJsonAsync(
            new PeriodicForceResponse
            {
                EvalId = launched.EvaluationId?.ToString() ?? "",
                EvalCreateIndex = launched.EvaluationId is null ? 0 : launched.Index,
                Index = launched.Index,
                KnownLeader = true,
            },
            launched.Index);
    }

    private static async Task DispatchAsync(ApiRequest request)
    {
        var body = await request.ReadJsonAsync<JobDispatchRequest>(request.Options.MaxBodyBytes, "a dispatch request");
        SameJob(request, body.JobId);
        await DispatchAsync(request, body);
    }

    private static async Task DispatchPayloadAsync(ApiRequest request)
    {
        using var payload = new MemoryStream();
        var piece = new byte[4096];
        while (payload.Length <= DispatchJob.MaxPayload && await request.Http.Request.Body.ReadAsync(piece, request.Aborted) is var read and > 0)
            payload.Write(piece, 0, read);
        await DispatchAsync(request, new JobDispatchRequest { Payload = Convert.ToBase64String(payload.ToArray()) });
    }

    private static async Task DispatchAsync(ApiRequest request, JobDispatchRequest body)
    {
        if ((body.IdPrefixTemplate ?? "").Any(c => char.IsWhiteSpace(c) || c == '\0'))
            throw ApiException.BadRequest($"IdPrefixTemplate must have no blanks, found \"{body.IdPrefixTemplate}\"");

        var launched = await request.SendAsync<ChildLaunched>(new DispatchJob(
            request.NewCommand(),
            request.JobId,
            body.Payload ?? "",
            body.Meta ?? new Dictionary<string, string>(),
            body.IdPrefixTemplate ?? "",
            request.Parameter("idempotency_token"),
            Priority(body.Priority)));
        await request.WriteJsonAsync(
            new JobDispatchResponse
            {
                DispatchedJobId = launched.Child?.Id ?? "",
                EvalId = launched.EvaluationId?.ToString() ?? "",
                EvalCreateIndex = launched.EvaluationId is null ? 0 : launched.Index,
                JobCreateIndex = launched.Index,
                Index = launched.Index,
                KnownLeader = true,
            },
            launched.Index);
    }

    private static async Task TagAsync(ApiRequest request)
    {
        var body = await request.ReadJsonAsync<JobTagRequest>(request.Options.MaxBodyBytes, "a version's name");
        var name = TagOf(request);
        if (!string.IsNullOrEmpty(body.Name) && body.Name != name)
            throw ApiException.BadRequest($"Tag name does not match: the path names \"{name}\", the body \"{body.Name}\"");
        await AcceptAsync(request, new TagJobVersion(request.NewCommand(), request.JobId, body.Version, name, body.Description ?? ""), name, body.Description ?? "");
    }

    private static Task UntagAsync(ApiRequest request)
    {
        var name = TagOf(request);
        return AcceptAsync(request, new UntagJobVersion(request.NewCommand(), request.JobId, name), name, "");
    }

    private static async Task AcceptAsync(ApiRequest request, IJobCommand command, string name, string description)
    {
        var index = (await request.SendAsync<CommandAccepted>(command)).Index;
        await request.WriteJsonAsync(new JobTagResponse { Name = name, Description = description, Index = index, KnownLeader = true }, index);
    }

    private static string TagOf(ApiRequest request) => request.Part is { Length: > 0 } name
        ? name
        : throw ApiException.BadRequest("the path must name the tag: /v1/job/:id/versions/:tag/tag");

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
