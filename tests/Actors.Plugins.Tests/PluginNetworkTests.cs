using System.Text.Json.Nodes;
using Actors.Contracts;
using Actors.Contracts.Allocations;
using Actors.Contracts.Collections;
using Actors.Drivers;
using Actors.Drivers.Config;
using Actors.Drivers.Plugins;
using Microsoft.AspNetCore.Builder;
using Xunit;

namespace Actors.Plugins.Tests;

/// <summary>Plugins that make the groups' networks themselves. This one is served by the test: the program only tells where.</summary>
public sealed class PluginNetworkTests : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("actors-netted-").FullName;
    private readonly AllocationId _allocation = AllocationId.From(Guid.NewGuid());
    private readonly NettedDriver _served = new();
    private WebApplication _web = null!;
    private PluginDriver _driver = null!;

    private static CancellationToken Soon => new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token;

    public async Task InitializeAsync()
    {
        var (socket, program) = (Path.Combine(_directory, "socket"), Path.Combine(_directory, "netted"));
        File.WriteAllText(program, $"#!/bin/sh\necho '1|2|unix|{socket}|grpc|'; exec sleep 1000\n");
        File.SetUnixFileMode(program, (UnixFileMode)0b111_101_101);
        _web = PluginServer.Build(new PluginDefinition { Name = "netted", Version = "1.0.0", Create = (_, _) => _served }, socket);
        await _web.StartAsync();
        _driver = await PluginDriver.LoadAsync(program, new PluginSettings(new Dictionary<string, JsonObject>()), Path.Combine(_directory, "state"), TimeProvider.System, Soon);
        Assert.Null(_driver.Problem);
    }

    public async Task DisposeAsync()
    {
        await _driver.DisposeAsync();
        await _web.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task A_groups_network_is_made_by_the_plugin_found_again_by_what_it_said_and_removed_with_that()
    {
        var networks = _driver.Networks!;
        var held = await networks.HoldAsync(new NetworkHold(_allocation, default, "inside"), Soon);

        Assert.Equal(NettedDriver.Namespace, held.Namespace);
        Assert.Equal((_allocation, "inside"), (_served.Asked!.AllocationId, _served.Asked.Hostname));
        Assert.Equal(held, await networks.FindHeldAsync(_allocation, held.Holder, Soon));

        await networks.ReleaseAsync(_allocation, "a container of another driver's", Soon);
        Assert.Empty(_served.Released);
        await networks.ReleaseAsync(_allocation, held.Holder, Soon);
        await networks.ReleaseAsync(_allocation, "", Soon);
        Assert.Equal([(_allocation, NettedDriver.Holder), (_allocation, "")], _served.Released);
    }

    [Fact]
    public async Task Its_tasks_are_told_of_the_network_in_its_own_words()
    {
        var held = await _driver.Networks!.HoldAsync(new NetworkHold(_allocation, default, ""), Soon);
        var task = new TaskConfig
        {
            AllocationId = _allocation,
            JobId = new JobId("default", "job"),
            TaskGroup = "g",
            Task = "t",
            NodeId = NodeId.From(Guid.NewGuid()),
            Paths = new TaskPaths { Allocation = _directory, Task = Path.Combine(_directory, "t"), Control = Path.Combine(_directory, "control") },
            Resources = new AllocatedTaskResources(100, 64),
            Network = new TaskNetwork("/run/netns/ours", held.Holder) { Hostname = "inside" },
            Logs = new LogLimits(Disabled: true),
        };

        await Assert.ThrowsAsync<DriverException>(() => _driver.StartAsync(task, new Progress<DriverEvent>(), Soon));

        Assert.Equal(new TaskNetwork(NettedDriver.Namespace, NettedDriver.Holder) { Hostname = "inside" }, _served.Started!.Network);
    }

    /// <summary>Holds networks in name only, and starts nothing.</summary>
    private sealed class NettedDriver : ITaskDriver, INetworkHolder
    {
        public const string Namespace = "/proc/self/ns/net";
        public const string Holder = "holder-7";

        public NetworkHold? Asked { get; private set; }

        public TaskConfig? Started { get; private set; }

        public List<(AllocationId, string)> Released { get; } = [];

        public string Name => "netted";

        public DriverCapabilities Capabilities { get; } = new(false, false, FileSystemIsolation.None);

        public ConfigSchema Schema { get; } = new();

        public async IAsyncEnumerable<DriverFingerprint> FingerprintAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            yield return new DriverFingerprint(true, true, "Healthy", EquatableMap<string>.Empty);
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        public Task<IDriverTask> StartAsync(TaskConfig task, IProgress<DriverEvent> events, CancellationToken cancellationToken)
        {
            Started = task;
            throw new DriverException("starts nothing", recoverable: false);
        }

        public Task<IDriverTask?> RecoverAsync(TaskConfig task, TaskHandle? handle, IProgress<DriverEvent> events, CancellationToken cancellationToken) => Task.FromResult<IDriverTask?>(null);

        public Task<HeldNetwork> HoldAsync(NetworkHold hold, CancellationToken cancellationToken)
        {
            Asked = hold;
            return Task.FromResult(new HeldNetwork(Holder, Namespace));
        }

        public Task<HeldNetwork?> FindHeldAsync(AllocationId allocation, string holder, CancellationToken cancellationToken) => Task.FromResult<HeldNetwork?>(new HeldNetwork(Holder, Namespace));

        public Task ReleaseAsync(AllocationId allocation, string holder, CancellationToken cancellationToken)
        {
            Released.Add((allocation, holder));
            return Task.CompletedTask;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
