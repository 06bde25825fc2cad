using System.Globalization;
using Actors.Contracts;
using Actors.Drivers;
using Actors.Drivers.Plugins;
using Actors.Drivers.Plugins.Protocol;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Actors.Plugins;

/// <summary>A driver's calls.</summary>
internal sealed class DriverService(ServedDriver served, TimeProvider time) : Driver.DriverBase
{
    private static readonly TimeSpan DefaultInterval = TimeSpan.FromSeconds(1);

    public override Task<TaskConfigSchemaResponse> TaskConfigSchema(TaskConfigSchemaRequest request, ServerCallContext context) =>
        Task.FromResult(new TaskConfigSchemaResponse { Spec = PluginSchema.Write(served.Driver.Schema) });

    public override Task<CapabilitiesResponse> Capabilities(CapabilitiesRequest request, ServerCallContext context)
    {
        var has = served.Driver.Capabilities;
        var capabilities = new PluginCapabilities
        {
            SendSignals = has.SendSignals,
            Exec = has.Exec,
            MustCreateNetwork = served.Driver.Networks is not null,
            FsIsolation = has.Isolation == FileSystemIsolation.None ? PluginCapabilities.Types.FSIsolation.None : PluginCapabilities.Types.FSIsolation.Image,
        };
        capabilities.NetworkIsolationModes.AddRange([NetworkIsolationSpec.Types.NetworkIsolationMode.Host, NetworkIsolationSpec.Types.NetworkIsolationMode.Group]);
        return Task.FromResult(new CapabilitiesResponse { Capabilities = capabilities });
    }

    public override async Task Fingerprint(FingerprintRequest request, IServerStreamWriter<FingerprintResponse> responseStream, ServerCallContext context)
    {
        await foreach (var found in served.Driver.FingerprintAsync(context.CancellationToken).ConfigureAwait(false))
        {
            var told = new FingerprintResponse
            {
                HealthDescription = found.Description,
                Health = !found.Detected ? FingerprintResponse.Types.HealthState.Undetected
                    : found.Healthy ? FingerprintResponse.Types.HealthState.Healthy : FingerprintResponse.Types.HealthState.Unhealthy,
            };
            foreach (var (name, value) in found.Attributes) told.Attributes[name] = new Drivers.Plugins.Protocol.Attribute { StringVal = value };
            await responseStream.WriteAsync(told, context.CancellationToken).ConfigureAwait(false);
        }
    }

    public override Task<StartTaskResponse> StartTask(StartTaskRequest request, ServerCallContext context) => AskAsync(async () =>
    {
        var task = await served.Driver.StartAsync(PluginTaskConfigs.Read(request.Task), served.Progress(request.Task), context.CancellationToken).ConfigureAwait(false);
        await served.AddAsync(request.Task, task).ConfigureAwait(false);
        return new StartTaskResponse
        {
            Handle = new PluginTaskHandle { Version = task.Handle.Version, State = TaskState.Running, Config = request.Task, DriverState = ByteString.CopyFromUtf8(task.Handle.State) },
        };
    });

    public override Task<RecoverTaskResponse> RecoverTask(RecoverTaskRequest request, ServerCallContext context) => AskAsync(async () =>
    {
        var config = request.Handle.Config ?? throw new RpcException(new Status(StatusCode.InvalidArgument, "the handle has no configuration"));
        if (served.Find(config.Id) is not null) return new RecoverTaskResponse();
        var handle = new TaskHandle(served.Driver.Name, request.Handle.Version, request.Handle.DriverState.ToStringUtf8());
        var task = await served.Driver.RecoverAsync(PluginTaskConfigs.Read(config), handle, served.Progress(config), context.CancellationToken).ConfigureAwait(false)
            ?? throw ServedDriver.NotFound();
        await served.AddAsync(config, task).ConfigureAwait(false);
        return new RecoverTaskResponse();
    });

    public override async Task<WaitTaskResponse> WaitTask(WaitTaskRequest request, ServerCallContext context)
    {
        var exit = await served.Task(request.TaskId).Running.Exited.WaitAsync(context.CancellationToken).ConfigureAwait(false);
        return new WaitTaskResponse { Result = Write(exit), Err = exit.Error ?? "" };
    }

    public override Task<StopTaskResponse> StopTask(StopTaskRequest request, ServerCallContext context) => AskAsync(async () =>
    {
        await served.Task(request.TaskId).Running.StopAsync(request.Signal, request.Timeout?.ToTimeSpan() ?? TimeSpan.Zero, context.CancellationToken).ConfigureAwait(false);
        return new StopTaskResponse();
    });

    public override Task<DestroyTaskResponse> DestroyTask(DestroyTaskRequest request, ServerCallContext context) => AskAsync(async () =>
    {
        var task = served.Task(request.TaskId).Running;
        if (!request.Force && !task.Exited.IsCompleted) throw new RpcException(new Status(StatusCode.FailedPrecondition, "cannot destroy running task"));
        await task.DestroyAsync(context.CancellationToken).ConfigureAwait(false);
        await served.ForgetAsync(request.TaskId).ConfigureAwait(false);
        return new DestroyTaskResponse();
    });

    public override Task<InspectTaskResponse> InspectTask(InspectTaskRequest request, ServerCallContext context) => AskAsync(async () =>
    {
        var task = served.Task(request.TaskId);
        var inspection = await task.Running.InspectAsync(context.CancellationToken).ConfigureAwait(false);
        var answer = new InspectTaskResponse
        {
            Task = new Drivers.Plugins.Protocol.TaskStatus
            {
                Id = request.TaskId,
                Name = task.Config.Name,
                State = inspection.Running ? TaskState.Running : TaskState.Exited,
                StartedAt = Timestamp.FromDateTimeOffset(task.Since),
                // Nomad can't read one without an end and a result, even of a task that runs: this is its date of never.
                CompletedAt = Timestamp.FromDateTimeOffset(inspection.Running ? DateTimeOffset.MinValue : served.Now),
                Result = task.Running.Exited.IsCompleted ? Write(await task.Running.Exited.ConfigureAwait(false)) : new ExitResult(),
            },
            Driver = new TaskDriverStatus(),
        };
        foreach (var (name, value) in inspection.Attributes) answer.Driver.Attributes[name] = value;
        answer.Driver.Attributes["pid"] = inspection.Pid.ToString(CultureInfo.InvariantCulture);
        return answer;
    });

    public override async Task TaskStats(TaskStatsRequest request, IServerStreamWriter<TaskStatsResponse> responseStream, ServerCallContext context)
    {
        var interval = request.CollectionInterval?.ToTimeSpan() is { } asked && asked > TimeSpan.Zero ? asked : DefaultInterval;
        var task = served.Task(request.TaskId).Running;
        while (!context.CancellationToken.IsCancellationRequested && !task.Exited.IsCompleted)
        {
            var usage = await AskAsync(() => task.StatsAsync(context.CancellationToken)).ConfigureAwait(false);
            await responseStream.WriteAsync(new TaskStatsResponse { Stats = Write(request.TaskId, usage) }, context.CancellationToken).ConfigureAwait(false);
            await Task.Delay(interval, time, context.CancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public override async Task TaskEvents(TaskEventsRequest request, IServerStreamWriter<DriverTaskEvent> responseStream, ServerCallContext context)
    {
        var events = served.Listen();
        try
        {
            await foreach (var told in events.Reader.ReadAllAsync(context.CancellationToken).ConfigureAwait(false)) await responseStream.WriteAsync(told, context.CancellationToken).ConfigureAwait(false);
        }
        finally
        {
            served.Leave(events);
        }
    }

    public override Task<SignalTaskResponse> SignalTask(SignalTaskRequest request, ServerCallContext context) => AskAsync(async () =>
    {
        await served.Task(request.TaskId).Running.SignalAsync(request.Signal, context.CancellationToken).ConfigureAwait(false);
        return new SignalTaskResponse();
    });

    public override Task<ExecTaskResponse> ExecTask(ExecTaskRequest request, ServerCallContext context) => AskAsync(async () =>
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        if (request.Timeout?.ToTimeSpan() is { } timeout && timeout > TimeSpan.Zero) deadline.CancelAfter(timeout);
        await using var exec = await served.Task(request.TaskId).Running.ExecAsync(new ExecRequest([.. request.Command]), deadline.Token).ConfigureAwait(false);
        await exec.CloseInputAsync(deadline.Token).ConfigureAwait(false);
        var (output, error) = (new MemoryStream(), new MemoryStream());
        await foreach (var piece in exec.ReadAsync(deadline.Token).ConfigureAwait(false)) (piece.IsError ? error : output).Write(piece.Data.Span);
        var code = await exec.Exited.WaitAsync(deadline.Token).ConfigureAwait(false);
        return new ExecTaskResponse { Stdout = ByteString.CopyFrom(output.ToArray()), Stderr = ByteString.CopyFrom(error.ToArray()), Result = new ExitResult { ExitCode = code } };
    });

    public override async Task ExecTaskStreaming(IAsyncStreamReader<ExecTaskStreamingRequest> requestStream, IServerStreamWriter<ExecTaskStreamingResponse> responseStream, ServerCallContext context)
    {
        if (!await requestStream.MoveNext(context.CancellationToken).ConfigureAwait(false) || requestStream.Current.Setup is not { Command.Count: > 0 } setup)
            throw new RpcException(new Status(StatusCode.InvalidArgument, "expected a command first"));

        var task = served.Task(setup.TaskId).Running;
        await using var exec = await AskAsync(() => task.ExecAsync(new ExecRequest([.. setup.Command], setup.Tty), context.CancellationToken)).ConfigureAwait(false);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        var input = TakeAsync(requestStream, exec, done.Token);
        await foreach (var piece in exec.ReadAsync(context.CancellationToken).ConfigureAwait(false))
        {
            var operation = new ExecTaskStreamingIOOperation { Data = ByteString.CopyFrom(piece.Data.Span) };
            await responseStream.WriteAsync(piece.IsError ? new ExecTaskStreamingResponse { Stderr = operation } : new ExecTaskStreamingResponse { Stdout = operation }, context.CancellationToken).ConfigureAwait(false);
        }

        var code = await exec.Exited.WaitAsync(context.CancellationToken).ConfigureAwait(false);
        await responseStream.WriteAsync(new ExecTaskStreamingResponse { Exited = true, Result = new ExitResult { ExitCode = code } }, context.CancellationToken).ConfigureAwait(false);
        await done.CancelAsync().ConfigureAwait(false);
        await input.ConfigureAwait(false);
    }

    public override Task<CreateNetworkResponse> CreateNetwork(CreateNetworkRequest request, ServerCallContext context) => AskAsync(async () =>
    {
        var hold = new NetworkHold(AllocationOf(request.AllocId), default, request.Hostname);
        var held = await Networks().HoldAsync(hold, context.CancellationToken).ConfigureAwait(false);
        var made = new NetworkIsolationSpec { Mode = NetworkIsolationSpec.Types.NetworkIsolationMode.Group, Path = held.Namespace, Labels = { [PluginTaskConfigs.HolderLabel] = held.Holder } };
        return new CreateNetworkResponse { IsolationSpec = made, Created = true };
    });

    public override Task<DestroyNetworkResponse> DestroyNetwork(DestroyNetworkRequest request, ServerCallContext context) => AskAsync(async () =>
    {
        var holder = request.IsolationSpec?.Labels.GetValueOrDefault(PluginTaskConfigs.HolderLabel, "") ?? "";
        await Networks().ReleaseAsync(AllocationOf(request.AllocId), holder, context.CancellationToken).ConfigureAwait(false);
        return new DestroyNetworkResponse();
    });

    private INetworkHolder Networks() => served.Driver.Networks ?? throw new RpcException(new Status(StatusCode.Unimplemented, $"the driver {served.Driver.Name} makes no networks"));

    private static AllocationId AllocationOf(string text) =>
        AllocationId.TryParse(text, out var id) ? id : throw new DriverException($"the allocation's id \"{text}\" is none", recoverable: false);

    private static async Task TakeAsync(IAsyncStreamReader<ExecTaskStreamingRequest> requests, IDriverExec exec, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var request in requests.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                if (request.TtySize is { } size) await exec.ResizeAsync(size.Width, size.Height, cancellationToken).ConfigureAwait(false);
                if (request.Stdin is { Data.Length: > 0 } input) await exec.WriteAsync(input.Data.Memory, cancellationToken).ConfigureAwait(false);
                if (request.Stdin is { Close: true }) await exec.CloseInputAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or RpcException)
        {
            // The command has ended, or nobody types any more.
            return;
        }
    }

    private static ExitResult Write(TaskExit exit) => new() { ExitCode = exit.ExitCode, Signal = exit.Signal, OomKilled = exit.OutOfMemory };

    private static TaskStats Write(string id, TaskUsage usage) => new()
    {
        Id = id,
        Timestamp = Timestamp.FromDateTimeOffset(usage.At),
        AggResourceUsage = new TaskResourceUsage
        {
            Cpu = new CPUUsage
            {
                Percent = usage.CpuPercent,
                UserMode = usage.CpuUserPercent,
                SystemMode = usage.CpuSystemPercent,
                MeasuredFields = { CPUUsage.Types.Fields.Percent, CPUUsage.Types.Fields.UserMode, CPUUsage.Types.Fields.SystemMode },
            },
            Memory = new MemoryUsage
            {
                Rss = (ulong)usage.MemoryRss,
                Cache = (ulong)usage.MemoryCache,
                Usage = (ulong)usage.MemoryUsage,
                MeasuredFields = { MemoryUsage.Types.Fields.Rss, MemoryUsage.Types.Fields.Cache, MemoryUsage.Types.Fields.Usage },
            },
        },
    };

    /// <summary>What the driver refuses becomes the call's status, with the word on whether another attempt may help.</summary>
    private static async Task<T> AskAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask().ConfigureAwait(false);
        }
        catch (Exception e) when (e is DriverException or FormatException)
        {
            throw new Google.Rpc.Status
            {
                Code = (int)StatusCode.FailedPrecondition,
                Message = e.Message,
                Details = { Any.Pack(new RecoverableError { Recoverable = e is DriverException { Recoverable: true } }) },
            }.ToRpcException();
        }
    }
}
