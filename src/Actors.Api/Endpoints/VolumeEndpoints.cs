using System.Text.Json;
using Actors.Api.Filtering;
using Actors.Api.Http;
using Actors.Api.Jobs;
using Actors.Api.Mapping;
using Actors.Api.Models;
using Actors.Contracts;
using Actors.Contracts.Link;
using Actors.Contracts.Volumes;
using Actors.JobSpec;
using Actors.Scheduling.Volumes;
using Actors.Server;
using Actors.State;
using Actors.State.Volumes;

namespace Actors.Api.Endpoints;

/// <summary><c>/v1/volumes</c>, <c>/v1/volume/host/…</c>. There are host volumes only: a list of CSI volumes is empty.</summary>
internal static class VolumeEndpoints
{
    private const string HostType = "host";

    public static void Map(ApiRoutes routes)
    {
        routes.Group = "Volumes";
        routes.Get("/v1/volumes", "Lists the volumes of a type", ListAsync).Answers<List<VolumeListStub>>();
        routes.Put("/v1/volume/host/create", "Makes a host volume on a node, or changes one", CreateAsync).Takes<HostVolumeRequest>().Answers<HostVolumeResponse>();
        routes.Put("/v1/volume/host/register", "Registers a directory of a node as a host volume", RegisterAsync).Takes<HostVolumeRequest>().Answers<HostVolumeResponse>();
        routes.Get("/v1/volume/host/{id}", "Reads a host volume", ReadAsync).Answers<VolumeModel>();
        routes.Delete("/v1/volume/host/{id}", "Deletes a host volume that no allocation uses", DeleteAsync);
        routes.Delete("/v1/volume/host/{id}/delete", "Deletes a host volume that no allocation uses", DeleteAsync);
    }

    private static async Task ListAsync(ApiRequest request)
    {
        var state = await request.ReadAsync(new WatchTarget(StateTable.Nodes));
        var (query, node, pool) = (request.Query, request.Parameter("node_id"), request.Parameter("node_pool"));
        var volumes = request.Parameter("type") != HostType ? [] : state.Operator.HostVolumes.Values.Where(v =>
            (query.AllNamespaces || v.Namespace == query.Namespace)
            && (node.Length == 0 || v.NodeId == node)
            && (pool.Length == 0 || v.NodePool == pool)
            && (v.Id.StartsWith(query.Prefix, StringComparison.Ordinal) || v.Name.StartsWith(query.Prefix, StringComparison.Ordinal)));
        var wanted = ItemFilter.Wanted(volumes, query.Filter, v => VolumeMapping.ToStub(v, state));
        await request.WriteListAsync(state.TableIndex(StateTable.Nodes), wanted, ListOrders.HostVolumes, v => VolumeMapping.ToStub(v, state));
    }

    private static async Task ReadAsync(ApiRequest request)
    {
        var state = await request.ReadAsync(new WatchTarget(StateTable.Nodes));
        await request.WriteJsonAsync(VolumeMapping.ToModel(Find(request, state), state), state.TableIndex(StateTable.Nodes));
    }

    private static Task CreateAsync(ApiRequest request) => ApplyAsync(request, registers: false);

    private static Task RegisterAsync(ApiRequest request) => ApplyAsync(request, registers: true);

    /// <summary>The region knows of the volume before its node makes it: what a node has is always known, and a server that ends in between leaves something that can be made again or deleted.</summary>
    private static async Task ApplyAsync(ApiRequest request, bool registers)
    {
        var body = await request.ReadJsonAsync<HostVolumeRequest>(request.Options.MaxBodyBytes, "a host volume");
        var said = body.Volume ?? throw ApiException.BadRequest("missing volume definition: expected {\"Volume\": {…}}");
        var command = request.NewCommand();
        var state = await request.ReadOnceAsync();
        var volume = Placed(request, said, command.RequestId, state, registers);
        var isNew = !state.Operator.HostVolumes.ContainsKey(volume.Id);
        await request.SendAsync<CommandAccepted>(new ApplyHostVolume(command, volume));
        volume = request.Region.State.Operator.HostVolumes.GetValueOrDefault(volume.Id) ?? throw ApiException.NotFound($"volume {volume.Id} was deleted as it was made");
        try
        {
            await AskNodeAsync(request, volume, registers ? StreamMethods.RegisterVolume : StreamMethods.CreateVolume);
        }
        catch (Exception e) when (isNew && e is ClientCallException or ClientUnreachableException)
        {
            await request.SendAsync<CommandAccepted>(new DeleteHostVolume(command with { RequestId = $"{command.RequestId}-undo" }, volume.Id));
            throw;
        }

        var after = request.Region.State;
        await request.WriteJsonAsync(new HostVolumeResponse { Volume = VolumeMapping.ToModel(volume, after) }, after.TableIndex(StateTable.Nodes));
    }

    /// <summary>The volume with its id, namespace and node.</summary>
    /// <exception cref="ApiException">It makes no sense, or no node will do: 400 with every reason.</exception>
    private static HostVolume Placed(ApiRequest request, HostVolume said, string requestId, RegionState state, bool registers)
    {
        // A request that is repeated means the same volume.
        var id = said.Id.Length > 0 ? said.Id : Guid.TryParseExact(requestId, "D", out _) ? requestId : Guid.NewGuid().ToString("D");
        var known = state.Operator.HostVolumes.GetValueOrDefault(id);
        if (said.Id.Length > 0 && known is null) throw ApiException.NotFound($"can't update volume {id}: there is none");
        var volume = said with
        {
            Id = id,
            Namespace = said.Namespace.Length > 0 ? said.Namespace : known?.Namespace ?? request.SingleNamespace,
            NodeId = said.NodeId.Length > 0 ? said.NodeId : known?.NodeId ?? "",
            PluginId = said.PluginId == "default" ? HostVolume.Mkdir : said.PluginId,
        };
        var problems = JobIntake.Texts(HostVolumeValidator.Validate(volume, registers), DiagnosticSeverity.Error);
        if (problems.Count > 0) throw ApiException.BadRequest(JobIntake.ErrorText(problems));
        if (known is not null || registers) return volume;

        var (node, why) = HostVolumePlacement.Choose(state, volume);
        return node is not null ? volume with { NodeId = node.Id.ToString() } : throw ApiException.BadRequest($"could not place volume \"{volume.Name}\": {why}");
    }

    /// <summary>
    /// The node lets go of it first: what the region has forgotten, no node has any more. By force it is forgotten also when
    /// the node can't be asked, or can't let go of it; then the node is told when it comes back.
    /// </summary>
    private static async Task DeleteAsync(ApiRequest request)
    {
        var state = await request.ReadOnceAsync();
        var volume = Find(request, state);
        if (state.ClaimsOf(volume).FirstOrDefault() is { } claim)
            throw new ApiException(409, $"can't delete volume {volume.Id}: allocation {claim.Id} claims it");
        var isLeft = state.NodeOf(volume) is not null && !await IsLetGoAsync(request, volume);
        request.SetIndex((await request.SendAsync<CommandAccepted>(new DeleteHostVolume(request.NewCommand(), volume.Id, isLeft))).Index);
    }

    private static async Task<bool> IsLetGoAsync(ApiRequest request, HostVolume volume)
    {
        try
        {
            await AskNodeAsync(request, volume, StreamMethods.DeleteVolume);
            return true;
        }
        catch (Exception e) when (request.Flag("force") && e is ClientCallException or ClientUnreachableException)
        {
            return false;
        }
    }

    private static async Task AskNodeAsync(ApiRequest request, HostVolume volume, string method)
    {
        var arguments = JsonSerializer.SerializeToUtf8Bytes(new VolumeArguments { Volume = volume }, StreamJson.Default.VolumeArguments);
        await using var call = await request.Region.CallClientAsync(NodeId.Parse(volume.NodeId), method, arguments, request.Aborted);
        await ClientReply.ReadWholeAsync(request, call);
    }

    private static HostVolume Find(ApiRequest request, RegionState state) =>
        state.Operator.HostVolumes.GetValueOrDefault(request.Id) is { } found && (request.Query.AllNamespaces || found.Namespace == request.Query.Namespace)
            ? found
            : throw ApiException.NotFound("volume not found");
}
