using Actors.Testing;

namespace Actors.Cli.Tests.Agents;

/// <summary>An agent in a process of its own, ready, on free ports.</summary>
internal sealed class RunningAgent : IAsyncDisposable
{
    private RunningAgent(PbmProcess process, IReadOnlyList<int> ports)
    {
        Process = process;
        Ports = ports;
        Api = new AgentApi($"127.0.0.1:{ports[0]}");
    }

    public PbmProcess Process { get; }

    /// <summary>HTTP, rpc, cluster.</summary>
    public IReadOnlyList<int> Ports { get; }

    public AgentApi Api { get; }

    public static async Task<RunningAgent> StartAsync(string dataDir, IReadOnlyList<int>? ports = null, params string[] more)
    {
        ports ??= FreePorts.Take(3);
        var process = PbmProcess.Start([
            "agent", "-dev", "-data-dir", dataDir, "-node-name", "journey",
            "-http-port", $"{ports[0]}", "-rpc-port", $"{ports[1]}", "-cluster-port", $"{ports[2]}", .. more]);
        var agent = new RunningAgent(process, ports);
        try
        {
            await agent.Api.ReadyAsync(nodes: 1, TimeSpan.FromSeconds(90));
            return agent;
        }
        catch (TimeoutException e)
        {
            await agent.DisposeAsync();
            throw new InvalidOperationException($"the agent did not become ready; it wrote:\n{process.Output}", e);
        }
    }

    /// <summary>Runs a command against it.</summary>
    public Task<(int ExitCode, string Output)> PbmAsync(params string[] args) =>
        PbmProcess.RunAsync(args, new Dictionary<string, string> { ["NOMAD_ADDR"] = $"http://127.0.0.1:{Ports[0]}" }, TimeSpan.FromSeconds(120));

    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        await Process.DisposeAsync();
    }
}
