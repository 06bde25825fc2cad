using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Actors.Testing;

namespace Actors.Cli.Tests.Agents;

/// <summary>A real agent and real commands, each a process of its own.</summary>
public sealed class AgentJourney
{
    private const string Talker = """
        job "talker" {
          group "g" {
            update {
              min_healthy_time = "200ms"
              healthy_deadline = "30s"
            }
            task "say" {
              driver = "raw_exec"
              config {
                command = "/bin/sh"
                args    = ["-c", "n=0; while true; do n=$((n+1)); echo line $n; sleep 0.1; done"]
              }
              resources {
                cpu    = 20
                memory = 16
              }
            }
          }
        }
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task A_job_is_validated_planned_run_shown_and_stopped()
    {
        using var folder = new TemporaryFolder("pbm-journey-");
        var file = folder.At("talker.nomad.hcl");
        await File.WriteAllTextAsync(file, Talker);
        await using var agent = await RunningAgent.StartAsync(folder.At("data"));

        Assert.Equal(0, (await agent.PbmAsync("validate", file)).ExitCode);
        var plan = await agent.PbmAsync("plan", file);
        Assert.Equal(1, plan.ExitCode);
        Assert.Contains("All tasks successfully allocated.", plan.Output, StringComparison.Ordinal);
        Assert.Contains("Job Modify Index: 0", plan.Output, StringComparison.Ordinal);

        var run = await agent.PbmAsync("run", file);
        Assert.True(run.ExitCode == 0, run.Output);
        Assert.Contains("finished with status \"complete\"", run.Output, StringComparison.Ordinal);
        Assert.Contains("successful", run.Output, StringComparison.Ordinal);

        var list = await agent.PbmAsync("status");
        Assert.Matches("talker +service +50 +running", list.Output);
        var one = await agent.PbmAsync("status", "talk");
        Assert.Contains("Latest Deployment", one.Output, StringComparison.Ordinal);
        var allocation = (string)(await agent.Api.AllocationsAsync("talker"))[0]["ID"]!;
        var shown = await agent.PbmAsync("alloc", "status", allocation[..8]);
        Assert.Contains("Task \"say\" is \"running\"", shown.Output, StringComparison.Ordinal);
        Assert.Contains("Started", shown.Output, StringComparison.Ordinal);
        await Eventually.IsSoAsync(async () => (await agent.PbmAsync("alloc", "logs", "-n", "2", allocation)).Output.Contains("line ", StringComparison.Ordinal), "the log arrives", Patience);
        Assert.Contains("alloc/", (await agent.PbmAsync("alloc", "fs", allocation)).Output, StringComparison.Ordinal);
        Assert.Matches("^line .*\n$", (await agent.PbmAsync("alloc", "fs", "-tail", "-n", "1", allocation, "alloc/logs/say.stdout.0")).Output);
        Assert.Matches("say +[0-9.]+ MHz", (await agent.PbmAsync("alloc", "stats", allocation[..8])).Output);

        Assert.Equal(0, (await agent.PbmAsync("plan", file)).ExitCode);
        var stop = await agent.PbmAsync("stop", "talker");
        Assert.True(stop.ExitCode == 0, stop.Output);
        await Eventually.IsSoAsync(async () => (string?)(await agent.Api.GetAsync($"/v1/allocation/{allocation}"))["ClientStatus"] == "complete", "the allocation ends", Patience);
        Assert.Matches("talker +service +50 +dead \\(stopped\\)", (await agent.PbmAsync("status")).Output);
    }

    [Fact]
    public async Task What_finds_no_room_ends_with_2_and_says_why_by_node()
    {
        using var folder = new TemporaryFolder("pbm-journey-");
        var file = folder.At("nowhere.nomad.hcl");
        await File.WriteAllTextAsync(file, Talker.Replace("group \"g\" {", "constraint {\n  attribute = \"${attr.kernel.name}\"\n  value = \"plan9\"\n}\ngroup \"g\" {", StringComparison.Ordinal));
        await using var agent = await RunningAgent.StartAsync(folder.At("data"));
        var run = await agent.PbmAsync("run", file);
        Assert.True(run.ExitCode == 2, run.Output);
        Assert.Contains("Constraint \"${attr.kernel.name} = plan9\": 1 nodes excluded by filter", run.Output, StringComparison.Ordinal);
        Assert.Contains("journey has linux", run.Output, StringComparison.Ordinal);
        Assert.Contains("Placement Failure", (await agent.PbmAsync("status", "talker")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_kill_9_and_a_restart_everything_is_as_it_was_and_the_task_never_noticed()
    {
        using var folder = new TemporaryFolder("pbm-journey-");
        var file = folder.At("talker.nomad.hcl");
        await File.WriteAllTextAsync(file, Talker);
        var agent = await RunningAgent.StartAsync(folder.At("data"));
        string allocation;
        ulong index;
        JsonNode task;
        try
        {
            Assert.Equal(0, (await agent.PbmAsync("run", file)).ExitCode);
            allocation = (string)(await agent.Api.AllocationsAsync("talker"))[0]["ID"]!;
            task = (await agent.Api.GetAsync($"/v1/allocation/{allocation}"))["TaskStates"]!["say"]!;
            index = await IndexAsync(agent);
            await agent.Process.KillHardAsync();
        }
        catch
        {
            await agent.DisposeAsync();
            throw;
        }

        await using var again = await RunningAgent.StartAsync(folder.At("data"), agent.Ports);
        Assert.True(await IndexAsync(again) >= index);
        Assert.Matches("talker +service +50 +running", (await again.PbmAsync("status")).Output);
        await again.Api.RunningAsync("talker", 1, Patience);
        var after = await again.Api.GetAsync($"/v1/allocation/{allocation}");
        Assert.Equal("running", (string?)after["ClientStatus"]);
        Assert.Equal((string?)task["StartedAt"], (string?)after["TaskStates"]!["say"]!["StartedAt"]);
        Assert.Equal(0, (int?)after["TaskStates"]!["say"]!["Restarts"] ?? 0);

        // It is managed again: stopping the job ends the process.
        Assert.Equal(0, (await again.PbmAsync("stop", "-purge", "talker")).ExitCode);
        await Eventually.IsSoAsync(async () => (await again.Api.GetAsync("/v1/allocations")).AsArray().All(entry => (string?)entry!["ClientStatus"] == "complete"), "the task ends", Patience);
        await again.Process.StopAsync();
    }

    [Fact]
    public async Task A_folder_that_another_agent_uses_is_refused_with_its_process()
    {
        using var folder = new TemporaryFolder("pbm-journey-");
        await using var agent = await RunningAgent.StartAsync(folder.At("data"));
        var second = await PbmProcess.RunAsync(["agent", "-dev", "-data-dir", folder.At("data"), "-http-port", "0", "-rpc-port", "0", "-cluster-port", "0"]);
        Assert.Equal(1, second.ExitCode);
        Assert.Contains($"is in use by another agent (process {agent.Process.Id.ToString(CultureInfo.InvariantCulture)})", second.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_named_with_the_flag_for_another_one()
    {
        using var folder = new TemporaryFolder("pbm-journey-");
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var port = ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
        var agent = await PbmProcess.RunAsync(["agent", "-dev", "-data-dir", folder.At("data"), "-http-port", $"{port}", "-rpc-port", "0", "-cluster-port", "0"]);
        Assert.Equal(1, agent.ExitCode);
        Assert.Contains($"port {port} on 127.0.0.1 is taken by another process; -http-port names another one", agent.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_key_stops_the_start_with_its_place_and_the_right_one()
    {
        using var folder = new TemporaryFolder("pbm-journey-");
        await File.WriteAllTextAsync(folder.At("agent.hocon"), "actors {\n  datacentre = x\n}\n");
        var agent = await PbmProcess.RunAsync(["agent", "-dev", "-config", folder.At("agent.hocon")]);
        Assert.Equal(1, agent.ExitCode);
        Assert.Contains("agent.hocon:2: unknown key \"actors.datacentre\"; did you mean \"actors.datacenter\"?", agent.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_files_for_development_start_an_agent_that_stops_when_asked()
    {
        using var folder = new TemporaryFolder("pbm-journey-");
        var ports = FreePorts.Take(3);
        var config = Path.Combine(AppContext.BaseDirectory, "hocon", "dev.hocon");
        await using var agent = await RunningAgent.StartAsync(folder.At("data"), ports, "-config", config);
        Assert.Contains("==> Loaded configuration from " + config, agent.Process.Output, StringComparison.Ordinal);
        Assert.Contains($"HTTP: 127.0.0.1:{ports[0]}", agent.Process.Output, StringComparison.Ordinal);
        var cluster = await PbmProcess.RunAsync([$"127.0.0.1:{ports[0]}", "cluster", "show"]);
        Assert.Equal(0, cluster.ExitCode);
        Assert.Contains("up", cluster.Output, StringComparison.Ordinal);
        var watch = Stopwatch.StartNew();
        Assert.Equal(0, await agent.Process.StopAsync());
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), $"it took {watch.Elapsed}");
        Assert.Contains("==> Actors agent stopped", agent.Process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_quickstart_ends_with_a_healthy_job_and_leaves_nothing()
    {
        using var folder = new TemporaryFolder("pbm-journey-");
        var run = await PbmProcess.RunAsync(["quickstart", "-exit", "-driver", "raw_exec"], new Dictionary<string, string> { ["TMPDIR"] = folder.Path }, TimeSpan.FromSeconds(120));
        Assert.True(run.ExitCode == 0, run.Output);
        Assert.Contains("Job \"hello\" is healthy", run.Output, StringComparison.Ordinal);
        Assert.Contains("pbm alloc logs", run.Output, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path, "actors-dev-*"));
    }

    private static async Task<ulong> IndexAsync(RunningAgent agent)
    {
        using var response = await agent.Api.Http.GetAsync(new Uri("/v1/jobs", UriKind.Relative));
        return ulong.Parse(response.Headers.GetValues("X-Nomad-Index").First(), CultureInfo.InvariantCulture);
    }
}
