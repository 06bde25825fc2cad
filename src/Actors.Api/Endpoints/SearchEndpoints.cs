using Actors.Api.Http;
using Actors.Api.Models;
using Actors.Contracts;
using Actors.State;

namespace Actors.Api.Endpoints;

/// <summary><c>/v1/search</c>: what begins with a text.</summary>
internal static class SearchEndpoints
{
    /// <summary>Matches per context at most, as Nomad's default.</summary>
    private const int Limit = 20;

    private static readonly string[] Contexts = ["allocs", "deployment", "evals", "jobs", "namespaces", "nodes"];

    public static void Map(ApiRoutes routes)
    {
        routes.Group = "Search";
        routes.Put("/v1/search", "Finds what begins with a text", SearchAsync).Takes<SearchRequest>().Answers<SearchResponse>();
    }

    private static async Task SearchAsync(ApiRequest request)
    {
        var body = await request.ReadJsonAsync<SearchRequest>(request.Options.MaxBodyBytes, "a search");
        var prefix = body.Prefix ?? "";
        var context = body.Context ?? "";
        if (context is not ("" or "all") && !Contexts.Contains(context))
            throw ApiException.BadRequest($"context must be one of all, {string.Join(", ", Contexts)}; got \"{context}\"");

        var query = request.Query;
        var state = await request.ReadOnceAsync();
        var matches = new Dictionary<string, IReadOnlyList<string>>();
        var truncations = new Dictionary<string, bool>();
        foreach (var wanted in context is "" or "all" ? Contexts : [context])
        {
            List<string> found = [.. Find(wanted).Take(Limit + 1)];
            truncations[wanted] = found.Count > Limit;
            if (found.Count > 0 || context == wanted)
                matches[wanted] = found.Count > Limit ? found[..Limit] : found;
        }

        await request.WriteJsonAsync(
            new SearchResponse { Matches = matches, Truncations = truncations, Index = state.Index, KnownLeader = request.Region.Leader is not null },
            state.Index);

        IEnumerable<string> Find(string wanted) => wanted switch
        {
            "jobs" => (query.AllNamespaces ? state.Jobs.Where(j => j.Job.Id.StartsWith(prefix, StringComparison.Ordinal)) : state.JobsOfNamespace(query.Namespace, prefix)).Select(j => j.Job.Id),
            "nodes" => state.Nodes.WithPrefix(prefix).Select(n => n.Id.ToString()),
            "allocs" => state.Allocations.WithPrefix(prefix).Where(a => Visible(a.JobId)).Select(a => a.Id.ToString()),
            "evals" => state.Evaluations.WithPrefix(prefix).Where(e => Visible(e.JobId)).Select(e => e.Id.ToString()),
            "deployment" => state.Deployments.WithPrefix(prefix).Where(d => Visible(d.JobId)).Select(d => d.Id.ToString()),
            _ => JobId.DefaultNamespace.StartsWith(prefix, StringComparison.Ordinal) ? [JobId.DefaultNamespace] : [],
        };

        bool Visible(JobId job) => query.AllNamespaces || job.Namespace == query.Namespace;
    }
}
