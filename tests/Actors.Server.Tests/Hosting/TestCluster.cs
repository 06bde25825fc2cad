using Actors.Server.Hosting;
using Akka.Actor;
using Akka.Cluster;
using Akka.Remote;
using Akka.Remote.Transport;

namespace Actors.Server.Tests.Hosting;

/// <summary>Several servers of one region in this process, with one database, and a network between them that can be cut.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    private readonly string _folder = TestServer.NewFolder();
    private ActorSystem? _cut;

    public List<TestServer> Servers { get; } = [];

    public TestServer Leader => Servers.Single(s => s.Options.Name == Servers[^1].Region.Leader!.Name);

    public static async Task<TestCluster> StartAsync(int count)
    {
        var cluster = new TestCluster();
        for (var i = 1; i <= count; i++)
            await cluster.AddAsync($"server-{i}");

        // All know of all: before that, a cut would find a smaller cluster than the test means.
        using var deadline = new CancellationTokenSource(TestServer.Patience);
        while (cluster.Servers.Any(s => s.Region.Members.Count(m => m.Status == "alive") != count))
            await Task.Delay(20, deadline.Token);
        return cluster;
    }

    public async Task<TestServer> AddAsync(string name)
    {
        var seeds = Servers.Take(1).Select(s => $"127.0.0.1:{AddressOf(s).Port}").ToList();
        var server = await TestServer.StartAsync(
            o => o with
            {
                Name = name,
                Seeds = seeds,
                Storage = new StorageOptions { ConnectionString = $"Data Source={Path.Combine(_folder, "shared.db")}" },
                ActorSystemConfig = "akka.remote.dot-netty.tcp.applied-adapters = [trttl]",
            },
            Path.Combine(_folder, name));
        Servers.Add(server);
        return server;
    }

    /// <summary>Starts a server with a port and seeds that are known before, as agents are configured; it may have to wait for the others.</summary>
    public async Task LaunchAsync(string name, int port, IReadOnlyList<int> seeds, string? hocon = null) => Servers.Add(await TestServer.LaunchAsync(
        o => o with
        {
            Name = name,
            ClusterPort = port,
            Seeds = [.. seeds.Select(p => $"127.0.0.1:{p}")],
            ActorSystemConfig = hocon,
            Storage = new StorageOptions { ConnectionString = $"Data Source={Path.Combine(_folder, "shared.db")}" },
        },
        Path.Combine(_folder, name)));

    /// <summary>Nothing goes between one server and the others, in either direction.</summary>
    public async Task CutAsync(TestServer server)
    {
        _cut = server.Node.Latest!.System;
        await ThrottleAsync(server, Blackhole.Instance);
    }

    /// <summary>Nothing goes between the servers that are there and one that is not started yet; or everything again.</summary>
    public Task BlockAsync(Address server, bool blocked) => Task.WhenAll(Servers.Select(s => Provider(s).Transport.ManagementCommand(
        new SetThrottle(server, ThrottleTransportAdapter.Direction.Both, blocked ? Blackhole.Instance : Unthrottled.Instance))));

    /// <summary>Everything goes through again.</summary>
    public Task HealAsync(TestServer server) => ThrottleAsync(server, Unthrottled.Instance);

    /// <summary>The server's network ends at once, as if its machine were gone.</summary>
    public static Task KillAsync(TestServer server) => Provider(server).Transport.Shutdown();

    public static Address AddressOf(TestServer server) => Cluster.Get(server.Node.Latest!.System).SelfAddress;

    public async ValueTask DisposeAsync()
    {
        foreach (var server in Servers.AsEnumerable().Reverse())
            await server.StopAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task ThrottleAsync(TestServer server, ThrottleMode mode)
    {
        foreach (var other in Servers.Where(s => s != server))
        {
            // One that was removed from the cluster meanwhile has a network of its own again: only the others' must be healed.
            if (server.Node.Latest!.System == _cut && !server.Node.Latest.Ended.IsCancellationRequested)
                await ThrottleAsync(server, other, mode);
            await ThrottleAsync(other, server, mode);
        }
    }

    private static Task ThrottleAsync(TestServer from, TestServer to, ThrottleMode mode) =>
        Provider(from).Transport.ManagementCommand(new SetThrottle(AddressOf(to), ThrottleTransportAdapter.Direction.Both, mode));

    private static IRemoteActorRefProvider Provider(TestServer server) => (IRemoteActorRefProvider)((ExtendedActorSystem)server.Node.Latest!.System).Provider;
}
