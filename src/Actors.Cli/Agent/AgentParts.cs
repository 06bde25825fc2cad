using Actors.Api.Hosting;
using Actors.Cli.Commands;
using Actors.Client.Hosting;
using Actors.Drivers.Config;
using Actors.Server.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Actors.Cli.Agent;

/// <summary>The options of an agent's parts, from the agent's settings.</summary>
internal static class AgentParts
{
    /// <summary>The server's.</summary>
    public static ServerOptions Server(AgentSettings settings, string advertised) => settings.Server with
    {
        Region = settings.Region,
        Name = settings.Name,
        DataDir = settings.DataDir!,
        BindAddress = settings.BindAddress,
        AdvertiseAddress = advertised,
        HttpPort = settings.HttpPort,
        RpcPort = settings.RpcPort,
        ClusterPort = settings.ClusterPort,

        // Akka's last words would go past the log.
        ActorSystemConfig = $"akka.stdout-loglevel = OFF\n{settings.AkkaConfig}",
    };

    /// <summary>The client's.</summary>
    /// <param name="settings">The agent's settings.</param>
    /// <param name="advertised">The host under which others reach it.</param>
    /// <param name="isTemporary">Its data folder is thrown away at the end, so nothing could find its tasks again.</param>
    public static ClientOptions Client(AgentSettings settings, string advertised, bool isTemporary) => settings.Client with
    {
        NodeName = settings.Name,
        Datacenter = settings.Datacenter,
        DataDir = settings.DataDir!,
        Servers = settings.ServerEnabled ? [$"{LocalHost(settings)}:{settings.RpcPort}", .. settings.Client.Servers] : settings.Client.Servers,
        HttpAddress = $"{advertised}:{settings.HttpPort}",
        StopTasksOnShutdown = settings.Client.StopTasksOnShutdown || isTemporary,
    };

    /// <summary>The API's.</summary>
    /// <param name="settings">The agent's settings.</param>
    /// <param name="advertised">The host under which others reach it.</param>
    /// <param name="services">The host's services, which are there only once it is built.</param>
    public static ApiOptions Api(AgentSettings settings, string advertised, Func<IServiceProvider?> services)
    {
        var version = VersionCommand.Current.Split('+', 2);
        ClientStatus? Status() => settings.ClientEnabled ? services()?.GetRequiredService<ClientStatus>() : null;
        return new ApiOptions
        {
            Name = settings.Name,
            Region = settings.Region,
            Datacenter = settings.Datacenter,
            Version = version[0],
            Revision = version.Length > 1 ? version[1] : "",
            HttpAddress = $"{advertised}:{settings.HttpPort}",
            DataDir = settings.DataDir!,
            ServerEnabled = settings.ServerEnabled,
            ClientEnabled = settings.ClientEnabled,
            LocalNode = () => Status()?.NodeId?.Value,
            ClientHealth = settings.ClientEnabled ? () => Health(Status()) : null,
            ForwardTo = settings.ServerEnabled ? null : () => [.. (Status()?.Servers ?? settings.Client.Servers).Select(server => new Uri($"http://{server}"))],
            ForwardWithHttp2 = !settings.ServerEnabled,
            DriverConfig = (driver, schema, config) => [.. DriverConfigs.Check(driver, schema, config).Select(p => new DriverConfigFinding(p.Place, p.Message, p.IsWarning))],
        };
    }

    private static ComponentHealth Health(ClientStatus? status) => status switch
    {
        { IsConnected: true } => new ComponentHealth(true, "ok"),
        { LastHeartbeat: { } last } => new ComponentHealth(false, $"not connected to any server since {last:O}"),
        _ => new ComponentHealth(false, "not connected to any server yet"),
    };

    private static string LocalHost(AgentSettings settings) => settings.BindAddress is "0.0.0.0" or "::" ? "127.0.0.1" : settings.BindAddress;
}
