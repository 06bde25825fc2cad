using Actors.Cli.Agent;
using Actors.Testing;

namespace Actors.Cli.Tests.Agents;

public sealed class YoungGenerationSpecs
{
    [Theory]
    [InlineData(64L << 30, "0x8000000")]
    [InlineData(4L << 30, "0x8000000")]
    [InlineData(1L << 30, "0x2000000")]
    public void It_is_128_MB_or_a_thirty_second_of_a_small_machines_memory(long memory, string expected) => Assert.Equal(expected, YoungGeneration.Wanted(memory));

    [Fact]
    public async Task A_server_has_it_whatever_its_environment_and_stays_the_process_that_was_started()
    {
        using var folder = new TemporaryFolder("actors-young-");
        var ports = FreePorts.Take(3);
        await using var server = PbmProcess.Start(
            "agent", "-server", "-data-dir", folder.Path, "-bind", "127.0.0.1", "-node-name", "young",
            "-http-port", $"{ports[0]}", "-rpc-port", $"{ports[1]}", "-cluster-port", $"{ports[2]}");
        using var api = new AgentApi($"127.0.0.1:{ports[0]}");
        await api.ReadyAsync();

        Assert.Contains($"{YoungGeneration.Variable}=0x", await File.ReadAllTextAsync($"/proc/{server.Id}/environ"));
        Assert.Equal(0, await server.StopAsync());
    }
}
