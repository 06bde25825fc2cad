using Actors.Api.Http;
using Actors.Api.Models;
using Actors.Contracts;

namespace Actors.Api.Endpoints;

/// <summary><c>/v1/regions</c>, <c>/v1/namespaces</c>.</summary>
internal static class RegionEndpoints
{
    private static readonly NamespaceModel Default = new() { Name = JobId.DefaultNamespace, Description = "Default shared namespace" };

    public static void Map(ApiRoutes routes)
    {
        routes.Group = "Regions";
        routes.Get("/v1/regions", "Lists the regions", RegionsAsync).Answers<List<string>>();
        routes.Group = "Namespaces";
        routes.Get("/v1/namespaces", "Lists the namespaces", NamespacesAsync).Answers<List<NamespaceModel>>();
        routes.Get("/v1/namespace/{id}", "Reads a namespace", NamespaceAsync).Answers<NamespaceModel>();
        routes.Put("/v1/namespace", "Makes a namespace", NotYetAsync);
        routes.Put("/v1/namespace/{id}", "Changes a namespace", NotYetAsync);
        routes.Delete("/v1/namespace/{id}", "Removes a namespace", NotYetAsync);
    }

    private static Task RegionsAsync(ApiRequest request) => request.WriteJsonAsync(new List<string> { request.Region.Name });

    private static Task NamespacesAsync(ApiRequest request) =>
        request.WriteJsonAsync(Default.Name.StartsWith(request.Query.Prefix, StringComparison.Ordinal) ? [Default] : new List<NamespaceModel>(), 1);

    private static Task NamespaceAsync(ApiRequest request) => request.Id == Default.Name
        ? request.WriteJsonAsync(Default, 1)
        : throw ApiException.NotFound("Namespace not found");

    private static Task NotYetAsync(ApiRequest request) => throw new ApiException(501, "there is one namespace, \"default\": others can't be made, changed or removed");
}
