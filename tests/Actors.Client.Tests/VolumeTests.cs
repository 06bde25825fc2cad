using Actors.Client.Hosting;
using Actors.Contracts.Allocations;
using Actors.Contracts.Collections;
using Actors.Contracts.Jobs;
using Actors.Contracts.Link;
using Actors.Contracts.Nodes;
using Actors.Contracts.Volumes;
using Xunit;

namespace Actors.Client.Tests;

/// <summary>Host volumes that are asked for while the client runs.</summary>
public sealed class VolumeTests
{
    private static readonly HostVolume Volume = new()
    {
        Id = "0d3a1f2e-6f0c-4a7e-9d0a-3b7d4c1f5e22",
        Name = "database",
        Namespace = "default",
        RequestedCapabilities = [new HostVolumeCapability(VolumeModes.FileSystem, VolumeModes.Writer)],
        Parameters = EquatableMap.Of(("mode", "0750"), ("uid", "12345"), ("gid", "54321")),
    };

    [Fact]
    public async Task A_volume_is_made_shown_kept_over_a_restart_and_removed()
    {
        await using var client = await TestClient.StartAsync();
        await client.ReadyAsync();
        var path = Path.Combine(client.Data, "host_volumes", Volume.Id);

        Assert.Equal((200, ""), await AskAsync(client, StreamMethods.CreateVolume, Volume));
        File.WriteAllText(Path.Combine(path, "kept"), "kept");
        Assert.Equal((200, ""), await AskAsync(client, StreamMethods.CreateVolume, Volume));

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute, File.GetUnixFileMode(path));
        await TestClient.Until(() => Shown(client) == new HostVolumeInfo(path, false) { Id = Volume.Id, Namespace = "default", Capabilities = Volume.RequestedCapabilities }, "the node shows the volume");

        await client.DropAsync();
        client.Server.Registered.Clear();
        await client.StartAgainAsync();
        await TestClient.Until(() => Shown(client)?.Id == Volume.Id, "the node shows the volume again");
        Assert.Equal("kept", File.ReadAllText(Path.Combine(path, "kept")));

        Assert.Equal((200, ""), await AskAsync(client, StreamMethods.DeleteVolume, Volume));
        Assert.Equal((200, ""), await AskAsync(client, StreamMethods.DeleteVolume, Volume));
        Assert.False(Directory.Exists(path));
        await TestClient.Until(() => client.Server.Registered.LastOrDefault() is { HostVolumes.Count: 0 }, "the node shows the volume no more");
    }

    [Fact]
    public async Task What_was_deleted_while_the_node_was_away_is_removed_when_it_is_back_and_no_allocation_uses_it_any_more()
    {
        var directory = Directory.CreateTempSubdirectory("actors-volume-").FullName;
        await using var client = await TestClient.StartAsync(o => o with { CollectInterval = TimeSpan.FromSeconds(1) });
        await client.ReadyAsync();
        var registered = Volume with { Id = "1d3a1f2e-6f0c-4a7e-9d0a-3b7d4c1f5e22", Name = "registered", HostPath = directory };
        await AskAsync(client, StreamMethods.CreateVolume, Volume);
        await AskAsync(client, StreamMethods.RegisterVolume, registered);
        var (allocation, job) = Uses(Volume.Name);
        client.Server.Want(allocation, job);
        await client.Until(allocation.Id, AllocationClientStatus.Running);
        var path = Path.Combine(client.Data, "host_volumes", Volume.Id);
        await client.DropAsync();

        client.Server.DeletedVolumes = [Volume.Id, registered.Id];
        await client.StartAgainAsync();
        await TestClient.Until(() => client.Server.Registered.Last().HostVolumes.Keys.SequenceEqual([Volume.Name]), "the registered directory to be let go of");
        Assert.True(File.Exists(Path.Combine(path, "x")));
        client.Server.Stop(allocation.Id);

        await TestClient.Until(() => !Directory.Exists(path) && client.Server.Registered.Last().HostVolumes.Count == 0, "the volume to go when its allocation has ended");
        Assert.True(Directory.Exists(directory));
        Directory.Delete(directory);
    }

    [Fact]
    public async Task A_directory_that_was_made_for_a_volume_that_nobody_remembers_is_removed_and_one_with_something_in_it_is_not()
    {
        await using var client = await TestClient.StartAsync();
        await client.ReadyAsync();
        await client.DropAsync();
        string[] left = [.. new[] { Volume.Id, "1d3a1f2e-6f0c-4a7e-9d0a-3b7d4c1f5e22", "operators-own" }.Select(name => Path.Combine(client.Data, "host_volumes", name))];
        foreach (var path in left) Directory.CreateDirectory(path);
        File.WriteAllText(Path.Combine(left[1], "x"), "");

        await client.StartAgainAsync();

        Assert.Equal([false, true, true], left.Select(Directory.Exists));
    }

    [Fact]
    public async Task A_registered_directory_is_shown_and_left_as_it_is_when_it_is_let_go()
    {
        var directory = Directory.CreateTempSubdirectory("actors-volume-").FullName;
        await using var client = await TestClient.StartAsync();
        await client.ReadyAsync();
        var there = Volume with { HostPath = directory };

        Assert.Equal((400, $"host_path: this node has no directory \"{directory}/none\""), await AskAsync(client, StreamMethods.RegisterVolume, there with { HostPath = directory + "/none" }));
        Assert.Equal((200, ""), await AskAsync(client, StreamMethods.RegisterVolume, there));
        await TestClient.Until(() => Shown(client)?.Path == directory, "the node shows the directory");
        Assert.Equal((200, ""), await AskAsync(client, StreamMethods.DeleteVolume, there));

        Assert.True(Directory.Exists(directory));
        Directory.Delete(directory);
    }

    [Fact]
    public async Task A_volume_is_not_removed_while_an_allocation_uses_it()
    {
        await using var client = await TestClient.StartAsync();
        await client.ReadyAsync();
        await AskAsync(client, StreamMethods.CreateVolume, Volume with { Name = "database[0]" });
        var (allocation, job) = Uses("database", perAllocation: true);
        client.Server.Want(allocation, job);
        await client.Until(allocation.Id, AllocationClientStatus.Running);

        var (status, error) = await AskAsync(client, StreamMethods.DeleteVolume, Volume with { Name = "database[0]" });
        Assert.Equal(409, status);
        Assert.Contains(allocation.Id.ToString(), error, StringComparison.Ordinal);

        client.Server.Stop(allocation.Id);
        await client.Until(allocation.Id, AllocationClientStatus.Complete);
        Assert.Equal("kept\n", File.ReadAllText(Path.Combine(client.Data, "host_volumes", Volume.Id, "x")));
        Assert.Equal((200, ""), await AskAsync(client, StreamMethods.DeleteVolume, Volume with { Name = "database[0]" }));
    }

    [Theory]
    [InlineData("not-a-uuid", "database", 400, "expected a UUID")]
    [InlineData("../../../../etc/passwd", "database", 400, "expected a UUID")]
    [InlineData("1d3a1f2e-6f0c-4a7e-9d0a-3b7d4c1f5e22", "database", 409, "has a volume \"database\" already")]
    [InlineData("1d3a1f2e-6f0c-4a7e-9d0a-3b7d4c1f5e22", "configured", 409, "by its configuration")]
    public async Task A_volume_that_can_not_be_is_refused(string id, string name, int status, string reason)
    {
        await using var client = await TestClient.StartAsync(o => o with { HostVolumes = new Dictionary<string, HostVolumeOptions> { ["configured"] = new(Path.GetTempPath()) } });
        await client.ReadyAsync();
        await AskAsync(client, StreamMethods.CreateVolume, Volume);

        var answer = await AskAsync(client, StreamMethods.CreateVolume, Volume with { Id = id, Name = name });

        Assert.Equal(status, answer.Status);
        Assert.Contains(reason, answer.Error, StringComparison.Ordinal);
    }

    private static (Allocation Allocation, Job Job) Uses(string volume, bool perAllocation = false)
    {
        var job = Given.Batch(Given.Shell("main", "echo kept >srv/x; sleep 600") with { VolumeMounts = [new VolumeMount { Volume = "data", Destination = "/srv" }] });
        var group = job.TaskGroups[0] with { Volumes = EquatableMap.Of(("data", new VolumeRequest { Type = "host", Source = volume, PerAlloc = perAllocation })) };
        job = job with { TaskGroups = [group] };
        return (Given.Allocation(job), job);
    }

    private static HostVolumeInfo? Shown(TestClient client) => client.Server.Registered.LastOrDefault()?.HostVolumes.GetValueOrDefault(Volume.Name);

    private static async Task<(int Status, string Error)> AskAsync(TestClient client, string method, HostVolume volume)
    {
        var (status, error, _) = await client.Server.AskAsync(method, new VolumeArguments { Volume = volume });
        return (status, error);
    }
}
