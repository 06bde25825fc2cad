using System.Text.Json.Nodes;
using Actors.Client.Tests;
using Actors.Contracts.Allocations;
using Actors.Contracts.Collections;
using Actors.Contracts.Jobs;
using Xunit;

namespace Actors.Docker.Tests;

/// <summary>An engine that comes, goes and restarts while the client runs.</summary>
public sealed class EngineOutageTests
{
    [Fact]
    public async Task A_node_tells_when_its_engine_vanishes_and_appears()
    {
        await using var engine = await OwnEngine.StartAsync(network: false);
        await using var client = await Start(engine);
        await TestClient.Until(() => client.Server.Registered.LastOrDefault()?.Drivers["docker"].Healthy == true, "a healthy engine");
        Assert.NotEmpty(client.Server.Registered.Last().Attributes["driver.docker.version"]);

        await engine.StopAsync();
        await TestClient.Until(() => client.Server.Registered.Last().Drivers["docker"] is { Healthy: false, Detected: true }, "an unhealthy engine");
        await engine.StartAgainAsync();
        await TestClient.Until(() => client.Server.Registered.Last().Drivers["docker"].Healthy, "a healthy engine again");
    }

    [Fact]
    public async Task A_task_whose_engine_restarts_is_told_about_and_started_again()
    {
        await using var engine = await OwnEngine.StartAsync(network: false);
        using (var docker = new global::Docker.DotNet.DockerClientBuilder().WithEndpoint(new Uri(engine.Endpoint)).Build()) await Images.EnsureBusyboxAsync(docker);
        await using var client = await Start(engine);
        var job = Given.Job(new JobTask
        {
            Name = "main",
            Driver = "docker",
            KillTimeout = TimeSpan.FromSeconds(1),
            Config = EquatableMap.Of(
                ("image", ConfigValue.Of(EngineFixture.Busybox)), ("network_mode", ConfigValue.Of("none")),
                ("command", ConfigValue.Of("sh")), ("args", ConfigValue.Of([ConfigValue.Of("-c"), ConfigValue.Of("trap 'exit 3' TERM; echo up; while :; do sleep 0.1; done")]))),
        }).With(g => g with { RestartPolicy = new RestartPolicy { Attempts = 20, Interval = TimeSpan.FromMinutes(10), Delay = TimeSpan.FromMilliseconds(300), Mode = "fail" } });
        var allocation = Given.Allocation(job);
        client.Server.Want(allocation, job);
        await client.Until(allocation.Id, AllocationClientStatus.Running);

        await engine.StopAsync();
        var told = await TestClient.Until(
            () => client.Server.Latest[allocation.Id].TaskStates["main"].Events.FirstOrDefault(e => e.DisplayMessage.Contains("engine does not answer")), "a word about the engine",
            () => client.Server.Latest[allocation.Id]);
        await engine.StartAgainAsync();

        var again = await TestClient.Until(
            () => client.Server.Latest[allocation.Id] is { ClientStatus: AllocationClientStatus.Running } r && r.TaskStates["main"].Restarts > 0 ? r : null, "a restart",
            () => client.Server.Latest[allocation.Id]);
        Assert.Contains(told.Type, (string[])[TaskEventTypes.Driver, TaskEventTypes.DriverFailure]);
        Assert.False(again.TaskStates["main"].Failed);
    }

    private static Task<TestClient> Start(OwnEngine engine) => TestClient.StartAsync(o => o with
    {
        DriverAllowList = ["docker"],
        DriverOptions = new Dictionary<string, JsonObject> { ["docker"] = new() { ["endpoint"] = engine.Endpoint } },
    });
}
