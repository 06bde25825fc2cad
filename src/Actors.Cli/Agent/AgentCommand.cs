using System.Text.Json.Nodes;
using Actors.Cli.CommandLine;
using Actors.Cli.Hocon;
using Actors.Drivers.Mock;

namespace Actors.Cli.Agent;

/// <summary><c>pbm agent</c>.</summary>
internal static class AgentCommand
{
    private const int MaxPort = 65535;

    /// <summary>Makes the command.</summary>
    public static Command Make() => new(
        "agent",
        "",
        """
        Runs an agent until Ctrl-C or SIGTERM: a server of a region, a client that runs tasks, or both.
        -dev is both, for trying things out: it listens on this machine only, keeps its data in a
        temporary folder unless -data-dir gives one, and offers mock_driver.
        """,
        [
            Flag.Switch("dev", "Server and client in one, for development."),
            Flag.List("config", "path", "A HOCON file, or a folder of them; may be given several times, the later one wins, and flags win over files."),
            Flag.Switch("server", "Be a server."),
            Flag.Switch("client", "Be a client."),
            Flag.Text("data-dir", "path", "Where everything durable lies."),
            Flag.Text("plugin-dir", "path", "Where the drivers' plugins are. Default plugins in the data folder."),
            Flag.Text("bind", "ip", "The address to listen on. Default 0.0.0.0, with -dev 127.0.0.1."),
            Flag.Text("advertise", "ip", "The address under which others reach this agent, if not the one it listens on."),
            Flag.Number("http-port", "port", "The HTTP API. Default 4646; 0: any free one."),
            Flag.Number("rpc-port", "port", "The link between clients and servers. Default 4647; 0: any free one."),
            Flag.Number("cluster-port", "port", "The link between servers. Default 4648; 0: any free one."),
            Flag.Text("node-name", "name", "This agent's name. Default the host's."),
            Flag.Text("region", "name", "The region it belongs to. Default global."),
            Flag.Text("dc", "name", "The datacenter it stands in. Default dc1."),
            Flag.List("servers", "host:port", "A server's rpc address for the client to connect to; may be given several times, or several with commas."),
            Flag.List("join", "host:port", "Another server's cluster address; may be given several times, or several with commas."),
            Flag.List("seeds", "host:port", "The same as -join."),
            Flag.Number("bootstrap-expect", "count", "How many servers the region will have: a majority of them must be there before one leads. Default 1."),
            Flag.Text("log-level", "level", "trace, debug, info, warn or error. Default info."),
        ],
        0,
        0,
        RunAsync,
        TalksToAgent: false);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        AgentSettings settings;
        try
        {
            settings = Settings(invocation);
        }
        catch (Exception e) when (e is HoconException or ConfigException)
        {
            throw new CommandFailedException(e.Message, 1, e);
        }

        if (settings is { ServerEnabled: true, Dev: false })
            YoungGeneration.Ensure();
        return await AgentHost.RunAsync(settings, invocation.Flags.List("config"), invocation.Cli, invocation.Cancellation).ConfigureAwait(false);
    }

    /// <summary>The settings: defaults, then the files in order, then the flags.</summary>
    /// <exception cref="HoconException">A file isn't HOCON.</exception>
    /// <exception cref="ConfigException">A file says something that can't be.</exception>
    /// <exception cref="UsageException">A flag says something that can't be.</exception>
    public static AgentSettings Settings(Invocation invocation)
    {
        var flags = invocation.Flags;
        var settings = new AgentSettings();
        if (flags.IsOn("dev"))
            settings = (settings with { Dev = true, ServerEnabled = true, ClientEnabled = true, BindAddress = "127.0.0.1" }).WithDriver(MockDriver.DriverName, new JsonObject { ["enabled"] = true });
        settings = ConfigReader.Read(settings, flags.List("config"), invocation.Cli.FullPath, invocation.Cli.Variable);
        settings = settings with
        {
            ServerEnabled = flags.Choice("server") ?? settings.ServerEnabled,
            ClientEnabled = flags.Choice("client") ?? settings.ClientEnabled,
            DataDir = flags.Text("data-dir") ?? settings.DataDir,
            BindAddress = flags.Text("bind") ?? settings.BindAddress,
            AdvertiseAddress = flags.Text("advertise") ?? settings.AdvertiseAddress,
            HttpPort = Port(flags, "http-port") ?? settings.HttpPort,
            RpcPort = Port(flags, "rpc-port") ?? settings.RpcPort,
            ClusterPort = Port(flags, "cluster-port") ?? settings.ClusterPort,
            Name = flags.Text("node-name") ?? settings.Name,
            Region = flags.Text("region") ?? settings.Region,
            Datacenter = flags.Text("dc") ?? settings.Datacenter,
        };
        if (flags.Text("log-level") is { } level)
            settings = settings with { LogLevel = ConfigSchema.LogLevels.TryGetValue(level.ToLowerInvariant(), out var found) ? found : throw new UsageException($"-log-level: found \"{level}\", expected one of {string.Join(", ", ConfigSchema.LogLevels.Keys)}") };
        if (flags.Text("plugin-dir") is { } plugins) settings = settings with { Client = settings.Client with { PluginDir = plugins } };
        if (flags.Number("bootstrap-expect") is { } expect)
            settings = settings with { Server = settings.Server with { BootstrapExpect = expect is >= 1 and <= 9 ? (int)expect : throw new UsageException($"-bootstrap-expect: found {expect}, expected 1 to 9") } };
        if (Addresses(flags, "servers") is { Count: > 0 } servers)
            settings = settings with { Client = settings.Client with { Servers = servers } };
        if ((IReadOnlyList<string>)[.. Addresses(flags, "join"), .. Addresses(flags, "seeds")] is { Count: > 0 } seeds)
            settings = settings with { Server = settings.Server with { Seeds = seeds } };
        return Checked(settings);
    }

    // What no single key can be wrong about, but several together can.
    private static AgentSettings Checked(AgentSettings settings)
    {
        if (!settings.ServerEnabled && !settings.ClientEnabled)
            throw new UsageException("an agent must be a server, a client, or both: say -dev, -server, -client, or a -config that does");
        if (settings.DataDir is null && !settings.Dev)
            throw new UsageException("an agent needs a folder for its data: -data-dir, or data-dir in its configuration (only -dev makes a temporary one)");
        if (settings is { ClientEnabled: true, ServerEnabled: false, Client.Servers.Count: 0 })
            throw new UsageException("a client that is no server too needs servers to connect to: -servers host:4647, or client.servers in its configuration");
        if (settings.Server is { BootstrapExpect: > 1, Storage.Kind: Actors.Server.Hosting.StorageKind.Sqlite })
            throw new UsageException("SQLite is for one server; several servers need server.storage.kind = postgresql");
        if (settings.Server.Storage is { Kind: Actors.Server.Hosting.StorageKind.PostgreSql, ConnectionString: null })
            throw new UsageException("server.storage.kind = postgresql needs server.storage.connection-string");
        if (settings.Client.MinDynamicPort > settings.Client.MaxDynamicPort)
            throw new UsageException($"client.min-dynamic-port {settings.Client.MinDynamicPort} is above client.max-dynamic-port {settings.Client.MaxDynamicPort}");
        foreach (var (name, volume) in settings.Client.HostVolumes)
        {
            if (volume.Path.Length == 0)
                throw new UsageException($"client.host-volumes.{name} needs a path");
        }

        return settings;
    }

    private static int? Port(ParsedFlags flags, string name) => flags.Number(name) switch
    {
        null => null,
        >= 0 and <= MaxPort and var port => (int)port,
        var port => throw new UsageException($"-{name}: found {port}, expected 0 to {MaxPort}"),
    };

    /// <summary>The addresses that a flag lists, each given by itself or several with commas.</summary>
    /// <exception cref="UsageException">One is none.</exception>
    public static IReadOnlyList<string> Addresses(ParsedFlags flags, string name)
    {
        var addresses = flags.List(name).SelectMany(text => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).ToList();
        return addresses.Find(address => !ConfigKey.IsHostAndPort(address)) is { } wrong ? throw new UsageException($"-{name}: found \"{wrong}\", expected host:port") : addresses;
    }
}
