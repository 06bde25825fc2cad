using Actors.Api.Http;
using Actors.Api.Models;
using Actors.Contracts;
using Actors.Contracts.Collections;
using Actors.Contracts.Operators;

namespace Actors.Api.Endpoints;

/// <summary><c>/v1/namespaces</c>, <c>/v1/namespace/…</c>.</summary>
internal static class NamespaceEndpoints
{
    public static void Map(ApiRoutes routes)
    {
        routes.Group = "Namespaces";
        routes.Get("/v1/namespaces", "Lists the namespaces", ListAsync).Answers<List<NamespaceModel>>();
        routes.Get("/v1/namespace/{id}", "Reads a namespace", ReadAsync).Answers<NamespaceModel>();
        routes.Put("/v1/namespace", "Makes or changes a namespace", ApplyAsync).Takes<NamespaceModel>();
        routes.Put("/v1/namespace/{id}", "Makes or changes a namespace", ApplyAsync).Takes<NamespaceModel>();
        routes.Delete("/v1/namespace/{id}", "Removes a namespace", DeleteAsync);
    }

    private static async Task ListAsync(ApiRequest request)
    {
        var state = await request.ReadOnceAsync();
        List<NamespaceModel> all = [.. state.Operator.AllNamespaces.Where(n => n.Name.StartsWith(request.Query.Prefix, StringComparison.Ordinal)).Select(ToModel)];
        await request.WriteJsonAsync(all, state.Operator.ModifyIndex);
    }

    private static async Task ReadAsync(ApiRequest request)
    {
        var found = (await request.ReadOnceAsync()).Operator.FindNamespace(request.Id) ?? throw ApiException.NotFound("Namespace not found");
        await request.WriteJsonAsync(ToModel(found), found.ModifyIndex);
    }

    private static async Task ApplyAsync(ApiRequest request)
    {
        var body = await request.ReadJsonAsync<NamespaceModel>(request.Options.MaxBodyBytes, "a namespace");
        if (request.Id.Length > 0 && request.Id != body.Name)
            throw ApiException.BadRequest($"Namespace name does not match: the path names \"{request.Id}\", the body \"{body.Name}\"");
        if (!string.IsNullOrEmpty(body.Quota))
            throw ApiException.BadRequest($"Quota must be empty, found \"{body.Quota}\": there are no quotas");
        var accepted = await request.SendAsync<CommandAccepted>(new ApplyNamespace(request.NewCommand(), new Namespace
        {
            Name = body.Name,
            Description = body.Description ?? "",
            Meta = (body.Meta ?? new Dictionary<string, string>()).ToEquatableMap(),
            Capabilities = body.Capabilities is { } may
                ? new NamespaceCapabilities
                {
                    EnabledTaskDrivers = [.. may.EnabledTaskDrivers ?? []],
                    DisabledTaskDrivers = [.. may.DisabledTaskDrivers ?? []],
                    EnabledNetworkModes = [.. may.EnabledNetworkModes ?? []],
                    DisabledNetworkModes = [.. may.DisabledNetworkModes ?? []],
                }
                : null,
        }));
        request.SetIndex(accepted.Index);
    }

    private static async Task DeleteAsync(ApiRequest request) =>
        request.SetIndex((await request.SendAsync<CommandAccepted>(new DeleteNamespace(request.NewCommand(), request.Id))).Index);

    private static NamespaceModel ToModel(Namespace found) => new()
    {
        Name = found.Name,
        Description = found.Description,
        Quota = "",
        Meta = found.Meta.Count == 0 ? null : found.Meta.ToDictionary(m => m.Key, m => m.Value),
        Capabilities = found.Capabilities is { } may
            ? new NamespaceCapabilitiesModel(OrNull(may.EnabledTaskDrivers), OrNull(may.DisabledTaskDrivers), OrNull(may.EnabledNetworkModes), OrNull(may.DisabledNetworkModes))
            : null,
        CreateIndex = found.CreateIndex,
        ModifyIndex = found.ModifyIndex,
    };

    private static IReadOnlyList<string>? OrNull(EquatableList<string> list) => list.IsEmpty ? null : [.. list];
}
