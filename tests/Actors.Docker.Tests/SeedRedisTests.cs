using System.Net.Sockets;
using System.Text;
using Actors.Client.Tests;
using Actors.Contracts.Allocations;
using Actors.Contracts.Jobs;
using Actors.JobSpec;
using Xunit;

namespace Actors.Docker.Tests;

/// <summary>The redis task of the first examples of Nomad, as it was written then, and its container as it was shown then.</summary>
[Collection(EngineCollection.Name)]
public sealed class SeedRedisTests(EngineFixture engine)
{
    private const string JobFileText = """
        job "example" {
          datacenters = ["dc1"]
          group "cache" {
            task "redis" {
        			# Use Docker to run the task.
        			driver = "docker"

        			# Configure Docker driver with the image
        			config {
        				image = "redis:latest"
        				network_mode = "host"
        				port_map {
        					db = 6379
        				}
        			}

        			service {
        				name = "${TASKGROUP}-redis"
        				tags = ["global", "cache"]
        				port = "db"
        				check {
        					name = "alive"
        					type = "tcp"
        					interval = "10s"
        					timeout = "2s"
        				}
        			}

        			# We must specify the resources required for
        			# this task to ensure it runs on a machine with
        			# enough capacity.
        			resources {
        				cpu = 500 # 500 Mhz
        				memory = 256 # 256MB
        				network {
        					mbits = 10
        					port "db" {
        					}
        				}
        			}
        		}
          }
        }
        """;

    [Fact]
    public async Task It_runs_as_written_and_its_container_looks_as_it_did()
    {
        await using var client = await TestClient.StartAsync(o => o with { DriverAllowList = ["docker"] });
        var job = Parse(JobFileText);
        var port = FreePort();
        var allocation = Allocate(job, port);
        client.Server.Want(allocation, job);
        await client.Until(allocation.Id, AllocationClientStatus.Running);

        var container = await engine.Client.Containers.InspectContainerAsync($"redis-{allocation.Id}");
        var directory = Path.Combine(client.Data, "alloc", allocation.Id.ToString());
        Assert.Equal($"/redis-{allocation.Id}", container.Name);
        Assert.Equal(268435456, container.HostConfig!.Memory);
        Assert.Equal(500, container.HostConfig.CPUShares);
        Assert.Equal("host", container.HostConfig.NetworkMode);
        Assert.False(container.HostConfig.Privileged);
        Assert.Equal("json-file", container.HostConfig.LogConfig!.Type);
        foreach (var protocol in (string[])["tcp", "udp"])
        {
            var binding = Assert.Single(container.HostConfig.PortBindings![$"6379/{protocol}"]);
            Assert.Equal(("127.0.0.1", port.ToString()), (binding.HostIP, binding.HostPort));
            Assert.True(container.Config!.ExposedPorts!.ContainsKey($"6379/{protocol}"));
        }

        Assert.Equal([$"{directory}/alloc:/alloc", $"{directory}/redis/local:/local", $"{directory}/redis/secrets:/secrets"], container.HostConfig.Binds);
        foreach (var variable in (string[])["NOMAD_IP=127.0.0.1", "NOMAD_PORT_db=6379", "NOMAD_ALLOC_DIR=/alloc", "NOMAD_TASK_DIR=/local", "NOMAD_MEMORY_LIMIT=256", "NOMAD_CPU_LIMIT=500",
            $"NOMAD_HOST_PORT_db={port}", $"NOMAD_ADDR_db=127.0.0.1:{port}", $"NOMAD_ALLOC_ID={allocation.Id}", "NOMAD_TASK_NAME=redis", "NOMAD_GROUP_NAME=cache", "NOMAD_JOB_NAME=example"])
        {
            Assert.Contains(variable, container.Config!.Env!);
        }

        Assert.Equal(allocation.Id.ToString(), container.Config!.Labels!["com.hashicorp.nomad.alloc_id"]);
    }

    [Fact]
    public async Task On_a_bridge_it_answers_on_the_port_that_it_was_given_and_its_log_can_be_read()
    {
        await using var client = await TestClient.StartAsync(o => o with { DriverAllowList = ["docker"] });
        var job = Parse(JobFileText.Replace("network_mode = \"host\"", "network_mode = \"bridge\""));
        var port = FreePort();
        var allocation = Allocate(job, port);
        client.Server.Want(allocation, job);
        await client.Until(allocation.Id, AllocationClientStatus.Running);

        await TestClient.Until(() => client.LogOf(allocation.Id, "redis").Contains("Ready to accept connections"), "redis to be ready");
        Assert.Equal("+PONG\r\n", await AskRedis(port, "PING\r\n"));
    }

    [Fact]
    public async Task A_restarted_client_manages_the_same_container_again()
    {
        await using var client = await TestClient.StartAsync(o => o with { DriverAllowList = ["docker"] });
        var job = Parse(JobFileText.Replace("network_mode = \"host\"", "network_mode = \"bridge\""));
        var allocation = Allocate(job, FreePort());
        client.Server.Want(allocation, job);
        await client.Until(allocation.Id, AllocationClientStatus.Running);
        var before = await engine.Client.Containers.InspectContainerAsync($"redis-{allocation.Id}");
        await client.DropAsync();

        await client.StartAgainAsync();
        await client.Status.Ready.WaitAsync(TimeSpan.FromSeconds(10));
        var after = await engine.Client.Containers.InspectContainerAsync($"redis-{allocation.Id}");
        client.Server.Stop(allocation.Id);
        var stopped = await client.Until(allocation.Id, AllocationClientStatus.Complete);

        Assert.Equal((before.ID, before.State!.StartedAt), (after.ID, after.State!.StartedAt));
        Assert.Equal(0, stopped.TaskStates["redis"].Restarts);
        Assert.Empty(await engine.Client.Containers.ListContainersAsync(new() { All = true, Filters = new Dictionary<string, IDictionary<string, bool>> { ["label"] = new Dictionary<string, bool> { [$"com.hashicorp.nomad.alloc_id={allocation.Id}"] = true } } }));
    }

    [Fact]
    public async Task An_image_that_is_nowhere_fails_the_task_with_its_name()
    {
        await using var client = await TestClient.StartAsync(o => o with { DriverAllowList = ["docker"] });
        var job = Parse(JobFileText.Replace("redis:latest", "127.0.0.1:9/redis:none")).With(g => g with { Tasks = g.Tasks.Map(t => t with { RestartPolicy = new RestartPolicy { Attempts = 0, Mode = "fail" } }) });
        var allocation = Allocate(job, FreePort());
        client.Server.Want(allocation, job);

        var failed = await client.Until(allocation.Id, AllocationClientStatus.Failed);

        Assert.Contains(failed.TaskStates["redis"].Events, e => e.Type == TaskEventTypes.Driver && e.DisplayMessage.Contains("Downloading image 127.0.0.1:9/redis:none"));
        Assert.Contains(failed.TaskStates["redis"].Events, e => e.Type == TaskEventTypes.DriverFailure && e.DisplayMessage.Contains("Failed to pull 127.0.0.1:9/redis:none"));
    }

    private static Job Parse(string text)
    {
        var result = JobFile.Parse(text);
        Assert.False(result.HasErrors, string.Join("\n", result.Diagnostics));
        return JobCanonicalizer.Canonicalize(result.Job!);
    }

    private static Allocation Allocate(Job job, int port) => Given.Allocation(job, new AllocatedPort("db", port, 0, "127.0.0.1", "redis")) with
    {
        TaskGroup = "cache",
        Resources = new AllocatedResources(new Dictionary<string, AllocatedTaskResources> { ["redis"] = new(500, 256) }, 300, [new AllocatedPort("db", port, 0, "127.0.0.1", "redis")]),
    };

    private static int FreePort()
    {
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task<string> AskRedis(int port, string command)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync("127.0.0.1", port);
        await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(command));
        var answer = new byte[64];
        var read = await socket.GetStream().ReadAsync(answer);
        return Encoding.ASCII.GetString(answer, 0, read);
    }
}
