using Actors.Testing;

namespace Actors.Cluster.Tests;

/// <summary>Three servers on one PostgreSQL and two clients, each a process of its own, set up from the files in <c>hocon/</c> as README says.</summary>
public sealed class ThreeServers : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new("actors-cluster-");
    private readonly int[] _http = FreePorts.Take(15);
    private readonly PbmProcess?[] _servers = new PbmProcess?[3];
    private readonly PbmProcess?[] _clients = new PbmProcess?[2];
    private PostgresServer? _postgres;
    private string _database = "";

    /// <summary>The HTTP API of each server.</summary>
    public AgentApi[] Servers { get; private set; } = [];

    /// <summary>What every process wrote, for a failure's message: the servers last, and without the lines that sharding repeats while it looks for its coordinator.</summary>
    public string Output => string.Join("\n", _clients.Select((p, i) => $"===== client {i}\n{p?.Output}")
        .Concat(_servers.Select((p, i) => $"===== server {i}\n{string.Join('\n', (p?.Output ?? "").Split('\n').Where(Tells))}")));

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        _postgres = await PostgresServer.StartAsync();
        _database = await _postgres.CreateDatabaseAsync("region");
        Servers = [.. Enumerable.Range(0, 3).Select(i => new AgentApi($"127.0.0.1:{Port(i, 0)}"))];
        for (var i = 0; i < 3; i++)
            StartServer(i);
        for (var i = 0; i < 2; i++)
            StartClient(i);

        try
        {
            foreach (var server in Servers)
                await server.ReadyAsync(nodes: 2, within: TimeSpan.FromSeconds(120));
        }
        catch (TimeoutException e)
        {
            // xunit does not dispose what could not be initialized.
            var output = Output;
            await DisposeAsync();
            throw new InvalidOperationException($"the cluster did not form: {e.Message}\n{output}", e);
        }
    }

    /// <summary>Which server leads, by number.</summary>
    public async Task<int> LeaderAsync(int askedOf)
    {
        var address = (await Servers[askedOf].GetAsync("/v1/status/leader")).GetValue<string>();
        var members = (await Servers[askedOf].GetAsync("/v1/agent/members"))["Members"]!.AsArray();
        var leader = members.Single(m => address == $"{(string)m!["Addr"]!}:{(string)m["Tags"]!["port"]!}");
        return int.Parse(((string)leader!["Name"]!).Split('.')[0]["server-".Length..], System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Starts (or starts again) a server.</summary>
    public void StartServer(int i) => _servers[i] = PbmProcess.Start(
        [
            "agent", "-config", Hocon("server.hocon"), "-config", Hocon("postgresql.hocon"),
            "-node-name", $"server-{i}", "-data-dir", _folder.At($"server-{i}"), "-bind", "127.0.0.1",
            "-http-port", $"{Port(i, 0)}", "-rpc-port", $"{Port(i, 1)}", "-cluster-port", $"{Port(i, 2)}",
            "-bootstrap-expect", "3", "-join", string.Join(',', Enumerable.Range(0, 3).Select(s => $"127.0.0.1:{Port(s, 2)}")),
        ],
        new Dictionary<string, string> { ["ACTORS_POSTGRESQL"] = _database });

    /// <summary>As <c>kill -9</c>.</summary>
    public Task KillServerAsync(int i) => _servers[i]!.KillHardAsync();

    /// <summary>As a service manager stops it.</summary>
    public Task<int> StopServerAsync(int i) => _servers[i]!.StopAsync();

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        foreach (var api in Servers)
            api.Dispose();
        // Clients first, gracefully: a task outlives its agent's sudden end, and must not outlive the test.
        foreach (var client in _clients)
        {
            if (client is { Running: true })
                await client.StopAsync();
            if (client is not null)
                await client.DisposeAsync();
        }

        foreach (var server in _servers)
        {
            if (server is not null)
                await server.DisposeAsync();
        }

        if (_postgres is not null)
            await _postgres.DisposeAsync();
        _folder.Dispose();
    }

    private void StartClient(int i) => _clients[i] = PbmProcess.Start(
        "agent", "-config", Hocon("client.hocon"), "-node-name", $"client-{i}", "-data-dir", _folder.At($"client-{i}"), "-bind", "127.0.0.1",
        "-http-port", $"{Port(3 + i, 0)}", "-servers", string.Join(',', Enumerable.Range(0, 3).Select(s => $"127.0.0.1:{Port(s, 1)}")));

    private static bool Tells(string line) =>
        !line.Contains("Trying to register to coordinator", StringComparison.Ordinal) && !line.Contains("Requested shard homes", StringComparison.Ordinal)
        && !line.Contains("AssociationError", StringComparison.Ordinal) && !line.Contains("Tried to associate with unreachable", StringComparison.Ordinal);

    private int Port(int agent, int purpose) => _http[agent * 3 + purpose];

    private static string Hocon(string name) => Path.Combine(AppContext.BaseDirectory, "hocon", name);
}
