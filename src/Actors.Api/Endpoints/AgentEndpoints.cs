using System.Globalization;
using System.Net.NetworkInformation;
using System.Runtime.InteropServices;
using Actors.Api.Http;
using Actors.Api.Models;
using Actors.Server;
using Microsoft.Extensions.DependencyInjection;

namespace Actors.Api.Endpoints;

/// <summary><c>/v1/agent/…</c>: the agent that answers, and the servers it knows.</summary>
internal static class AgentEndpoints
{
    public static void Map(ApiRoutes routes)
    {
        routes.Group = "Agent";
        routes.Get("/v1/agent/self", "Says what this agent is", SelfAsync).Answers<AgentSelf>();
        routes.Get("/v1/agent/members", "Lists the servers", MembersAsync).Answers<AgentMembersResponse>();
        routes.Get("/v1/agent/servers", "Lists the servers' addresses for clients", ServersAsync).Answers<List<string>>();
        routes.Get("/v1/agent/health", "Says whether this agent works", HealthAsync).Answers<AgentHealthModel>();
        routes.Get("/v1/agent/schedulers", "Says what schedules here", SchedulersAsync).Answers<AgentSchedulersResponse>();
        routes.Get("/v1/agent/host", "Says what machine this agent runs on", HostAsync).Answers<AgentHostResponse>();
        routes.Put("/v1/agent/join", "Makes this server join the cluster of others", JoinAsync).Answers<JoinResponse>();
        routes.Put("/v1/agent/force-leave", "Removes a server that is gone for good", ForceLeaveAsync);
    }

    private static async Task JoinAsync(ApiRequest request)
    {
        var addresses = request.Http.Request.Query["address"].Where(a => !string.IsNullOrEmpty(a)).ToList();
        if (addresses.Count == 0)
            throw ApiException.BadRequest("missing address to join");
        foreach (var address in addresses)
            await CommandAsync(request, $"cluster join -a {OneWord(address!)}");
        await request.WriteJsonAsync(new JoinResponse { NumJoined = addresses.Count, Error = "" });
    }

    private static async Task ForceLeaveAsync(ApiRequest request)
    {
        var node = request.Parameter("node");
        var member = request.Region.Members.FirstOrDefault(m => m.Name == node || $"{m.Name}.{request.Region.Name}" == node)
            ?? throw ApiException.BadRequest(node.Length == 0 ? "missing node to force leave" : $"there is no server \"{node}\": there are {string.Join(", ", request.Region.Members.Select(m => m.Name))}");
        await CommandAsync(request, $"cluster down -a {member.ClusterAddress}");
        request.Http.Response.StatusCode = 200;
    }

    private static async Task CommandAsync(ApiRequest request, string line)
    {
        var commands = request.Http.RequestServices.GetService<IClusterCommands>() ?? throw new ApiException(501, "this agent takes no cluster commands");
        try
        {
            await foreach (var _ in commands.ExecuteAsync(line, request.Aborted))
            {
                // What it says is for people at a prompt.
            }
        }
        catch (ArgumentException e)
        {
            throw new ApiException(400, e.Message, e);
        }
    }

    private static string OneWord(string address) => address.Any(char.IsWhiteSpace)
        ? throw ApiException.BadRequest($"an address has no spaces, found \"{address}\"")
        : address;

    private static Task SelfAsync(ApiRequest request)
    {
        var (options, region) = (request.Options, request.Region);
        var me = region.Members.FirstOrDefault(m => m.Name == region.ServerName);
        var leads = me?.IsLeader ?? false;
        var state = region.State;
        var index = state.Index.ToString(CultureInfo.InvariantCulture);
        var client = options.LocalNode?.Invoke() is { } node
            ? new Dictionary<string, IReadOnlyDictionary<string, string>> { ["client"] = new Dictionary<string, string> { ["node_id"] = node.ToString() } }
            : [];
        return request.WriteJsonAsync(new AgentSelf
        {
            Config = new AgentConfigModel
            {
                Region = region.Name,
                Datacenter = options.Datacenter,
                Name = options.Name,
                DataDir = options.DataDir,
                Server = new AgentServerConfigModel(options.ServerEnabled),
                Client = new AgentClientConfigModel(options.ClientEnabled),
                Acl = new EnabledModel(false),
                Ui = new EnabledModel(false),
                Version = new AgentVersionModel(options.Version, "", "", options.Revision),
                AdvertiseAddrs = me is null
                    ? new Dictionary<string, string> { ["HTTP"] = options.HttpAddress }
                    : new Dictionary<string, string> { ["HTTP"] = me.HttpAddress, ["RPC"] = me.RpcAddress, ["Serf"] = me.ClusterAddress },
            },
            Member = me is null ? null : ToModel(request, me),
            Stats = new Dictionary<string, IReadOnlyDictionary<string, string>>(client)
            {
                ["nomad"] = new Dictionary<string, string>
                {
                    ["server"] = options.ServerEnabled ? "true" : "false",
                    ["leader"] = leads ? "true" : "false",
                    ["leader_addr"] = region.Leader?.RpcAddress ?? "",
                    ["known_regions"] = "1",
                },
                ["log"] = new Dictionary<string, string>
                {
                    ["applied_index"] = index,
                    ["term"] = state.Term.ToString(CultureInfo.InvariantCulture),
                    ["state"] = leads ? "Leader" : "Follower",
                    ["num_peers"] = Math.Max(0, region.Members.Count - 1).ToString(CultureInfo.InvariantCulture),
                },
                ["runtime"] = new Dictionary<string, string>
                {
                    ["arch"] = RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant(),
                    ["cpu_count"] = Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture),
                    ["kernel.name"] = OperatingSystem.IsLinux() ? "linux" : OperatingSystem.IsWindows() ? "windows" : "darwin",
                    ["threads"] = ThreadPool.ThreadCount.ToString(CultureInfo.InvariantCulture),
                    ["version"] = RuntimeInformation.FrameworkDescription,
                },
            },
        });
    }

    private static Task MembersAsync(ApiRequest request) => request.WriteJsonAsync(new AgentMembersResponse
    {
        ServerName = request.Region.ServerName,
        ServerRegion = request.Region.Name,
        ServerDc = request.Options.Datacenter,
        Members = [.. request.Region.Members.OrderBy(m => m.Name, StringComparer.Ordinal).Select(m => ToModel(request, m))],
    });

    private static Task ServersAsync(ApiRequest request) =>
        request.WriteJsonAsync(request.Region.Members.Where(m => m.Status == "alive").Select(m => m.RpcAddress).Order(StringComparer.Ordinal).ToList());

    private static Task HealthAsync(ApiRequest request)
    {
        var type = request.Parameter("type");
        if (type is not ("" or "server" or "client"))
            throw ApiException.BadRequest($"type must be server or client, found \"{type}\"");

        HealthModel? server = null, client = null;
        if (request.Options.ServerEnabled && type != "client")
            server = request.Region.Leader is null ? new HealthModel(false, "No cluster leader") : new HealthModel(true, "ok");
        if (request.Options.ClientEnabled && type != "server")
            client = request.Options.ClientHealth?.Invoke() is { } health ? new HealthModel(health.Ok, health.Message) : new HealthModel(true, "ok");
        if (type == "server" && server is null)
            server = new HealthModel(false, "server not enabled");
        if (type == "client" && client is null)
            client = new HealthModel(false, "client not enabled");

        var ok = (server?.Ok ?? true) && (client?.Ok ?? true);
        return request.WriteJsonAsync(new AgentHealthModel { Server = server, Client = client }, status: ok ? 200 : 500);
    }

    private static Task SchedulersAsync(ApiRequest request)
    {
        var leads = request.Region.Leader?.Name == request.Region.ServerName;
        return request.WriteJsonAsync(new AgentSchedulersResponse
        {
            ServerId = request.Region.ServerName,
            // The region has one scheduler, on its leader.
            Schedulers = leads
                ? [new AgentSchedulerModel { Id = request.Region.ServerName, EnabledSchedulers = ["service", "batch", "system", "sysbatch"], Started = "", Status = "Started", WorkloadStatus = "" }]
                : [],
        });
    }

    private static Task HostAsync(ApiRequest request) => request.WriteJsonAsync(new AgentHostResponse
    {
        AgentId = request.Region.ServerName,
        HostData = new HostDataModel
        {
            Os = RuntimeInformation.OSDescription,
            Network =
            [
                .. NetworkInterface.GetAllNetworkInterfaces()
                    .Select(n => new HostNetworkInterface(n.Name, [.. n.GetIPProperties().UnicastAddresses.Select(a => a.Address.ToString())])),
            ],
            // Files and variables of the machine may hold secrets, and there are no access tokens yet: names only.
            ResolvConf = "",
            Hosts = "",
            Environment = Environment.GetEnvironmentVariables().Keys.Cast<string>().Order(StringComparer.Ordinal).ToDictionary(k => k, _ => "<redacted>"),
            Disk = DriveInfo.GetDrives().Where(d => d.IsReady && d.TotalSize > 0).GroupBy(d => d.Name).ToDictionary(
                g => g.Key,
                g => new HostDiskModel(
                    (g.First().TotalSize >> 20).ToString(CultureInfo.InvariantCulture),
                    ((g.First().TotalSize - g.First().TotalFreeSpace) >> 20).ToString(CultureInfo.InvariantCulture))),
        },
    });

    private static AgentMemberModel ToModel(ApiRequest request, ServerMember member)
    {
        var (host, port) = Split(member.ClusterAddress);
        return new AgentMemberModel
        {
            Name = $"{member.Name}.{request.Region.Name}",
            Addr = host,
            Port = port,
            Status = member.Status,
            Tags = new Dictionary<string, string>
            {
                ["role"] = "nomad",
                ["region"] = request.Region.Name,
                ["dc"] = request.Options.Datacenter,
                ["build"] = request.Options.Version,
                ["id"] = member.Name,
                ["rpc_addr"] = Split(member.RpcAddress).Host,
                ["port"] = Split(member.RpcAddress).Port.ToString(CultureInfo.InvariantCulture),
                ["http_addr"] = member.HttpAddress,
                ["raft_vsn"] = "3",
                ["vsn"] = "1",
            },
        };
    }

    private static (string Host, int Port) Split(string address)
    {
        // Akka's addresses have a scheme and a system's name before the host.
        var at = address.LastIndexOf('@');
        var plain = at >= 0 ? address[(at + 1)..] : address;
        var colon = plain.LastIndexOf(':');
        return colon > 0 && int.TryParse(plain.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            ? (plain[..colon], port)
            : (plain, 0);
    }
}
