using System.Collections.Concurrent;
using System.Text.Json;
using Actors.Contracts;
using Actors.Contracts.Allocations;
using Actors.Contracts.Jobs;
using Actors.Contracts.Link;
using Actors.Contracts.Nodes;
using Actors.Contracts.Serialization;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace Actors.Server.Tests.Link;

/// <summary>A thin client that speaks the real protocol: keeps what the server says should be, and says what the test tells it to.</summary>
internal sealed class FakeClient : IAsyncDisposable
{
    private static readonly Method<ClientFrame, ServerFrame> Connect = new(
        MethodType.DuplexStreaming, "actors.link.v1.ClientLink", "Connect",
        Marshallers.Create(m => m.ToByteArray(), ClientFrame.Parser.ParseFrom),
        Marshallers.Create(m => m.ToByteArray(), ServerFrame.Parser.ParseFrom));

    private readonly GrpcChannel _channel;
    private readonly AsyncDuplexStreamingCall<ClientFrame, ServerFrame> _call;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _reading;
    private volatile TaskCompletionSource _changed = New();

    private FakeClient(Uri link, Node node, bool heartbeats)
    {
        Node = node;
        _channel = GrpcChannel.ForAddress(link);
        _call = _channel.CreateCallInvoker().AsyncDuplexStreamingCall(Connect, null, new CallOptions(cancellationToken: _ended.Token));
        _reading = ReadAsync(heartbeats);
    }

    public Node Node { get; }

    public Welcome? Welcome { get; private set; }

    public Rejected? Rejected { get; private set; }

    public bool Ended { get; private set; }

    public int FullSets { get; private set; }

    public int Heartbeats { get; private set; }

    public ConcurrentDictionary<AllocationId, DesiredAllocation> Desired { get; } = [];

    public ConcurrentDictionary<AllocationId, Allocation> Allocations { get; } = [];

    public ConcurrentDictionary<(JobId, ulong), Job> Jobs { get; } = [];

    public ConcurrentDictionary<string, ReportsAck> Acks { get; } = [];

    public ConcurrentQueue<ServerFrame> Calls { get; } = [];

    /// <summary>Opens a stream and says hello.</summary>
    public static async Task<FakeClient> ConnectAsync(Uri link, Node node, bool heartbeats = true, IReadOnlyDictionary<AllocationId, ulong>? known = null)
    {
        var client = new FakeClient(link, node, heartbeats);
        await client.HelloAsync(known);
        return client;
    }

    public Task HelloAsync(IReadOnlyDictionary<AllocationId, ulong>? known = null)
    {
        var hello = new Hello { NodeJson = ByteString.CopyFrom(JsonSerializer.SerializeToUtf8Bytes(Node, ContractsJson.Default.Node)) };
        foreach (var (id, index) in known ?? new Dictionary<AllocationId, ulong>())
            hello.KnownAllocations[id.ToString()] = index;
        return SendAsync(new ClientFrame { Hello = hello });
    }

    public async Task SendAsync(ClientFrame frame)
    {
        await _writing.WaitAsync();
        try
        {
            await _call.RequestStream.WriteAsync(frame);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Reports one allocation, and waits until the report is in the log.</summary>
    public async Task<ReportsAck> ReportAsync(AllocationId id, AllocationClientStatus status, bool? healthy = null, string? batch = null, DateTimeOffset? at = null)
    {
        var now = at ?? DateTimeOffset.UtcNow;
        var tasks = new Dictionary<string, TaskState>
        {
            ["task"] = new TaskState { State = status == AllocationClientStatus.Running ? TaskRunState.Running : TaskRunState.Dead, Failed = status == AllocationClientStatus.Failed, StartedAt = now },
        };
        IReadOnlyList<AllocationReport> reports = [new(id, status, "", tasks, healthy is { } h ? new DeploymentHealth(h, now) : null, now)];
        var batchId = batch ?? Guid.NewGuid().ToString();
        Acks.TryRemove(batchId, out _);
        await SendAsync(new ClientFrame
        {
            Reports = new Reports { BatchId = batchId, ReportsJson = ByteString.CopyFrom(JsonSerializer.SerializeToUtf8Bytes(reports, ContractsJson.Default.IReadOnlyListAllocationReport)) },
        });
        return await EventuallyAsync(() => Acks.GetValueOrDefault(batchId), "the report is acknowledged");
    }

    /// <summary>Waits for something that the server says.</summary>
    public async Task<T> EventuallyAsync<T>(Func<T?> find, string what, TimeSpan? within = null) where T : class
    {
        using var deadline = new CancellationTokenSource(within ?? TimeSpan.FromSeconds(30));
        while (true)
        {
            var changed = _changed.Task;
            if (find() is { } found)
                return found;

            try
            {
                await changed.WaitAsync(deadline.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"the client did not see in time: {what} (rejected: {Rejected?.Reason ?? "no"}, ended: {Ended})");
            }
        }
    }

    public Task<Welcome> WelcomeAsync() => EventuallyAsync(() => Welcome, "a welcome");

    /// <summary>The allocations that should run, once there are so many.</summary>
    public Task<List<DesiredAllocation>> RunningAsync(int count, string? job = null) => EventuallyAsync(
        () => Desired.Values.Where(a => a.DesiredStatus == "run" && (job is null || a.JobId == job)).ToList() is var run && run.Count == count ? run : null,
        $"{count} allocations to run");

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _reading;
        _call.Dispose();
        _channel.Dispose();
        _ended.Dispose();
        _writing.Dispose();
    }

    private async Task ReadAsync(bool heartbeats)
    {
        try
        {
            await foreach (var frame in _call.ResponseStream.ReadAllAsync(_ended.Token))
            {
                Take(frame);
                if (heartbeats && frame.BodyCase is ServerFrame.BodyOneofCase.Welcome && Heartbeats == 0)
                    _ = BeatAsync(TimeSpan.FromMilliseconds(frame.Welcome.TtlMs / 4));
                Interlocked.Exchange(ref _changed, New()).TrySetResult();
            }
        }
        catch (Exception e) when (e is OperationCanceledException or RpcException or IOException)
        {
            // The stream ended: what a test expects of it, it looks at below.
        }

        Ended = true;
        Interlocked.Exchange(ref _changed, New()).TrySetResult();
    }

    private void Take(ServerFrame frame)
    {
        switch (frame.BodyCase)
        {
            case ServerFrame.BodyOneofCase.Welcome:
                Welcome = frame.Welcome;
                break;
            case ServerFrame.BodyOneofCase.HeartbeatAck:
                Heartbeats++;
                break;
            case ServerFrame.BodyOneofCase.Desired:
                Take(frame.Desired);
                break;
            case ServerFrame.BodyOneofCase.ReportsAck:
                Acks[frame.ReportsAck.BatchId] = frame.ReportsAck;
                break;
            case ServerFrame.BodyOneofCase.Rejected:
                Rejected = frame.Rejected;
                break;
            default:
                Calls.Enqueue(frame);
                break;
        }
    }

    private void Take(Desired desired)
    {
        if (desired.Full)
        {
            FullSets++;
            Desired.Clear();
        }

        foreach (var job in desired.Jobs)
            Jobs[(new JobId(job.Namespace, job.JobId), job.Version)] = JsonSerializer.Deserialize(job.JobJson.Span, ContractsJson.Default.Job)!;
        foreach (var allocation in desired.Allocations)
        {
            var id = AllocationId.Parse(allocation.Id);
            Desired[id] = allocation;
            if (!allocation.AllocationJson.IsEmpty)
                Allocations[id] = JsonSerializer.Deserialize(allocation.AllocationJson.Span, ContractsJson.Default.Allocation)!;
        }

        foreach (var removed in desired.Removed)
            Desired.TryRemove(AllocationId.Parse(removed), out _);
    }

    private async Task BeatAsync(TimeSpan interval)
    {
        using var timer = new PeriodicTimer(interval);
        long sequence = 0;
        try
        {
            while (await timer.WaitForNextTickAsync(_ended.Token) && !Ended)
                await SendAsync(new ClientFrame { Heartbeat = new Heartbeat { Sequence = ++sequence } });
        }
        catch (Exception e) when (e is OperationCanceledException or RpcException or InvalidOperationException or ObjectDisposedException)
        {
            // The stream is over, and so are its heartbeats.
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
