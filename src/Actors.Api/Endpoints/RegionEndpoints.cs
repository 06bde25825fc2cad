using Actors.Api.Http;

namespace Actors.Api.Endpoints;

/// <summary><c>/v1/regions</c>.</summary>
internal static class RegionEndpoints
{
    public static void Map(ApiRoutes routes)
    {
        routes.Group = "Regions";
        routes.Get("/v1/regions", "Lists the regions", RegionsAsync).Answers<List<string>>();
    }

    private static Task RegionsAsync(ApiRequest request) => request.WriteJsonAsync(new List<string> { request.Region.Name });
}
