using Xunit;

namespace Actors.Server.Tests.Hosting;

public sealed class ClusterCommandsSpecs
{
    [Fact]
    public async Task The_grammar_shows_the_cluster_its_actors_and_its_shards()
    {
        await using var server = await TestServer.StartAsync();

        var members = await LinesAsync(server, "cluster show");
        Assert.Contains("server-1", members[0], StringComparison.Ordinal);
        Assert.Contains("up | reachable | leader", members[0], StringComparison.Ordinal);
        Assert.Equal("Count: 1 nodes", members[^1]);
        Assert.Contains(await LinesAsync(server, "actor hierarchy"), l => l.EndsWith("/user/leader/singleton/scheduler", StringComparison.Ordinal));
        Assert.All(await LinesAsync(server, "actor hierarchy -s /user/leader"), l => Assert.StartsWith("/user/leader", l.Trim(), StringComparison.Ordinal));
        Assert.Equal(["evaluations", "jobs", "nodes"], await LinesAsync(server, "cluster-sharding list-regions"));
        Assert.Contains(await LinesAsync(server, "cluster-sharding region-stats"), l => l.StartsWith("jobs:", StringComparison.Ordinal));
        Assert.Contains(await LinesAsync(server, "cluster-sharding list-shards"), l => l == "jobs");
    }

    [Theory]
    [InlineData("cluster shwo", "cluster show")]
    [InlineData("cluster join", "-a <address>")]
    [InlineData("cluster down -a here", "akka.tcp://actors@")]
    [InlineData("cluster down -a akka.tcp://actors@10.9.9.9:4648", "not a member")]
    [InlineData("actor hierarchy -s /nowhere", "/nowhere")]
    public async Task A_wrong_command_is_answered_with_what_was_expected(string command, string expected)
    {
        await using var server = await TestServer.StartAsync();

        var error = await Assert.ThrowsAsync<ArgumentException>(() => LinesAsync(server, command));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    private static async Task<List<string>> LinesAsync(TestServer server, string command)
    {
        var lines = new List<string>();
        await foreach (var line in server.Commands.ExecuteAsync(command, CancellationToken.None))
            lines.Add(line);
        return lines;
    }
}
