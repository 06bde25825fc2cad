using Actors.Api.Filtering;
using Actors.Api.Http;
using Actors.Api.Jobs;
using Actors.Api.Mapping;
using Actors.Api.Models;
using Actors.Contracts;
using Actors.Contracts.Deployments;
using Actors.Contracts.Jobs;
using Actors.JobSpec;
using Actors.State;
using Actors.State.Jobs;

namespace Actors.Api.Endpoints;

/// <summary><c>/v1/jobs</c>, <c>/v1/job/…</c>: reading.</summary>
internal static class JobEndpoints
{
    public static void Map(ApiRoutes routes)
    {
        routes.Group = "Jobs";
        routes.Get("/v1/jobs", "Lists the jobs", ListAsync).Answers<List<JobListStub>>();
        routes.Get("/v1/job/{id}", "Reads a job", ReadAsync).Answers<JobModel>();
        routes.Get("/v1/job/{id}/allocations", "Lists a job's allocations", AllocationsAsync).Answers<List<AllocListStub>>();
        routes.Get("/v1/job/{id}/evaluations", "Lists a job's evaluations", EvaluationsAsync).Answers<List<EvaluationModel>>();
        routes.Get("/v1/job/{id}/deployments", "Lists a job's deployments", DeploymentsAsync).Answers<List<DeploymentModel>>();
        routes.Get("/v1/job/{id}/deployment", "Reads a job's latest deployment", DeploymentAsync).Answers<DeploymentModel>();
        routes.Get("/v1/job/{id}/summary", "Counts a job's allocations", SummaryAsync).Answers<JobSummaryModel>();
        routes.Get("/v1/job/{id}/scale", "Reads a job's counts", ScaleStatusAsync).Answers<JobScaleStatusModel>();
        routes.Get("/v1/job/{id}/versions", "Lists a job's versions", VersionsAsync).Answers<JobVersionsResponse>();
        routes.Get("/v1/job/{id}/submission", "Reads the text a job was made from", SubmissionAsync).Answers<JobSubmissionModel>();
        routes.Get("/v1/job/{id}/services", "Lists a job's services that the region knows", ServicesAsync).Answers<List<ServiceRegistrationModel>>();
    }

    /// <summary>Finds a job by its id.</summary>
    /// <exception cref="ApiException">There is none: 404.</exception>
    public static JobState Find(RegionState state, JobId id) => state.FindJob(id) ?? throw ApiException.NotFound("job not found");

    private static async Task ListAsync(ApiRequest request)
    {
        // The list shows counts of allocations: it changes with them.
        var state = await request.ReadAsync(new WatchTarget(StateTable.Jobs), new WatchTarget(StateTable.Allocations));
        var query = request.Query;
        var withMeta = request.Flag("meta");
        var jobs = query.AllNamespaces
            ? state.Jobs.Where(j => j.Job.Id.StartsWith(query.Prefix, StringComparison.Ordinal))
            : state.JobsOfNamespace(query.Namespace, query.Prefix);
        var wanted = ItemFilter.Wanted(jobs, query.Filter, j => new JobModel(j.Job));
        var index = Math.Max(state.TableIndex(StateTable.Jobs), state.TableIndex(StateTable.Allocations));
        await request.WriteListAsync(index, wanted, ListOrders.Jobs, j => JobMapping.ToStub(j, state.SummaryOf(j.Id), withMeta));
    }

    private static async Task ReadAsync(ApiRequest request)
    {
        var id = request.JobId;
        var state = await request.ReadAsync(new WatchTarget(StateTable.Jobs, id.ToString()));
        var job = Find(state, id).Job;
        await request.WriteJsonAsync(new JobModel(job), job.ModifyIndex);
    }

    private static async Task AllocationsAsync(ApiRequest request)
    {
        var id = request.JobId;
        var state = await request.ReadAsync(new WatchTarget(StateTable.Allocations, $"job:{id}"));
        // Those of an earlier job of the same name are shown on request only.
        var since = request.Flag("all") ? 0 : state.FindJob(id)?.Job.CreateIndex ?? 0;
        var allocations = state.AllocationsOfJob(id).Where(a => a.CreateIndex >= since);
        await request.WriteListAsync(state.IndexOf(new WatchTarget(StateTable.Allocations, $"job:{id}")), allocations, ListOrders.Allocations, a => AllocationEndpoints.ToStub(request, state, a));
    }

    private static async Task EvaluationsAsync(ApiRequest request)
    {
        var id = request.JobId;
        var state = await request.ReadAsync(new WatchTarget(StateTable.Evaluations, $"job:{id}"));
        await request.WriteListAsync(state.IndexOf(new WatchTarget(StateTable.Evaluations, $"job:{id}")), state.EvaluationsOfJob(id), ListOrders.Evaluations, e => EvaluationMapping.ToModel(e));
    }

    private static async Task DeploymentsAsync(ApiRequest request)
    {
        var id = request.JobId;
        var state = await request.ReadAsync(new WatchTarget(StateTable.Deployments, $"job:{id}"));
        await request.WriteListAsync(state.IndexOf(new WatchTarget(StateTable.Deployments, $"job:{id}")), DeploymentsOf(request, state, id), ListOrders.Deployments, DeploymentMapping.ToModel);
    }

    private static async Task DeploymentAsync(ApiRequest request)
    {
        var id = request.JobId;
        var state = await request.ReadAsync(new WatchTarget(StateTable.Deployments, $"job:{id}"));
        var latest = DeploymentsOf(request, state, id).MaxBy(d => d.CreateIndex);
        await request.WriteJsonAsync(latest is null ? null : DeploymentMapping.ToModel(latest), state.IndexOf(new WatchTarget(StateTable.Deployments, $"job:{id}")));
    }

    private static IEnumerable<Deployment> DeploymentsOf(ApiRequest request, RegionState state, JobId id)
    {
        var since = request.Flag("all") ? 0 : state.FindJob(id)?.Job.CreateIndex ?? 0;
        return state.DeploymentsOfJob(id).Where(d => d.JobCreateIndex >= since);
    }

    private static async Task SummaryAsync(ApiRequest request)
    {
        var id = request.JobId;
        var state = await request.ReadAsync(new WatchTarget(StateTable.Jobs, id.ToString()), new WatchTarget(StateTable.Allocations, $"job:{id}"));
        var summary = state.SummaryOf(id) ?? throw ApiException.NotFound("job not found");
        await request.WriteJsonAsync(JobMapping.ToModel(summary), Math.Max(summary.ModifyIndex, state.IndexOf(new WatchTarget(StateTable.Jobs, id.ToString()))));
    }

    private static async Task ScaleStatusAsync(ApiRequest request)
    {
        var id = request.JobId;
        var state = await request.ReadAsync(new WatchTarget(StateTable.Jobs, id.ToString()), new WatchTarget(StateTable.Allocations, $"job:{id}"));
        var job = Find(state, id);
        await request.WriteJsonAsync(JobMapping.ToScaleStatus(job, state), Math.Max(job.Job.ModifyIndex, state.IndexOf(new WatchTarget(StateTable.Allocations, $"job:{id}"))));
    }

    private static async Task VersionsAsync(ApiRequest request)
    {
        var id = request.JobId;
        var state = await request.ReadAsync(new WatchTarget(StateTable.Jobs, id.ToString()));
        var versions = Find(state, id).Versions.ToList();
        await request.WriteJsonAsync(
            new JobVersionsResponse
            {
                Versions = [.. versions.Select(v => new JobModel(v))],
                Diffs = request.Flag("diffs") ? Diffs(request, versions) : null,
                Index = versions[0].ModifyIndex,
                KnownLeader = request.Region.Leader is not null,
            },
            versions[0].ModifyIndex);
    }

    // Against the version that diff_tag or diff_version names; else each against the one before it.
    private static List<JobDiff> Diffs(ApiRequest request, IReadOnlyList<Job> versions)
    {
        if (request.Parameter("diff_tag") is { Length: > 0 } tag)
            return JobDiffs.Against(versions, versions.FirstOrDefault(v => v.VersionTag?.Name == tag) ?? throw ApiException.NotFound($"tag \"{tag}\" not found"));
        if (request.Parameter("diff_version").Length == 0)
            return JobDiffs.Between(versions);
        var wanted = QueryOptions.Unsigned(request.Http.Request.Query, "diff_version");
        return JobDiffs.Against(versions, versions.FirstOrDefault(v => v.Version == wanted) ?? throw ApiException.NotFound($"version {wanted} not found"));
    }

    private static async Task SubmissionAsync(ApiRequest request)
    {
        var id = request.JobId;
        var state = await request.ReadAsync(new WatchTarget(StateTable.Jobs, id.ToString()));
        var job = Find(state, id);
        var version = request.Parameter("version").Length == 0 ? job.Job.Version : QueryOptions.Unsigned(request.Http.Request.Query, "version");
        var submission = job.FindSubmission(version) ?? throw ApiException.NotFound("job source not found");
        await request.WriteJsonAsync(JobSubmissions.ToModel(job.FindVersion(version)!, submission), job.Job.ModifyIndex);
    }

    private static async Task ServicesAsync(ApiRequest request)
    {
        var id = request.JobId;
        var state = await request.ReadAsync(new WatchTarget(StateTable.Allocations, $"job:{id}"));
        await request.WriteJsonAsync(state.AllocationsOfJob(id).SelectMany(a => ServiceMapping.Of(a, state)).ToList(), state.IndexOf(new WatchTarget(StateTable.Allocations, $"job:{id}")));
    }
}
