using System.Runtime.CompilerServices;
using Actors.Drivers.Config;
using Actors.Drivers.Plugins.Protocol;
using Google.Protobuf;
using Grpc.Core;

namespace Actors.Drivers.Plugins;

/// <summary>A driver that is a program of its own: it speaks the protocol of Nomad's driver plugins.</summary>
public sealed class PluginDriver : ITaskDriver
{
    private readonly PluginHost _host;
    private readonly TimeProvider _time;

    private PluginDriver(PluginHost host, PluginConnection plugin, TimeProvider time)
    {
        (_host, _time, Program, Name) = (host, time, host.Program, plugin.Info.Name);
        Schema = PluginSchema.Read(plugin.TaskSpec);
        Capabilities = new DriverCapabilities(
            plugin.Capabilities.SendSignals, plugin.Capabilities.Exec,
            plugin.Capabilities.FsIsolation == PluginCapabilities.Types.FSIsolation.None ? FileSystemIsolation.None : FileSystemIsolation.Image);
        Networks = plugin.Capabilities.MustCreateNetwork ? new PluginNetworks(host, Name) : null;
    }

    private PluginDriver(PluginHost host, string problem, TimeProvider time)
    {
        (_host, _time, Program, Name, Problem) = (host, time, host.Program, Path.GetFileName(host.Program), problem);
        (Schema, Capabilities) = (new ConfigSchema(), new DriverCapabilities(false, false, FileSystemIsolation.None));
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>The path of the plugin's program.</summary>
    public string Program { get; }

    /// <summary>Why the program can't be used as a plugin; null: it can.</summary>
    public string? Problem { get; }

    /// <inheritdoc/>
    public DriverCapabilities Capabilities { get; }

    /// <inheritdoc/>
    public ConfigSchema Schema { get; }

    /// <inheritdoc/>
    public INetworkHolder? Networks { get; }

    /// <summary>Starts a plugin and asks who it is. One that can't be used becomes a driver of its file's name that says why.</summary>
    /// <param name="path">The plugin's program.</param>
    /// <param name="settings">What the operator set for plugins.</param>
    /// <param name="stateDirectory">Where its process is remembered.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Give up.</param>
    public static async Task<PluginDriver> LoadAsync(
        string path, PluginSettings settings, string stateDirectory, TimeProvider time, CancellationToken cancellationToken)
    {
        var host = new PluginHost(path, stateDirectory, new PluginKeys(settings, path), time);
        try
        {
            return new PluginDriver(host, await host.GetAsync(cancellationToken).ConfigureAwait(false), time);
        }
        catch (DriverException e)
        {
            return new PluginDriver(host, e.Message, time);
        }
    }

    /// <summary>Starts all programs of a directory, each as a plugin. Those that an earlier agent left are ended when their programs are not there any more.</summary>
    /// <param name="directory">Where the programs are; there may be none.</param>
    /// <param name="settings">What the operator set for plugins.</param>
    /// <param name="stateDirectory">Where their processes are remembered.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Give up.</param>
    public static async Task<IReadOnlyList<PluginDriver>> LoadAllAsync(
        string directory, PluginSettings settings, string stateDirectory, TimeProvider time, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> programs = Directory.Exists(directory)
            ? [.. Directory.EnumerateFiles(directory).Where(f => (File.GetUnixFileMode(f) & UnixFileMode.UserExecute) != 0).Order(StringComparer.Ordinal)]
            : [];
        var wanted = programs.Select(p => PluginPlace.Of(stateDirectory, p).File).ToHashSet();
        var left = Directory.Exists(stateDirectory) ? Directory.GetFiles(stateDirectory, "*" + PluginPlace.FileEnding) : [];
        foreach (var file in left.Where(f => !wanted.Contains(f))) await PluginProcess.EndEarlierAsync(file).ConfigureAwait(false);
        return await Task.WhenAll(programs.Select(p => LoadAsync(p, settings, stateDirectory, time, cancellationToken))).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<DriverFingerprint> FingerprintAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (Problem is not null)
        {
            yield return PluginFingerprints.Unhealthy(Problem);
            await Task.Delay(Timeout.InfiniteTimeSpan, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            yield break;
        }

        DriverFingerprint? last = null;
        await foreach (var found in PluginFingerprints.FollowAsync(_host, Name, _time, cancellationToken).ConfigureAwait(false))
        {
            if (found != last) yield return last = found;
        }
    }

    /// <inheritdoc/>
    public async Task<IDriverTask> StartAsync(TaskConfig task, IProgress<DriverEvent> events, CancellationToken cancellationToken)
    {
        if (Problem is not null) throw new DriverException(Problem, recoverable: false);
        var id = $"{task.AllocationId}/{task.Task}/{Guid.NewGuid().ToString("N")[..8]}";
        if (PluginTaskFile.Read(task) is { } left) await DestroyAsync(left.Id, cancellationToken).ConfigureAwait(false);
        await PluginOutput.RemoveAsync(task, cancellationToken).ConfigureAwait(false);
        var output = task.Logs.Disabled ? null : await PluginOutput.StartAsync(task, cancellationToken).ConfigureAwait(false);
        _host.Listeners[id] = events;
        try
        {
            var plugin = await _host.GetAsync(cancellationToken).ConfigureAwait(false);
            // Written before it is started: an agent that dies meanwhile can still have it destroyed.
            PluginTaskFile.Write(task, new PluginTaskFile(id));
            var request = new StartTaskRequest { Task = PluginTaskConfigs.Write(Name, task, id, plugin.TaskSpec, Schema, output) };
            var answer = await _host.CallAsync(
                $"could not start the task with {Name}", d => d.StartTaskAsync(request, cancellationToken: cancellationToken).ResponseAsync, cancellationToken).ConfigureAwait(false);
            if (answer.Result != StartTaskResponse.Types.Result.Success)
                throw new DriverException($"could not start the task with {Name}: {answer.DriverErrorMsg}", recoverable: answer.Result == StartTaskResponse.Types.Result.Retry);

            var file = new PluginTaskFile(id, answer.Handle?.Version ?? 0, (answer.Handle?.DriverState ?? ByteString.Empty).ToBase64());
            PluginTaskFile.Write(task, file);
            return new PluginTask(this, _host, task, file, output, _time);
        }
        catch (Exception e) when (e is DriverException or OperationCanceledException or RpcException or IOException)
        {
            _host.Listeners.TryRemove(id, out _);
            if (output is not null) await output.DisposeAsync().ConfigureAwait(false);
            await PluginOutput.RemoveAsync(task, CancellationToken.None).ConfigureAwait(false);
            await TakeBackAsync(task, id).ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task<IDriverTask?> RecoverAsync(TaskConfig task, TaskHandle? handle, IProgress<DriverEvent> events, CancellationToken cancellationToken)
    {
        if (Problem is not null) throw new DriverException(Problem, recoverable: true);
        var file = handle is null ? PluginTaskFile.Read(task) : PluginTaskFile.Parse(handle.State);
        if (file is null) return null;
        if (file.State is null)
        {
            // It was about to be started; whether it was, only the plugin knows.
            await DestroyAsync(file.Id, cancellationToken).ConfigureAwait(false);
            return null;
        }

        var output = task.Logs.Disabled ? null : PluginOutput.Attach(task);
        _host.Listeners[file.Id] = events;
        try
        {
            var refusal = await RecoverInPluginAsync(task, file, output, cancellationToken).ConfigureAwait(false);
            return new PluginTask(this, _host, task, file, output, _time, refusal is null ? null : new TaskExit(-1, Error: refusal));
        }
        catch (Exception e) when (e is DriverException or OperationCanceledException)
        {
            _host.Listeners.TryRemove(file.Id, out _);
            if (output is not null) await output.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _host.DisposeAsync();

    /// <summary>Gives a task back to the plugin; null, or why it does not take it.</summary>
    /// <exception cref="DriverException">The plugin can't be asked.</exception>
    internal async Task<string?> RecoverInPluginAsync(TaskConfig task, PluginTaskFile file, PluginOutput? output, CancellationToken cancellationToken)
    {
        var plugin = await _host.GetAsync(cancellationToken).ConfigureAwait(false);
        var request = new RecoverTaskRequest
        {
            TaskId = file.Id,
            Handle = new PluginTaskHandle
            {
                Version = file.Version,
                State = TaskState.Running,
                DriverState = ByteString.FromBase64(file.State!),
                Config = PluginTaskConfigs.Write(Name, task, file.Id, plugin.TaskSpec, Schema, output),
            },
        };
        try
        {
            await _host.CallAsync("could not recover the task", d => d.RecoverTaskAsync(request, cancellationToken: cancellationToken).ResponseAsync, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (DriverException e) when (e.InnerException is RpcException refused && !PluginHost.IsGone(refused))
        {
            return $"the plugin {Name} could not recover it: {refused.Status.Detail}";
        }
    }

    /// <summary>Has the plugin end and forget a task; one that it does not know is what is wanted.</summary>
    /// <exception cref="DriverException">It can't be destroyed now.</exception>
    internal async Task DestroyAsync(string id, CancellationToken cancellationToken)
    {
        var request = new DestroyTaskRequest { TaskId = id, Force = true };
        try
        {
            await _host.CallAsync("could not destroy the task", d => d.DestroyTaskAsync(request, cancellationToken: cancellationToken).ResponseAsync, cancellationToken).ConfigureAwait(false);
        }
        catch (DriverException e) when (e.InnerException is RpcException refused && refused.Status.Detail.Contains("not found", StringComparison.OrdinalIgnoreCase))
        {
            return;
        }
    }

    /// <summary>Destroys what the plugin may have begun. One that can't be asked now leaves the file, by which the next start has it destroyed.</summary>
    private async Task TakeBackAsync(TaskConfig task, string id)
    {
        try
        {
            await DestroyAsync(id, CancellationToken.None).ConfigureAwait(false);
            PluginTaskFile.Delete(task);
        }
        catch (Exception e) when (e is DriverException or OperationCanceledException)
        {
            return;
        }
    }
}
