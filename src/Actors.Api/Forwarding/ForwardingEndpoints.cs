using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Actors.Api.Hosting;
using Actors.Api.Models;
using Actors.Api.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Actors.Api.Forwarding;

/// <summary>The routes of an agent that is no server: what is about the agent itself is answered here, all else by a server.</summary>
internal static class ForwardingEndpoints
{
    public static void Map(IEndpointRouteBuilder endpoints, ApiOptions options)
    {
        var forwarding = endpoints.ServiceProvider.GetRequiredService<ForwardingApi>();
        endpoints.MapMethods("/v1/agent/health", ["GET"], context => HealthAsync(context, options));
        endpoints.MapMethods("/v1/agent/self", ["GET"], context => WriteAsync(context, Self(options), 200));
        var prometheus = endpoints.CreateApplicationBuilder().UseOpenTelemetryPrometheusScrapingEndpoint(_ => true).Build();
        var time = endpoints.ServiceProvider.GetRequiredService<TimeProvider>();
        var metrics = endpoints.ServiceProvider.GetRequiredService<NomadMetrics>();
        endpoints.MapMethods("/v1/metrics", ["GET"], context => context.Request.Query["format"] == "prometheus" ? prometheus(context) : WriteAsync(context, metrics.Collect(time.GetUtcNow()), 200));
        var sockets = endpoints.CreateApplicationBuilder().UseWebSockets();
        sockets.Run(context => context.WebSockets.IsWebSocketRequest ? new SocketForwarding(options).ForwardAsync(context) : forwarding.ForwardAsync(context));
        endpoints.Map("/v1/{**rest}", sockets.Build());
    }

    private static Task HealthAsync(HttpContext context, ApiOptions options)
    {
        var type = context.Request.Query["type"].ToString();
        var client = options.ClientHealth?.Invoke() is { } health ? new HealthModel(health.Ok, health.Message) : new HealthModel(false, "client not enabled");
        var server = type == "server" ? new HealthModel(false, "server not enabled") : null;
        var answer = new AgentHealthModel { Client = type == "server" ? null : client, Server = server };
        return WriteAsync(context, answer, (answer.Client?.Ok ?? true) && (server?.Ok ?? true) ? 200 : 500);
    }

    private static AgentSelf Self(ApiOptions options) => new()
    {
        Config = new AgentConfigModel
        {
            Region = options.Region,
            Datacenter = options.Datacenter,
            Name = options.Name,
            DataDir = options.DataDir,
            Server = new AgentServerConfigModel(false),
            Client = new AgentClientConfigModel(options.ClientEnabled),
            Acl = new EnabledModel(false),
            Ui = new EnabledModel(false),
            Version = new AgentVersionModel(options.Version, "", "", options.Revision),
            AdvertiseAddrs = new Dictionary<string, string> { ["HTTP"] = options.HttpAddress },
        },
        Member = null,
        Stats = new Dictionary<string, IReadOnlyDictionary<string, string>>
        {
            ["client"] = new Dictionary<string, string>
            {
                ["node_id"] = options.LocalNode?.Invoke()?.ToString("D") ?? "",
                ["known_servers"] = string.Join(",", (options.ForwardTo?.Invoke() ?? []).Select(s => s.Authority)),
            },
        },
    };

    private static async Task WriteAsync<T>(HttpContext context, T value, int status)
    {
        var type = (JsonTypeInfo<T>)(context.Request.Query.ContainsKey("pretty") ? ApiJson.Indented : ApiJson.Compact).GetTypeInfo(typeof(T))!;
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await JsonSerializer.SerializeAsync(context.Response.Body, value, type, context.RequestAborted);
    }
}
