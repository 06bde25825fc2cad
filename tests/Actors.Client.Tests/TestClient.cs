using System.Text.Json;
using Actors.Client.Hosting;
using Actors.Contracts;
using Actors.Contracts.Allocations;
using Actors.Contracts.Collections;
using Actors.Contracts.Jobs;
using Actors.Contracts.Link;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Actors.Client.Tests;

/// <summary>A whole client on a data folder of its own, against a server's end of the link. It can be dropped and started again as after a crash.</summary>
internal sealed class TestClient : IAsyncDisposable
{
    /// <summary>How long what must come may take, on a machine that is busy with other things.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private ClientService? _service;

    private TestClient(FakeServer server, string data, Func<ClientOptions, ClientOptions> configure)
    {
        Server = server;
        Data = data;
        Options = configure(new ClientOptions
        {
            DataDir = data,
            NodeName = "test-node",
            Servers = [server.Address],
            NetworkIp = "127.0.0.1",
            CloudMetadata = "",
            DriverAllowList = ["raw_exec"],
        });
    }

    public FakeServer Server { get; }

    public string Data { get; }

    public ClientOptions Options { get; set; }

    public ClientStatus Status { get; private set; } = new();

    public static async Task<TestClient> StartAsync(Func<ClientOptions, ClientOptions>? configure = null)
    {
        var client = new TestClient(await FakeServer.StartAsync(), Directory.CreateTempSubdirectory("actors-client-").FullName, configure ?? (o => o));
        await client.StartAgainAsync();
        return client;
    }

    /// <summary>Starts the client on the same data folder.</summary>
    public async Task StartAgainAsync()
    {
        Status = new ClientStatus();
        _service = new ClientService(Options, Status, ClientHosting.NewDrivers(Options, TimeProvider.System), TimeProvider.System, NullLogger<ClientService>.Instance);
        await _service.StartAsync(CancellationToken.None);
    }

    /// <summary>Ends the client's actors and drivers without a word to its tasks.</summary>
    public async Task DropAsync()
    {
        if (_service is { } service) await service.DisposeAsync();
        _service = null;
    }

    public async ValueTask DisposeAsync()
    {
        Options = Options with { StopTasksOnShutdown = true };
        if (_service is not null) await DropAsync();
        await StartAgainAsync();
        await ReadyAsync();
        await DropAsync();
        await Server.DisposeAsync();
        Directory.Delete(Data, recursive: true);
    }

    /// <summary>The pid of a task's main process, from its control directory.</summary>
    public int PidOf(AllocationId allocation, string task) =>
        int.Parse(File.ReadAllText(Path.Combine(Data, "alloc", allocation.ToString(), ".control", task, "pid")).Split(' ')[0]);

    public string LogOf(AllocationId allocation, string task, string stream = "stdout")
    {
        var path = Path.Combine(Data, "alloc", allocation.ToString(), "alloc", "logs", $"{task}.{stream}.0");
        return File.Exists(path) ? File.ReadAllText(path) : "";
    }

    /// <summary>Waits until its node is registered.</summary>
    public Task ReadyAsync() => Status.Ready.WaitAsync(Patience);

    /// <summary>Waits until the client has a running task: it can be asked what the task uses.</summary>
    public async Task AttachedAsync(AllocationId allocation, string task)
    {
        var until = DateTime.UtcNow + Patience;
        while (true)
        {
            var (_, _, usage) = await Server.AskAsync(StreamMethods.AllocationStats, new AllocationArguments { AllocationId = allocation });
            if (usage.Length > 0 && JsonDocument.Parse(usage).RootElement.GetProperty("Tasks").TryGetProperty(task, out _)) return;
            if (DateTime.UtcNow > until) Assert.Fail($"waited in vain for task {task} of {allocation} to be attached");
            await Task.Delay(10);
        }
    }

    public Task<AllocationReport> Until(AllocationId allocation, AllocationClientStatus status) =>
        Until(() => Server.Latest.TryGetValue(allocation, out var report) && report.ClientStatus == status ? report : null, $"allocation to be {status}", () => Server.Latest.GetValueOrDefault(allocation));

    public static async Task<T> Until<T>(Func<T?> condition, string what, Func<object?>? found = null)
        where T : class
    {
        var until = DateTime.UtcNow + Patience;
        while (true)
        {
            if (condition() is { } value) return value;
            if (DateTime.UtcNow > until) Assert.Fail($"waited in vain for {what}; found {Describe(found?.Invoke())}");
            await Task.Delay(10);
        }
    }

    public static Task Until(Func<bool> condition, string what) => Until(() => condition() ? "" : null, what);

    private static string Describe(object? found) => found is AllocationReport report
        ? $"{report.ClientStatus}: {string.Join("; ", report.TaskStates.SelectMany(t => t.Value.Events.Select(e => $"{t.Key}: {e.Type}: {e.DisplayMessage}")))}"
        : found?.ToString() ?? "nothing";
}

/// <summary>Jobs for tests.</summary>
internal static class Given
{
    public static JobTask Shell(string name, string script) => new()
    {
        Name = name,
        Driver = "raw_exec",
        Config = EquatableMap.Of(("command", ConfigValue.Of("/bin/sh")), ("args", ConfigValue.Of([ConfigValue.Of("-c"), ConfigValue.Of(script)]))),
        KillTimeout = TimeSpan.FromSeconds(2),
        KillSignal = "SIGTERM",
    };

    public static Job Job(params JobTask[] tasks) => new()
    {
        Id = "job",
        Name = "job",
        Type = JobTypes.Service,
        Namespace = "default",
        TaskGroups = new[]
        {
            new TaskGroup
            {
                Name = "group",
                Count = 1,
                Tasks = tasks.ToEquatableList(),
                RestartPolicy = new RestartPolicy { Attempts = 2, Interval = TimeSpan.FromMinutes(10), Delay = TimeSpan.FromMilliseconds(50), Mode = "fail" },
            },
        }.ToEquatableList(),
    };

    public static Job Batch(params JobTask[] tasks) => Job(tasks) with { Type = JobTypes.Batch };

    public static Job With(this Job job, Func<TaskGroup, TaskGroup> change) => job with { TaskGroups = job.TaskGroups.Map(change) };

    public static Allocation Allocation(Job job, params AllocatedPort[] ports) => new()
    {
        Id = AllocationId.From(Guid.NewGuid()),
        JobId = new JobId("default", job.Id),
        JobVersion = job.Version,
        TaskGroup = "group",
        NameIndex = 0,
        NodeId = NodeId.From(Guid.NewGuid()),
        EvaluationId = EvaluationId.From(Guid.NewGuid()),
        Resources = new AllocatedResources(job.TaskGroups[0].Tasks.ToDictionary(t => t.Name, _ => new AllocatedTaskResources(100, 64)), 100, ports),
    };
}
