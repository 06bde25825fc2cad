using System.Text.Json.Nodes;
using Actors.Client.Hosting;
using Actors.Server.Hosting;
using Microsoft.Extensions.Logging;

namespace Actors.Cli.Agent;

/// <summary>Everything an agent is told, from its files and its flags: the later one wins.</summary>
internal sealed record AgentSettings
{
    /// <summary>The agent's name; as a client, its node's.</summary>
    public string Name { get; init; } = Environment.MachineName;

    /// <summary>The region it belongs to.</summary>
    public string Region { get; init; } = "global";

    /// <summary>The datacenter it stands in.</summary>
    public string Datacenter { get; init; } = "dc1";

    /// <summary>Where everything durable lies; null: not said.</summary>
    public string? DataDir { get; init; }

    /// <summary>The address it listens on.</summary>
    public string BindAddress { get; init; } = "0.0.0.0";

    /// <summary>The address under which others reach it; null: worked out from the bind address.</summary>
    public string? AdvertiseAddress { get; init; }

    /// <summary>What is logged at least.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>The HTTP API's port; 0: any free one.</summary>
    public int HttpPort { get; init; } = 4646;

    /// <summary>The client link's port; 0: any free one.</summary>
    public int RpcPort { get; init; } = 4647;

    /// <summary>The port for other servers; 0: any free one.</summary>
    public int ClusterPort { get; init; } = 4648;

    /// <summary>It is for development: server and client in one, a data folder that is thrown away unless one is given.</summary>
    public bool Dev { get; init; }

    /// <summary>It is a server.</summary>
    public bool ServerEnabled { get; init; }

    /// <summary>It is a client.</summary>
    public bool ClientEnabled { get; init; }

    /// <summary>The server's options; data folder, addresses, ports and region are set from the agent's when it starts.</summary>
    public ServerOptions Server { get; init; } = new() { DataDir = "" };

    /// <summary>The client's options; data folder, name, datacenter and addresses are set from the agent's when it starts.</summary>
    public ClientOptions Client { get; init; } = new() { DataDir = "" };

    /// <summary>HOCON for the actor system, from the files' <c>akka</c> sections; null: none.</summary>
    public string? AkkaConfig { get; init; }

    /// <summary>A driver's own options added.</summary>
    public AgentSettings WithDriver(string name, JsonObject options)
    {
        var drivers = new Dictionary<string, JsonObject>(Client.DriverOptions) { [name] = options };
        return this with { Client = Client with { DriverOptions = drivers } };
    }
}
