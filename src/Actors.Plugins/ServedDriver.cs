using System.Collections.Concurrent;
using System.Threading.Channels;
using Actors.Contracts.Collections;
using Actors.Drivers;
using Actors.Drivers.Plugins.Protocol;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Actors.Plugins;

/// <summary>The driver and its tasks, while the plugin runs.</summary>
/// <param name="definition">The plugin.</param>
/// <param name="time">The clock.</param>
internal sealed class ServedDriver(PluginDefinition definition, TimeProvider time) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, ServedTask> _tasks = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Channel<DriverTaskEvent>, byte> _listeners = new();
    private readonly Lock _gate = new();
    private ITaskDriver? _driver;

    /// <summary>The driver; made with no keys when nobody gave it any.</summary>
    public ITaskDriver Driver
    {
        get
        {
            lock (_gate) return _driver ??= definition.Create(EquatableMap<ConfigValue>.Empty, time);
        }
    }

    /// <summary>Makes the driver with its operator's keys.</summary>
    /// <exception cref="InvalidOperationException">It is made already.</exception>
    public void Configure(EquatableMap<ConfigValue> options)
    {
        lock (_gate)
        {
            if (_driver is not null) throw new InvalidOperationException("the plugin is configured already");
            _driver = definition.Create(options, time);
        }
    }

    /// <summary>The time.</summary>
    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>There is no such task: in Nomad's words, by which agents know it.</summary>
    public static RpcException NotFound() => new(new Status(StatusCode.NotFound, "task not found for given id"));

    /// <summary>A task.</summary>
    /// <exception cref="RpcException">There is none of this name.</exception>
    public ServedTask Task(string id) => Find(id) ?? throw NotFound();

    /// <summary>A task, or null.</summary>
    public ServedTask? Find(string id) => _tasks.TryGetValue(id, out var task) ? task : null;

    /// <summary>Keeps a task; one that has its name already is let go of.</summary>
    public async Task AddAsync(PluginTaskConfig config, IDriverTask task)
    {
        await ForgetAsync(config.Id).ConfigureAwait(false);
        _tasks[config.Id] = new ServedTask(config, task, Now);
    }

    /// <summary>Forgets a task.</summary>
    public async Task ForgetAsync(string id)
    {
        if (_tasks.TryRemove(id, out var task)) await task.Running.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Where a task's story is told.</summary>
    public IProgress<DriverEvent> Progress(PluginTaskConfig task) => new Teller(this, task);

    /// <summary>Listens to all tasks' stories.</summary>
    public Channel<DriverTaskEvent> Listen()
    {
        var channel = Channel.CreateBounded<DriverTaskEvent>(new BoundedChannelOptions(256) { FullMode = BoundedChannelFullMode.DropOldest });
        _listeners[channel] = 0;
        return channel;
    }

    /// <summary>Listens no more.</summary>
    public void Leave(Channel<DriverTaskEvent> channel) => _listeners.TryRemove(channel, out _);

    /// <summary>Lets go of all tasks: they run on.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var id in _tasks.Keys) await ForgetAsync(id).ConfigureAwait(false);
        if (_driver is { } driver) await driver.DisposeAsync().ConfigureAwait(false);
    }

    private sealed class Teller(ServedDriver served, PluginTaskConfig task) : IProgress<DriverEvent>
    {
        public void Report(DriverEvent value)
        {
            var told = new DriverTaskEvent
            {
                TaskId = task.Id,
                AllocId = task.AllocId,
                TaskName = task.Name,
                Message = value.Message,
                Timestamp = Timestamp.FromDateTimeOffset(served.Now),
            };
            foreach (var (name, detail) in value.Details ?? new Dictionary<string, string>()) told.Annotations[name] = detail;
            foreach (var listener in served._listeners.Keys) listener.Writer.TryWrite(told);
        }
    }
}

/// <summary>A task of the plugin's.</summary>
/// <param name="Config">What it was started as.</param>
/// <param name="Running">By which the driver holds it.</param>
/// <param name="Since">Since when this process has it.</param>
internal sealed record ServedTask(PluginTaskConfig Config, IDriverTask Running, DateTimeOffset Since);
