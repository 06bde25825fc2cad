using System.Text.Json.Nodes;
using Actors.Testing;

namespace Actors.Cli.Tests.Agents;

/// <summary>A dynamic host volume from the first command to the last, on a real agent.</summary>
public sealed class VolumeJourney
{
    private const string Writer = """
        job "writer" {
          group "g" {
            volume "data" {
              type   = "host"
              source = "database"
              sticky = true
            }
            task "write" {
              driver = "raw_exec"
              config {
                command = "/bin/sh"
                args    = ["-c", "echo started >>data/log; sleep 600"]
              }
              volume_mount {
                volume      = "data"
                destination = "/data"
              }
              resources {
                cpu    = 20
                memory = 16
              }
            }
          }
        }
        """;

    [Fact]
    public async Task A_volume_is_created_written_to_kept_over_kill_9_and_deleted()
    {
        using var folder = new TemporaryFolder("pbm-volume-");
        var (volumeFile, jobFile) = (folder.At("volume.hcl"), folder.At("writer.nomad.hcl"));
        await File.WriteAllTextAsync(jobFile, Writer);
        await using var agent = await RunningAgent.StartAsync(folder.At("data"));

        // The job waits for its volume.
        var early = await agent.PbmAsync("run", jobFile);
        Assert.True(early.ExitCode == 2, early.Output);
        Assert.Contains("missing compatible host volumes", early.Output, StringComparison.Ordinal);

        Assert.Equal(0, (await agent.PbmAsync("volume", "init", "-type", "host", volumeFile)).ExitCode);
        var created = await agent.PbmAsync("volume", "create", volumeFile);
        Assert.True(created.ExitCode == 0, created.Output);
        Assert.Contains("Created host volume database with ID", created.Output, StringComparison.Ordinal);
        var id = (await agent.PbmAsync("volume", "status", "-type", "host", "-t", "{{range .}}{{.ID}}{{end}}")).Output.Trim();
        var shown = JsonNode.Parse((await agent.PbmAsync("volume", "status", "-json", "database")).Output)!;
        var path = (string)shown["HostPath"]!;
        Assert.Equal((id, "ready", folder.At($"data/host_volumes/{id}")), ((string)shown["ID"]!, (string)shown["State"]!, path));
        var again = await agent.PbmAsync("volume", "create", volumeFile);
        Assert.Equal(1, again.ExitCode);
        Assert.Contains("1 with a volume \"database\" already", again.Output, StringComparison.Ordinal);

        var log = Path.Combine(path, "log");
        await Eventually.IsSoAsync(async () => File.Exists(log) && (await File.ReadAllTextAsync(log)) == "started\n", "the job that waited writes to its volume");
        var refused = await agent.PbmAsync("volume", "delete", "-type", "host", id[..8]);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("claims it", refused.Output, StringComparison.Ordinal);
        Assert.Contains("writer", (await agent.PbmAsync("volume", "status", id)).Output, StringComparison.Ordinal);

        await agent.Process.KillHardAsync();
        await using var later = await RunningAgent.StartAsync(folder.At("data"), agent.Ports);
        await Eventually.IsSoAsync(async () => (string?)(await later.Api.GetAsync($"/v1/volume/host/{id}"))["State"] == "ready", "the volume is ready again");
        Assert.Equal("started\n", await File.ReadAllTextAsync(log));
        Assert.Equal(0, (await later.PbmAsync("job", "restart", "writer")).ExitCode);
        await Eventually.IsSoAsync(async () => (await File.ReadAllTextAsync(log)) == "started\nstarted\n", "the restarted task writes to the same volume");

        Assert.Equal(0, (await later.PbmAsync("stop", "-purge", "writer")).ExitCode);
        await Eventually.IsSoAsync(async () => (await later.PbmAsync("volume", "delete", id)).ExitCode == 0, "the volume is deleted once its allocation has ended");
        Assert.False(Directory.Exists(path));
        Assert.Contains("No dynamic host volumes", (await later.PbmAsync("volume", "status")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_of_a_node_is_registered_and_left_as_it_is_by_deletion()
    {
        using var folder = new TemporaryFolder("pbm-volume-");
        var directory = Directory.CreateDirectory(folder.At("srv")).FullName;
        await using var agent = await RunningAgent.StartAsync(folder.At("data"));
        var node = (string)(await agent.Api.GetAsync("/v1/nodes"))[0]!["ID"]!;
        var file = folder.At("volume.hcl");

        await File.WriteAllTextAsync(file, $"name = \"there\"\nnode_id = \"{node}\"\nhost_path = \"{directory}/none\"\n");
        var none = await agent.PbmAsync("volume", "register", file);
        Assert.Equal(1, none.ExitCode);
        Assert.Contains("this node has no directory", none.Output, StringComparison.Ordinal);
        Assert.Contains("No dynamic host volumes", (await agent.PbmAsync("volume", "status")).Output, StringComparison.Ordinal);

        await File.WriteAllTextAsync(file, $"name = \"there\"\nnode_id = \"{node}\"\nhost_path = \"{directory}\"\n");
        var registered = await agent.PbmAsync("volume", "register", file);
        Assert.True(registered.ExitCode == 0, registered.Output);
        Assert.Contains("ready", registered.Output, StringComparison.Ordinal);
        Assert.Equal(0, (await agent.PbmAsync("volume", "delete", "there")).ExitCode);
        Assert.True(Directory.Exists(directory));
    }
}
