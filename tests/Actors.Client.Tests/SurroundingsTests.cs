using Actors.Client.Allocations;
using Actors.Client.Hosting;
using Actors.Client.Machine;
using Actors.Contracts;
using Actors.Contracts.Allocations;
using Actors.Contracts.Collections;
using Actors.Contracts.Jobs;
using Actors.Contracts.Link;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Actors.Client.Tests;

/// <summary>What surrounds a task on its machine: secrets, disk, the data of its predecessor, logs after its end.</summary>
public sealed class SurroundingsTests
{
    private const string Forever = "trap 'exit 0' TERM; while :; do sleep 0.02; done";

    [Fact]
    public async Task Secrets_lie_in_memory_survive_the_agent_and_are_gone_when_the_allocation_has_ended()
    {
        await using var client = await TestClient.StartAsync();
        var allocation = Want(client, Given.Job(Given.Shell("main", "echo hidden >$NOMAD_SECRETS_DIR/x; " + Forever)));
        var secrets = Path.Combine(DirectoryOf(client, allocation), "main", "secrets");
        await TestClient.Until(() => File.Exists(Path.Combine(secrets, "x")) && File.ReadAllText(Path.Combine(secrets, "x")) == "hidden\n", "the secret");
        Assert.True(Mounts.IsMounted(secrets));
        Assert.Equal("tmpfs", new DriveInfo(secrets).DriveFormat);

        await client.DropAsync();
        await client.StartAgainAsync();
        await client.ReadyAsync();
        Assert.Equal("hidden\n", File.ReadAllText(Path.Combine(secrets, "x")));
        Assert.Single(Mounts.Beneath(secrets));

        client.Server.Stop(allocation.Id);
        await client.Until(allocation.Id, AllocationClientStatus.Complete);
        await TestClient.Until(() => Mounts.Beneath(DirectoryOf(client, allocation)).Count == 0, "the mount to go");
        Assert.Empty(Directory.GetFiles(secrets));
    }

    [Fact]
    public async Task Where_the_agent_may_not_mount_secrets_are_closed_to_other_users()
    {
        await using var client = await TestClient.StartAsync(o => o with { SecretsInMemory = false });
        var allocation = Want(client, Given.Batch(Given.Shell("main", "stat -c %a $NOMAD_SECRETS_DIR")));

        await client.Until(allocation.Id, AllocationClientStatus.Complete);

        Assert.Equal("700\n", client.LogOf(allocation.Id, "main"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.Combine(DirectoryOf(client, allocation), "main", "private")));
    }

    [Theory]
    [InlineData("main/secrets/x")]
    [InlineData("main/private/x")]
    public async Task Secrets_and_private_files_are_not_shown(string path)
    {
        await using var client = await TestClient.StartAsync();
        var allocation = Want(client, Given.Job(Given.Shell("main", Forever)));
        await client.Until(allocation.Id, AllocationClientStatus.Running);
        File.WriteAllText(Path.Combine(DirectoryOf(client, allocation), path), "hidden");

        var (status, error, data) = await client.Server.AskAsync(StreamMethods.Cat, new FileArguments { AllocationId = allocation.Id, Path = path });

        Assert.Equal((403, 0), (status, data.Length));
        Assert.Contains("is not allowed", error);
    }

    [Fact]
    public async Task A_sticky_disk_goes_from_an_allocation_to_its_replacement_when_the_first_has_ended()
    {
        await using var client = await TestClient.StartAsync();
        var job = Given.Job(Given.Shell("main", "trap 'echo last >>$NOMAD_ALLOC_DIR/data/x; exit 0' TERM; echo first >$NOMAD_ALLOC_DIR/data/x; echo own >local/y; while :; do sleep 0.02; done"))
            .With(g => g with { EphemeralDisk = new EphemeralDisk { Sticky = true } });
        var first = Want(client, job);
        await TestClient.Until(() => File.Exists(Path.Combine(DirectoryOf(client, first), "main/local/y")), "the first to write");

        var next = Given.Job(Given.Shell("main", "cat $NOMAD_ALLOC_DIR/data/x local/y; " + Forever)).With(g => g with { EphemeralDisk = new EphemeralDisk { Sticky = true } }) with { Version = 1 };
        var second = Given.Allocation(next) with { PreviousAllocation = first.Id };
        client.Server.Want(second, next);
        client.Server.Stop(first.Id);

        await TestClient.Until(() => client.LogOf(second.Id, "main") == "first\nlast\nown\n", "the second to see the data");
    }

    [Fact]
    public async Task A_disk_that_migrates_comes_from_another_machine_with_modes_and_links_when_the_first_allocation_has_ended()
    {
        await using var old = await TestClient.StartAsync();
        await using var relay = await Relay.StartAsync(old);
        await using var client = await TestClient.StartAsync(o => o with { HttpAddress = relay.Address });
        var disk = new EphemeralDisk { Migrate = true };
        var job = Given.Job(Given.Shell("main", "trap 'echo last >>$NOMAD_ALLOC_DIR/data/x; exit 0' TERM; mkdir $NOMAD_ALLOC_DIR/data/d; ln -s /etc/passwd $NOMAD_ALLOC_DIR/data/d/l; mkfifo $NOMAD_ALLOC_DIR/data/p; head -c 3000000 /dev/zero >$NOMAD_ALLOC_DIR/data/.big; echo first >$NOMAD_ALLOC_DIR/data/x; echo own >local/y; chmod 750 local/y; while :; do sleep 0.02; done"))
            .With(g => g with { EphemeralDisk = disk });
        var first = Want(old, job);
        await TestClient.Until(() => File.Exists(Path.Combine(DirectoryOf(old, first), "main/local/y")), "the first to write");

        var next = Given.Job(Given.Shell("main", "cd $NOMAD_ALLOC_DIR/data; cat x $NOMAD_TASK_DIR/y; stat -c %a $NOMAD_TASK_DIR/y; readlink d/l; stat -c %s .big; ls; " + Forever)).With(g => g with { EphemeralDisk = disk });
        var second = Given.Allocation(next) with { PreviousAllocation = first.Id };
        client.Server.Want(second, next);
        await TestClient.Until(() => relay.Refused > 0, "the second to ask too early");
        old.Server.Stop(first.Id);

        await TestClient.Until(() => client.LogOf(second.Id, "main") == "first\nlast\nown\n750\n/etc/passwd\n3000000\nd\nx\n" ? "" : null, "the second to see the data", () => client.LogOf(second.Id, "main"));
    }

    [Fact]
    public async Task Data_that_can_not_be_had_any_more_is_left_behind_and_the_story_says_so()
    {
        await using var old = await TestClient.StartAsync();
        await using var relay = await Relay.StartAsync(old);
        await using var client = await TestClient.StartAsync(o => o with { HttpAddress = relay.Address });
        var job = Given.Job(Given.Shell("main", Forever)).With(g => g with { EphemeralDisk = new EphemeralDisk { Migrate = true } });
        var allocation = Given.Allocation(job) with { PreviousAllocation = AllocationId.From(Guid.NewGuid()) };
        client.Server.Want(allocation, job);

        var report = await client.Until(allocation.Id, AllocationClientStatus.Running);

        Assert.Contains(report.TaskStates["main"].Events, e => e.DisplayMessage.Contains("could not be migrated, and is left behind: this client has no allocation"));
    }

    [Fact]
    public async Task A_host_volume_is_found_where_the_task_wants_it_and_outlives_the_allocation()
    {
        var volume = Directory.CreateTempSubdirectory("actors-volume-").FullName;
        await using var client = await TestClient.StartAsync(o => o with { HostVolumes = new Dictionary<string, HostVolumeOptions> { ["shared"] = new(volume) } });
        var allocation = Want(client, WithVolume(Given.Batch(Given.Shell("main", "echo kept >srv/data/x")), readOnly: false, "/srv/${NOMAD_META_WHERE}"));

        await client.Until(allocation.Id, AllocationClientStatus.Complete);
        client.Server.Forget(allocation.Id, tell: true);
        await TestClient.Until(() => client.Status.Allocations == 0, "the allocation to go");

        Assert.False(Directory.Exists(DirectoryOf(client, allocation)));
        Assert.Equal("kept\n", File.ReadAllText(Path.Combine(volume, "x")));
        Directory.Delete(volume, recursive: true);
    }

    [Theory]
    [InlineData(true, "/srv/data", "can't keep a task from writing to it")]
    [InlineData(false, "../../srv", "leaves the allocation's directory")]
    public async Task A_volume_that_can_not_be_given_as_the_job_wants_it_fails_the_task(bool readOnly, string destination, string reason)
    {
        await using var client = await TestClient.StartAsync(o => o with { HostVolumes = new Dictionary<string, HostVolumeOptions> { ["shared"] = new(Path.GetTempPath()) } });
        var allocation = Want(client, WithVolume(Given.Batch(Given.Shell("main", "true")), readOnly, destination));

        var failed = await client.Until(allocation.Id, AllocationClientStatus.Failed);

        Assert.Contains(failed.TaskStates["main"].Events, e => e.DisplayMessage.Contains(reason));
    }

    [Fact]
    public async Task What_is_mounted_in_an_allocation_is_let_go_of_and_not_removed_with_it()
    {
        var volume = Directory.CreateTempSubdirectory("actors-volume-").FullName;
        File.WriteAllText(Path.Combine(volume, "x"), "kept");
        await using var client = await TestClient.StartAsync();
        var allocation = Want(client, Given.Batch(Given.Shell("main", "true")));
        await client.Until(allocation.Id, AllocationClientStatus.Complete);
        var mount = Directory.CreateDirectory(Path.Combine(DirectoryOf(client, allocation), "main", "with space")).FullName;
        using (var bind = System.Diagnostics.Process.Start("mount", ["--bind", volume, mount])) await bind.WaitForExitAsync();
        Assert.True(Mounts.IsMounted(mount));

        client.Server.Forget(allocation.Id, tell: true);
        await TestClient.Until(() => client.Status.Allocations == 0, "the allocation to go");

        Assert.False(Mounts.IsMounted(mount));
        Assert.Equal("kept", File.ReadAllText(Path.Combine(volume, "x")));
        Directory.Delete(volume, recursive: true);
    }

    [Fact]
    public async Task A_services_checks_may_use_what_is_only_known_at_run_time()
    {
        await using var client = await TestClient.StartAsync();
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var port = ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
        var check = new ServiceCheck { Type = "tcp", PortLabel = "${NOMAD_META_LABEL}", Interval = TimeSpan.FromMilliseconds(100), Timeout = TimeSpan.FromSeconds(1) };
        var job = Given.Job(Given.Shell("main", Forever)).With(g => g with
        {
            Meta = EquatableMap.Of(("label", "db")),
            Services = new[] { new Service { Name = "db", Provider = "nomad", PortLabel = "db", Checks = new[] { check }.ToEquatableList() } }.ToEquatableList(),
            Update = new UpdateStrategy { MinHealthyTime = TimeSpan.FromMilliseconds(100), HealthyDeadline = TimeSpan.FromSeconds(60) },
        });
        var allocation = Given.Allocation(job, new AllocatedPort("db", port, 0, "127.0.0.1")) with { DeploymentId = DeploymentId.From(Guid.NewGuid()) };
        client.Server.Want(allocation, job);

        await TestClient.Until(() => listener.Pending(), "the check to connect");
        var report = await TestClient.Until(() => client.Server.Latest.GetValueOrDefault(allocation.Id) is { Health: not null } r ? r : null, "health");
        Assert.True(report.Health!.Healthy);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_task_that_fills_more_disk_than_its_group_asked_for_is_told_or_stopped(bool stops)
    {
        await using var client = await TestClient.StartAsync(o => o with { DiskInterval = TimeSpan.FromMilliseconds(100), StopWhenDiskExceeded = stops });
        var job = Given.Job(Given.Shell("main", "head -c 3000000 /dev/zero >local/big; " + Forever));
        var allocation = Given.Allocation(job);
        allocation = allocation with { Resources = allocation.Resources with { DiskMb = 2 } };
        client.Server.Want(allocation, job);

        var report = await TestClient.Until(
            () => client.Server.Latest.GetValueOrDefault(allocation.Id) is { } r && r.TaskStates["main"].Events.Any(e => e.Type == TaskEventTypes.DiskExceeded) ? r : null, "the event");
        Assert.Contains(report.TaskStates["main"].Events, e => e.DisplayMessage.Contains("more than the 2 MiB of its ephemeral_disk"));
        if (stops) await client.Until(allocation.Id, AllocationClientStatus.Failed);
        else Assert.Equal(AllocationClientStatus.Running, client.Server.Latest[allocation.Id].ClientStatus);
    }

    [Fact]
    public async Task A_task_that_floods_its_log_gets_no_more_disk_than_a_turn_of_it_and_holds_up_nobody()
    {
        await using var client = await TestClient.StartAsync();
        var flood = Given.Shell("main", "exec yes flooding the log as fast as the disk takes it") with { LogConfig = new LogConfig { MaxFiles = 2, MaxFileSizeMb = 1 } };
        var allocation = Want(client, Given.Job(flood));
        var spool = Path.Combine(DirectoryOf(client, allocation), ".control", "main", "stdout");
        await TestClient.Until(() => File.Exists(spool) && new FileInfo(spool).Length > 2L << 30, "2 GiB of output");

        Assert.InRange(await AllocatedAsync(spool), 0, 1L << 30);
        Assert.InRange(Directory.GetFiles(Path.Combine(DirectoryOf(client, allocation), "alloc", "logs"), "main.stdout.*").Sum(f => new FileInfo(f).Length), 1, 3 << 20);
        var other = Want(client, Given.Batch(Given.Shell("main", "true")));
        await client.Until(other.Id, AllocationClientStatus.Complete);
        var (status, _, data) = await client.Server.AskAsync(StreamMethods.Logs, new LogsArguments { AllocationId = allocation.Id, Task = "main", Origin = "end", Offset = 100, Plain = true });
        Assert.Equal(200, status);
        Assert.Contains("flooding the log", System.Text.Encoding.UTF8.GetString(data), StringComparison.Ordinal);

        client.Server.Stop(allocation.Id);
        await client.Until(allocation.Id, AllocationClientStatus.Complete);

        // What lies on the disk: the holes are not there.
        static async Task<long> AllocatedAsync(string file)
        {
            using var stat = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("stat", ["-c", "%b", file]) { RedirectStandardOutput = true })!;
            return 512 * long.Parse(await stat.StandardOutput.ReadToEndAsync(), System.Globalization.CultureInfo.InvariantCulture);
        }
    }

    [Fact]
    public async Task A_full_allocation_disk_fails_what_begins_with_the_reason_and_what_begins_when_there_is_room_again_runs()
    {
        await using var client = await TestClient.StartAsync();
        await client.ReadyAsync();
        var disk = Directory.CreateDirectory(Path.Combine(client.Data, "alloc")).FullName;
        Assert.True(Mounts.TryMountMemory(disk, 1));
        try
        {
            var ballast = Path.Combine(disk, "ballast");
            Fill(ballast);
            var refused = Want(client, Given.Batch(Given.Shell("main", "true")));
            var failed = await client.Until(refused.Id, AllocationClientStatus.Failed);
            Assert.Contains(failed.TaskStates["main"].Events, e => e.DisplayMessage.Contains("No space left on device", StringComparison.OrdinalIgnoreCase));

            File.Delete(ballast);
            var runs = Want(client, Given.Batch(Given.Shell("main", "true")));
            await client.Until(runs.Id, AllocationClientStatus.Complete);
            client.Server.Forget(refused.Id, tell: true);
            client.Server.Forget(runs.Id, tell: true);
            await TestClient.Until(() => client.Status.Allocations == 0, "both to go");
        }
        finally
        {
            Mounts.Unmount(disk);
        }
    }

    [Fact]
    public async Task Logs_can_be_read_after_the_allocation_is_collected()
    {
        await using var client = await TestClient.StartAsync();
        var allocation = Want(client, Given.Batch(Given.Shell("main", "echo out; echo err >&2")));
        await client.Until(allocation.Id, AllocationClientStatus.Complete);
        await client.Server.AskAsync(StreamMethods.CollectAll, new AllocationArguments { AllocationId = allocation.Id });
        await TestClient.Until(() => client.Status.Allocations == 0, "the allocation to go");
        Assert.False(Directory.Exists(DirectoryOf(client, allocation)));

        var (status, error, data) = await client.Server.AskAsync(StreamMethods.Logs, new LogsArguments { AllocationId = allocation.Id, Task = "main", Type = "stderr", Plain = true, Follow = true });
        var (wrong, named, _) = await client.Server.AskAsync(StreamMethods.Logs, new LogsArguments { AllocationId = allocation.Id, Task = "other" });

        var (_, _, tasks) = await client.Server.AskAsync(StreamMethods.KeptLogs, new AllocationArguments { AllocationId = allocation.Id });
        Assert.True((status, System.Text.Encoding.UTF8.GetString(data)) == (200, "err\n"), error);
        Assert.Equal("[\"main\"]", System.Text.Encoding.UTF8.GetString(tasks));
        Assert.Equal(404, wrong);
        Assert.Contains("its tasks are main", named);
    }

    [Fact]
    public void Kept_logs_go_when_they_are_too_old_and_the_oldest_when_they_are_too_large()
    {
        var root = Directory.CreateTempSubdirectory("actors-logs-").FullName;
        var time = new ManualTime();
        var logs = new KeptLogs(Path.Combine(root, "logs"), TimeSpan.FromHours(2), 2500, time);
        var ids = Enumerable.Range(0, 4).Select(_ => AllocationId.From(Guid.NewGuid())).ToArray();

        foreach (var id in ids[..3])
        {
            logs.Keep(id, Written(root, 1000));
            time.Now += TimeSpan.FromMinutes(30);
        }

        Assert.Equal([false, true, true], ids[..3].Select(id => logs.Find(id) is not null));
        time.Now += TimeSpan.FromMinutes(75);
        logs.Prune();
        Assert.Equal([false, false, true], ids[..3].Select(id => logs.Find(id) is not null));
        logs.Keep(ids[3], Written(root, 5000));
        Assert.All(ids, id => Assert.Null(logs.Find(id)));
        Directory.Delete(root, recursive: true);
    }

    private static Job WithVolume(Job job, bool readOnly, string destination) => job.With(g => g with
    {
        Volumes = EquatableMap.Of(("v", new VolumeRequest { Name = "v", Type = "host", Source = "shared", ReadOnly = readOnly })),
        Tasks = g.Tasks.Map(t => t with { Meta = EquatableMap.Of(("where", "data")), VolumeMounts = new[] { new VolumeMount { Volume = "v", Destination = destination } }.ToEquatableList() }),
    });

    private static string Written(string root, int bytes)
    {
        var logs = Directory.CreateDirectory(Path.Combine(root, Guid.NewGuid().ToString())).FullName;
        File.WriteAllBytes(Path.Combine(logs, "main.stdout.0"), new byte[bytes]);
        return logs;
    }

    private static void Fill(string path)
    {
        using var file = File.Create(path);
        try
        {
            for (var block = new byte[4096]; ;) file.Write(block);
        }
        catch (IOException e)
        {
            Assert.Contains("space", e.Message);
        }
    }

    private static Allocation Want(TestClient client, Job job)
    {
        var allocation = Given.Allocation(job);
        client.Server.Want(allocation, job);
        return allocation;
    }

    private static string DirectoryOf(TestClient client, Allocation allocation) => Path.Combine(client.Data, "alloc", allocation.Id.ToString());

    /// <summary>What the agents' API is between two clients: an address that passes one's data on.</summary>
    private sealed class Relay(WebApplication app) : IAsyncDisposable
    {
        private int _refused;

        public int Refused => _refused;

        public string Address => new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Authority;

        public static async Task<Relay> StartAsync(TestClient client)
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.ConfigureKestrel(k => k.Listen(System.Net.IPAddress.Loopback, 0));
            var app = builder.Build();
            var relay = new Relay(app);
            app.MapGet("/v1/client/allocation/{id}/snapshot", async (string id, HttpContext context) =>
            {
                var (status, error, data) = await client.Server.AskAsync(StreamMethods.Snapshot, new AllocationArguments { AllocationId = AllocationId.TryParse(id, out var allocation) ? allocation : default });
                context.Response.StatusCode = status;
                if (status == 200) await context.Response.Body.WriteAsync(data);
                else await context.Response.WriteAsync(error);
                if (status == 409) Interlocked.Increment(ref relay._refused);
            });
            await app.StartAsync();
            return relay;
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();
    }

    private sealed class ManualTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UtcNow;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
