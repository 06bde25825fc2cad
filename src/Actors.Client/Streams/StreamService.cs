using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Actors.Client.Allocations;
using Actors.Client.Fingerprints;
using Actors.Client.Tasks;
using Actors.Contracts;
using Actors.Contracts.Link;
using Actors.Contracts.Volumes;
using Actors.Drivers;
using Actors.Drivers.Files;
using Akka.Actor;

namespace Actors.Client.Streams;

/// <summary>Answers what callers of the servers ask this client: logs, files, usage, signals, restarts (<see cref="StreamMethods"/>).</summary>
/// <param name="context">The client.</param>
/// <param name="host">The machine's usage.</param>
internal sealed class StreamService(ClientContext context, HostStatistics host)
{
    private static readonly TimeSpan AskWithin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan UsageWithin = TimeSpan.FromSeconds(5);
    private static readonly byte[] Nothing = "{}"u8.ToArray();

    /// <summary>The time.</summary>
    public DateTimeOffset Now => context.Time.GetUtcNow();

    /// <summary>The agent's actor: does what concerns all allocations. Set when it is there.</summary>
    public IActorRef Agent { get; set; } = ActorRefs.Nobody;

    /// <summary>Answers a question.</summary>
    /// <exception cref="StreamException">It can't be answered.</exception>
    public Task AnswerAsync(string method, ReadOnlyMemory<byte> arguments, AnswerInput input, AnswerWriter write, CancellationToken cancellationToken) => method switch
    {
        StreamMethods.Exec => ExecAsync(Read(arguments, StreamJson.Default.ExecArguments), input, write, cancellationToken),
        StreamMethods.Logs => LogsAsync(Read(arguments, StreamJson.Default.LogsArguments), write, cancellationToken),
        StreamMethods.List => ListAsync(Read(arguments, StreamJson.Default.FileArguments), write, cancellationToken),
        StreamMethods.Stat => StatAsync(Read(arguments, StreamJson.Default.FileArguments), write, cancellationToken),
        StreamMethods.Cat => FileAsync(Read(arguments, StreamJson.Default.FileArguments) with { Offset = 0, Limit = 0, Origin = "start", Follow = false, Plain = true }, write, cancellationToken),
        StreamMethods.ReadAt => FileAsync(Read(arguments, StreamJson.Default.FileArguments) with { Follow = false, Plain = true }, write, cancellationToken),
        StreamMethods.Stream => FileAsync(Read(arguments, StreamJson.Default.FileArguments), write, cancellationToken),
        StreamMethods.Checks => ChecksAsync(Read(arguments, StreamJson.Default.AllocationArguments), write, cancellationToken),
        StreamMethods.AllocationStats => UsageAsync(Read(arguments, StreamJson.Default.AllocationArguments), write, cancellationToken),
        StreamMethods.Restart => TellAsync(Read(arguments, StreamJson.Default.AllocationArguments), a => new RestartAllocation(a.Task, a.AllTasks), write, cancellationToken),
        StreamMethods.Signal => TellAsync(Read(arguments, StreamJson.Default.AllocationArguments), a => new SignalAllocation(a.Task, a.Signal.Length > 0 ? a.Signal : "SIGKILL"), write, cancellationToken),
        StreamMethods.CollectAllocation => CollectAsync(Read(arguments, StreamJson.Default.AllocationArguments).AllocationId, write, cancellationToken),
        StreamMethods.CollectAll => CollectAsync(null, write, cancellationToken),
        StreamMethods.Snapshot => SnapshotAsync(Read(arguments, StreamJson.Default.AllocationArguments).AllocationId, write, cancellationToken),
        StreamMethods.KeptLogs => KeptLogsAsync(Read(arguments, StreamJson.Default.AllocationArguments).AllocationId, write, cancellationToken),
        StreamMethods.CreateVolume => VolumeAsync(context.Volumes.CreateAsync, Read(arguments, StreamJson.Default.VolumeArguments).Volume, write, cancellationToken),
        StreamMethods.RegisterVolume => VolumeAsync(context.Volumes.RegisterAsync, Read(arguments, StreamJson.Default.VolumeArguments).Volume, write, cancellationToken),
        StreamMethods.DeleteVolume => VolumeAsync((volume, cancelled) => context.Volumes.DeleteAsync(volume.Id, cancelled), Read(arguments, StreamJson.Default.VolumeArguments).Volume, write, cancellationToken),
        StreamMethods.HostStats => write(host.Measure(Now), cancellationToken),
        _ => throw new StreamException(400, $"this client has no method \"{method}\""),
    };

    private async Task LogsAsync(LogsArguments arguments, AnswerWriter write, CancellationToken cancellationToken)
    {
        if (arguments.Type is not ("stdout" or "stderr")) throw new StreamException(400, $"type: expected \"stdout\" or \"stderr\", found \"{arguments.Type}\"");
        var kept = context.Registry.Find(arguments.AllocationId) is null ? context.KeptLogs.Find(arguments.AllocationId) : null;
        var allocation = kept is null ? Find(arguments.AllocationId) : null;
        IReadOnlyList<string> tasks = allocation is not null ? [.. allocation.Group.Tasks.Select(t => t.Name)] : LogReader.Tasks(kept!);
        if (!tasks.Contains(arguments.Task)) throw new StreamException(404, $"the allocation has no task \"{arguments.Task}\"; its tasks are {string.Join(", ", tasks)}");

        var pieces = LogReader.ReadLogAsync(
            kept ?? Path.Combine(allocation!.Directory, "alloc", "logs"), "alloc/logs", $"{arguments.Task}.{arguments.Type}",
            NotNegative(arguments.Offset), FromEnd(arguments.Origin), () => arguments.Follow && allocation is { Ended: false }, cancellationToken);
        await SendAsync(pieces, arguments.Plain, write, cancellationToken).ConfigureAwait(false);
    }

    private async Task FileAsync(FileArguments arguments, AnswerWriter write, CancellationToken cancellationToken)
    {
        var allocation = Find(arguments.AllocationId);
        var path = AllocationFiles.Resolve(allocation.Directory, arguments.Path);
        if (Directory.Exists(path)) throw new StreamException(400, $"path: \"{arguments.Path}\" is a directory");
        // Reading a pipe would wait for its writer, and a device's end never comes.
        if (!PlainFiles.IsPlain(path)) throw new StreamException(400, $"path: \"{arguments.Path}\" is a pipe, a socket or a device, which can't be read as a file");
        var pieces = LogReader.ReadFileAsync(
            path, arguments.Path.TrimStart('/'), NotNegative(arguments.Offset), FromEnd(arguments.Origin), NotNegative(arguments.Limit),
            () => arguments.Follow && !allocation.Ended, cancellationToken);
        await SendAsync(pieces, arguments.Plain, write, cancellationToken).ConfigureAwait(false);
    }

    private static async Task SendAsync(IAsyncEnumerable<FilePiece> pieces, bool plain, AnswerWriter write, CancellationToken cancellationToken)
    {
        await foreach (var piece in pieces.ConfigureAwait(false))
        {
            await write(plain ? piece.Data : Json(json =>
            {
                json.WriteStartObject();
                json.WriteString("File", piece.File);
                json.WriteNumber("Offset", piece.Offset);
                json.WriteBase64String("Data", piece.Data.Span);
                json.WriteEndObject();
            }), cancellationToken).ConfigureAwait(false);
        }
    }

    private Task ListAsync(FileArguments arguments, AnswerWriter write, CancellationToken cancellationToken)
    {
        var allocation = Find(arguments.AllocationId);
        var path = AllocationFiles.Resolve(allocation.Directory, arguments.Path);
        if (!Directory.Exists(path)) throw new StreamException(400, $"path: \"{arguments.Path}\" is not a directory");
        return write(Json(json =>
        {
            json.WriteStartArray();
            foreach (var entry in new DirectoryInfo(path).EnumerateFileSystemInfos().OrderBy(e => e.Name, StringComparer.Ordinal))
                if (entry.Name != AllocationDirectory.ControlName) FileInfoJson.Write(json, entry);
            json.WriteEndArray();
        }), cancellationToken);
    }

    private Task StatAsync(FileArguments arguments, AnswerWriter write, CancellationToken cancellationToken)
    {
        var path = AllocationFiles.Resolve(Find(arguments.AllocationId).Directory, arguments.Path);
        return write(Json(json => FileInfoJson.Write(json, Directory.Exists(path) ? new DirectoryInfo(path) : new FileInfo(path))), cancellationToken);
    }

    private async Task UsageAsync(AllocationArguments arguments, AnswerWriter write, CancellationToken cancellationToken)
    {
        var allocation = Find(arguments.AllocationId);
        var usages = new Dictionary<string, TaskUsage>(StringComparer.Ordinal);
        foreach (var (name, task) in allocation.Running.Where(t => arguments.Task.Length == 0 || t.Key == arguments.Task))
        {
            try
            {
                usages[name] = await task.StatsAsync(cancellationToken).WaitAsync(UsageWithin, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is DriverException or TimeoutException)
            {
                // It ended just now, or its engine does not answer: the others' usage is worth having.
                continue;
            }
        }

        await write(Json(json => UsageJson.Write(json, usages, Now, host.MhzPerCore)), cancellationToken).ConfigureAwait(false);
    }

    private async Task TellAsync(AllocationArguments arguments, Func<AllocationArguments, object> message, AnswerWriter write, CancellationToken cancellationToken)
    {
        var allocation = Find(arguments.AllocationId);
        try
        {
            await allocation.Runner.Ask<Done>(message(arguments), AskWithin, cancellationToken).ConfigureAwait(false);
        }
        catch (KeyNotFoundException e)
        {
            throw new StreamException(404, e.Message);
        }
        catch (Exception e) when (e is InvalidOperationException or DriverException)
        {
            throw new StreamException(400, e.Message);
        }

        await write(Nothing, cancellationToken).ConfigureAwait(false);
    }

    private Task ChecksAsync(AllocationArguments arguments, AnswerWriter write, CancellationToken cancellationToken)
    {
        var allocation = Find(arguments.AllocationId);
        return write(Json(json => CheckJson.Write(json, arguments.AllocationId, allocation)), cancellationToken);
    }

    private async Task ExecAsync(ExecArguments arguments, AnswerInput input, AnswerWriter write, CancellationToken cancellationToken)
    {
        var allocation = Find(arguments.AllocationId);
        if (arguments.Command.Count == 0) throw new StreamException(400, "command: is required, and empty");
        if (allocation.Group.Tasks.All(t => t.Name != arguments.Task))
            throw new StreamException(404, $"the allocation has no task \"{arguments.Task}\"; its tasks are {string.Join(", ", allocation.Group.Tasks.Select(t => t.Name))}");
        if (!allocation.Running.TryGetValue(arguments.Task, out var task)) throw new StreamException(404, $"task \"{arguments.Task}\" is not running");
        try
        {
            await using var exec = await task.ExecAsync(new ExecRequest(arguments.Command, arguments.Tty), cancellationToken).ConfigureAwait(false);
            await ExecExchange.RunAsync(exec, input, write, cancellationToken).ConfigureAwait(false);
        }
        catch (DriverException e)
        {
            throw new StreamException(e.Recoverable ? 500 : 400, e.Message);
        }
    }

    private Task KeptLogsAsync(AllocationId id, AnswerWriter write, CancellationToken cancellationToken) => context.KeptLogs.Find(id) is { } kept
        ? write(Json(json =>
        {
            json.WriteStartArray();
            foreach (var task in LogReader.Tasks(kept)) json.WriteStringValue(task);
            json.WriteEndArray();
        }), cancellationToken)
        : throw new StreamException(404, $"this client keeps no logs of allocation {id}");

    private Task SnapshotAsync(AllocationId id, AnswerWriter write, CancellationToken cancellationToken)
    {
        var allocation = Find(id);
        return allocation.Ended
            ? DiskSnapshot.WriteAsync(allocation.Directory, allocation.Group, write, cancellationToken)
            : throw new StreamException(409, $"allocation {id} has not ended");
    }

    private async Task CollectAsync(AllocationId? allocation, AnswerWriter write, CancellationToken cancellationToken)
    {
        if (allocation is { } id && !Find(id).Ended) throw new StreamException(400, $"allocation {id} has not ended");
        await Agent.Ask<Done>(new Agent.CollectNow(allocation), AskWithin, cancellationToken).ConfigureAwait(false);
        await write(Nothing, cancellationToken).ConfigureAwait(false);
    }

    private async Task VolumeAsync(Func<HostVolume, CancellationToken, Task> change, HostVolume volume, AnswerWriter write, CancellationToken cancellationToken)
    {
        await change(volume, cancellationToken).ConfigureAwait(false);
        Agent.Tell(new Agent.VolumesChanged());
        await write(Nothing, cancellationToken).ConfigureAwait(false);
    }

    private RegisteredAllocation Find(AllocationId id) =>
        context.Registry.Find(id) ?? throw new StreamException(404, $"this client has no allocation {id}");

    private static T Read<T>(ReadOnlyMemory<byte> arguments, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(arguments.Span, type) ?? throw new StreamException(400, "arguments: expected an object, found null");
        }
        catch (JsonException e)
        {
            throw new StreamException(400, $"arguments: {e.Message}");
        }
    }

    private static long NotNegative(long value) => value >= 0 ? value : throw new StreamException(400, $"offset and limit: expected 0 or more, found {value}");

    private static bool FromEnd(string origin) => origin switch
    {
        "start" or "" => false,
        "end" => true,
        _ => throw new StreamException(400, $"origin: expected \"start\" or \"end\", found \"{origin}\""),
    };

    private static ReadOnlyMemory<byte> Json(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer)) write(json);
        return buffer.WrittenMemory;
    }
}
