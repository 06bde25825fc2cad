using Actors.Api.Http;

namespace Actors.Api.Endpoints;

/// <summary><c>/v1/status/…</c>.</summary>
internal static class StatusEndpoints
{
    public static void Map(ApiRoutes routes)
    {
        routes.Group = "Status";
        routes.Get("/v1/status/leader", "Says which server leads", LeaderAsync).Answers<string>();
        routes.Get("/v1/status/peers", "Lists the servers", PeersAsync).Answers<List<string>>();
    }

    private static Task LeaderAsync(ApiRequest request) => request.WriteJsonAsync(request.Region.Leader?.RpcAddress ?? "");

    private static Task PeersAsync(ApiRequest request) =>
        request.WriteJsonAsync(request.Region.Members.Where(m => m.Status == "alive").Select(m => m.RpcAddress).Order(StringComparer.Ordinal).ToList());
}
