using Actors.Server.Hosting;
using Actors.Server.Link;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Actors.Server;

/// <summary>Puts a region's server into a host.</summary>
public static class ServerHosting
{
    /// <summary>The largest frame that a client may send, in bytes: its facts, or a batch of reports.</summary>
    private const int MaxFrameBytes = 4 * 1024 * 1024;

    /// <summary>Adds the server: it starts and stops with the host, and <see cref="IRegion"/>, <see cref="IServerReadiness"/> <see cref="IServerOperations"/> and <see cref="IClusterCommands"/> speak for it.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="options">The server's options.</param>
    public static IServiceCollection AddActorsServer(this IServiceCollection services, ServerOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = MaxFrameBytes;
            grpc.MaxSendMessageSize = null;
        });
        return services
            .AddSingleton(options)
            .AddSingleton<ServerNode>()
            .AddHostedService(p => p.GetRequiredService<ServerNode>())
            .AddSingleton<IRegion, Region>()
            .AddSingleton<IServerReadiness, ServerReadiness>()
            .AddSingleton<IServerOperations, ServerOperations>()
            .AddSingleton<IClusterCommands, ClusterCommands>()
            .Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(60));
    }

    /// <summary>Maps the client link (gRPC): needs an endpoint that speaks HTTP/2.</summary>
    /// <param name="endpoints">The host's endpoints.</param>
    public static IEndpointConventionBuilder MapActorsClientLink(this IEndpointRouteBuilder endpoints) => endpoints.MapGrpcService<ClientLinkService>();
}
