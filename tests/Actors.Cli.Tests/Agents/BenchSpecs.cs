using System.Text.Json.Nodes;
using Actors.Testing;

namespace Actors.Cli.Tests.Agents;

/// <summary>Simulated clients and many jobs, against a real agent.</summary>
public sealed class BenchSpecs
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task Jobs_run_on_simulated_clients_until_they_are_purged_and_Ctrl_C_ends_the_clients_cleanly()
    {
        using var folder = new TemporaryFolder("pbm-bench-");
        await using var agent = await RunningAgent.StartAsync(folder.At("data"));
        var address = $"http://127.0.0.1:{agent.Ports[0]}";
        await using var fleet = PbmProcess.Start("bench", "clients", "-address", address, "-count", "30", "-json", "-dc", "dc7", "-dc", "dc8", "-racks", "3", "-node-class", "sim", "-meta", "zone=z", "-device", "nvidia/gpu/1080ti:2,memory=11 GiB", "-start-delay", "50ms", "-start-jitter", "100ms");
        await agent.Api.ReadyAsync(nodes: 31, Patience);

        var nodes = (await agent.Api.GetAsync("/v1/nodes")).AsArray().Where(node => (string?)node!["NodeClass"] == "sim").ToList();
        Assert.Equal(30, nodes.Count);
        Assert.Equal(15, nodes.Count(node => (string?)node!["Datacenter"] == "dc8"));
        var one = await agent.Api.GetAsync($"/v1/node/{(string)nodes[0]!["ID"]!}");
        Assert.Matches("^r[123]$", (string?)one["Meta"]!["rack"]);
        Assert.Equal("z", (string?)one["Meta"]!["zone"]);
        var device = Assert.Single(one["NodeResources"]!["Devices"]!.AsArray())!;
        Assert.Equal(("nvidia", "gpu", "1080ti", 2), ((string?)device["Vendor"], (string?)device["Type"], (string?)device["Name"], device["Instances"]!.AsArray().Count));

        var run = await agent.PbmAsync("bench", "jobs", "-jobs", "5", "-count", "20", "-prefix", "b", "-json", "-timeout", "60s");
        Assert.True(run.ExitCode == 0, run.Output);
        var result = JsonNode.Parse(run.Output)!;
        Assert.Equal((5, 100, 100), ((int)result["Submitted"]!, (int)result["Placed"]!, (int)result["Running"]!));
        Assert.Equal(100 * 100, (int)result["AskedMHz"]!);
        Assert.True((double)result["PlacedSeconds"]! <= (double)result["RunningSeconds"]!);
        Assert.Equal(5, (int)result["SubmissionMs"]!["Count"]!);

        var again = await agent.PbmAsync("bench", "jobs", "-jobs", "3", "-count", "4", "-purge", "-timeout", "60s");
        Assert.True(again.ExitCode == 0, again.Output);
        Assert.Contains("all 12 allocations after", again.Output, StringComparison.Ordinal);
        Assert.Equal(5, (await agent.Api.GetAsync("/v1/jobs")).AsArray().Count);

        Assert.Equal(0, await fleet.StopAsync());
        var last = JsonNode.Parse(fleet.Output.Trim().Split('\n')[^1])!;
        Assert.Equal((30, 0), ((int)last["Registered"]!, (int)last["Disconnects"]!));
        Assert.True((int)last["Ended"]! <= 12);
    }

    [Fact]
    public async Task A_file_says_what_the_jobs_are_like()
    {
        using var folder = new TemporaryFolder("pbm-bench-");
        var file = folder.At("short.nomad.hcl");
        await File.WriteAllTextAsync(file, """
            job "short" {
              type = "batch"
              group "g" {
                count = 2
                task "t" {
                  driver = "mock_driver"
                  config {
                    run_for = "10ms"
                  }
                }
              }
            }
            """);
        await using var agent = await RunningAgent.StartAsync(folder.At("data"));
        var run = await agent.PbmAsync("bench", "jobs", "-jobs", "3", "-memory", "16-32", "-prefix", "short", "-timeout", "60s", file);
        Assert.True(run.ExitCode == 0, run.Output);
        Assert.Contains("all 6 allocations after", run.Output, StringComparison.Ordinal);
        Assert.Equal(["short-0", "short-1", "short-2"], (await agent.Api.GetAsync("/v1/jobs")).AsArray().Select(job => (string)job!["ID"]!).Order());
        Assert.InRange((int)(await agent.Api.GetAsync("/v1/job/short-1"))["TaskGroups"]![0]!["Tasks"]![0]!["Resources"]!["MemoryMB"]!, 16, 32);
    }

    [Theory]
    [InlineData("bench clients -count 0", "-count: found 0, expected 1 to 100000")]
    [InlineData("bench clients -meta zone", "flag -meta: found \"zone\", expected key=value")]
    [InlineData("bench clients -device gpu:2", "flag -device: found \"gpu:2\", expected vendor/type/name, :1 to :1000 of them, and attributes, such as nvidia/gpu/1080ti:4,memory=11 GiB")]
    [InlineData("bench clients -device v/gpu/x:0", "flag -device: found \"v/gpu/x:0\", expected vendor/type/name")]
    [InlineData("bench clients -start-delay -1s", "-start-delay: found -1s, expected 0s or more")]
    [InlineData("bench jobs -cpu 200-100", "-cpu: found \"200-100\", expected a number such as 100, or two with a dash such as 50-200")]
    [InlineData("bench jobs -wait ended", "-wait: found \"ended\", expected one of submitted, placed, running")]
    [InlineData("bench jobs -type system", "-type: found \"system\", expected service or batch")]
    public async Task What_a_flag_cannot_be_is_refused_with_what_it_can(string command, string message)
    {
        var run = await PbmRun.InProcessAsync([.. command.Split(' '), "-address", "127.0.0.1:1"]);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clients_that_are_never_welcome_end_with_1_and_the_reason()
    {
        var run = await PbmRun.InProcessAsync(["bench", "clients", "-count", "2", "-servers", "127.0.0.1:1", "-for", "300ms"]);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("no client was welcome at 127.0.0.1:1", run.Error, StringComparison.Ordinal);
    }
}
