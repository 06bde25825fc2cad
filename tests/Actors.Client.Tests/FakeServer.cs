using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using System.Threading.Channels;
using Actors.Contracts;
using Actors.Contracts.Allocations;
using Actors.Contracts.Jobs;
using Actors.Contracts.Link;
using Actors.Contracts.Nodes;
using Actors.Contracts.Serialization;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Actors.Client.Tests;

/// <summary>The servers' end of the link, over real gRPC: says what should be, hears what is, and can be told to misbehave.</summary>
internal sealed class FakeServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<Channel<ServerFrame>, byte> _sessions = new();
    private readonly ConcurrentDictionary<AllocationId, (Allocation Allocation, Job Job)> _desired = new();
    private readonly ConcurrentDictionary<string, Channel<ClientFrame>> _answers = new();
    private ulong _index = 100;
    private volatile CancellationTokenSource _dropping = new();

    private FakeServer(WebApplication app, string address) => (_app, Address) = (app, address);

    /// <summary>Where the link answers, host:port.</summary>
    public string Address { get; }

    public ConcurrentQueue<Node> Registered { get; } = new();

    public ConcurrentQueue<IReadOnlyDictionary<string, ulong>> Known { get; } = new();

    public ConcurrentQueue<(string BatchId, IReadOnlyList<AllocationReport> Reports)> Batches { get; } = new();

    public ConcurrentDictionary<AllocationId, AllocationReport> Latest { get; } = new();

    public bool Acknowledges { get; set; } = true;

    public int TtlMs { get; set; } = 10_000;

    /// <summary>The volumes that every welcome names as deleted.</summary>
    public IReadOnlyList<string> DeletedVolumes { get; set; } = [];

    public static async Task<FakeServer> StartAsync(int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddGrpc();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, port, l => l.Protocols = HttpProtocols.Http2));
        FakeServer? self = null;
        builder.Services.AddSingleton(_ => new Link(self!));
        var app = builder.Build();
        app.MapGrpcService<Link>();
        await app.StartAsync();
        var address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        return self = new FakeServer(app, $"127.0.0.1:{address.Port}");
    }

    /// <summary>Wants an allocation; tells the connected client.</summary>
    public void Want(Allocation allocation, Job job)
    {
        allocation = allocation with { AllocModifyIndex = Interlocked.Increment(ref _index) };
        _desired[allocation.Id] = (allocation, job);
        Send(new ServerFrame { Desired = Frame(full: false, [(allocation, job)]) });
    }

    /// <summary>Wants an allocation stopped.</summary>
    public void Stop(AllocationId id) => Want(_desired[id].Allocation with { DesiredStatus = AllocationDesiredStatus.Stop }, _desired[id].Job);

    /// <summary>Forgets an allocation.</summary>
    public void Forget(AllocationId id, bool tell)
    {
        _desired.TryRemove(id, out _);
        if (tell) Send(new ServerFrame { Desired = new Desired { Index = ++_index, Removed = { id.ToString() } } });
    }

    /// <summary>Cuts all connections.</summary>
    public void Drop()
    {
        var old = _dropping;
        _dropping = new CancellationTokenSource();
        old.Cancel();
    }

    /// <summary>Asks the client, and gives all of its answer.</summary>
    public async Task<(int Status, string Error, byte[] Data)> AskAsync(string method, object arguments, Func<byte[], bool>? enough = null)
    {
        var id = Guid.NewGuid().ToString();
        var answers = Channel.CreateUnbounded<ClientFrame>();
        _answers[id] = answers;
        Send(new ServerFrame { StreamOpen = new StreamOpen { StreamId = id, Method = method, ArgumentsJson = ByteString.CopyFrom(JsonSerializer.SerializeToUtf8Bytes(arguments, StreamJson.Default.GetTypeInfo(arguments.GetType())!)) } });
        var data = new MemoryStream();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await foreach (var frame in answers.Reader.ReadAllAsync(deadline.Token))
        {
            if (frame.BodyCase == ClientFrame.BodyOneofCase.StreamEnd) return (frame.StreamEnd.Status, frame.StreamEnd.Error, data.ToArray());
            data.Write(frame.StreamData.Data.Span);
            Send(new ServerFrame { StreamCredit = new StreamCredit { StreamId = id, Bytes = frame.StreamData.Data.Length } });
            if (enough?.Invoke(data.ToArray()) != true) continue;
            Send(new ServerFrame { StreamEnd = new StreamEnd { StreamId = id, Status = 499 } });
            return (499, "", data.ToArray());
        }

        return (0, "", data.ToArray());
    }

    /// <summary>Asks the client something that is answered by and by, and that the caller sends something into.</summary>
    public Conversation Converse(string method, object arguments)
    {
        var conversation = new Conversation(Guid.NewGuid().ToString(), Send);
        _answers[conversation.Id] = conversation.Answers;
        Send(new ServerFrame { StreamOpen = new StreamOpen { StreamId = conversation.Id, Method = method, ArgumentsJson = ByteString.CopyFrom(JsonSerializer.SerializeToUtf8Bytes(arguments, StreamJson.Default.GetTypeInfo(arguments.GetType())!)) } });
        return conversation;
    }

    public async ValueTask DisposeAsync()
    {
        Drop();
        await _app.StopAsync(new CancellationTokenSource(TimeSpan.FromSeconds(1)).Token);
        await _app.DisposeAsync();
    }

    private void Send(ServerFrame frame)
    {
        foreach (var session in _sessions.Keys) session.Writer.TryWrite(frame);
    }

    private Desired Frame(bool full, IEnumerable<(Allocation Allocation, Job Job)> allocations)
    {
        var frame = new Desired { Index = _index, Full = full };
        foreach (var (allocation, job) in allocations)
        {
            frame.Allocations.Add(new DesiredAllocation
            {
                Id = allocation.Id.ToString(),
                AllocModifyIndex = allocation.AllocModifyIndex,
                JobId = allocation.JobId.Id,
                Namespace = allocation.JobId.Namespace,
                JobVersion = allocation.JobVersion,
                AllocationJson = ByteString.CopyFrom(JsonSerializer.SerializeToUtf8Bytes(allocation, ContractsJson.Default.Allocation)),
            });
            frame.Jobs.Add(new DesiredJob { Namespace = allocation.JobId.Namespace, JobId = allocation.JobId.Id, Version = allocation.JobVersion, JobJson = ByteString.CopyFrom(JsonSerializer.SerializeToUtf8Bytes(job, ContractsJson.Default.Job)) });
        }

        return frame;
    }

    internal sealed class Link(FakeServer server) : ClientLink.ClientLinkBase
    {
        public override async Task Connect(IAsyncStreamReader<ClientFrame> requestStream, IServerStreamWriter<ServerFrame> responseStream, ServerCallContext context)
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, server._dropping.Token);
            var outgoing = Channel.CreateUnbounded<ServerFrame>();
            var writing = WriteAsync();
            try
            {
                await foreach (var frame in requestStream.ReadAllAsync(end.Token)) Take(frame, outgoing);
            }
            catch (Exception e) when (e is OperationCanceledException or IOException)
            {
                context.Status = new Status(StatusCode.Unavailable, "dropped by the test");
            }
            finally
            {
                server._sessions.TryRemove(outgoing, out _);
                outgoing.Writer.TryComplete();
                await writing;
            }

            async Task WriteAsync()
            {
                await foreach (var frame in outgoing.Reader.ReadAllAsync())
                {
                    if (end.IsCancellationRequested) return;
                    try
                    {
                        await responseStream.WriteAsync(frame);
                    }
                    catch (Exception e) when (e is InvalidOperationException or IOException or OperationCanceledException)
                    {
                        return;
                    }
                }
            }
        }

        private void Take(ClientFrame frame, Channel<ServerFrame> outgoing)
        {
            switch (frame.BodyCase)
            {
                case ClientFrame.BodyOneofCase.Hello:
                    var node = JsonSerializer.Deserialize(frame.Hello.NodeJson.Span, ContractsJson.Default.Node)!;
                    server.Registered.Enqueue(node);
                    server.Known.Enqueue(frame.Hello.KnownAllocations.ToDictionary());
                    outgoing.Writer.TryWrite(new ServerFrame { Welcome = new Welcome { NodeId = node.Id.ToString(), TtlMs = server.TtlMs, ServerName = "fake", Region = "global", Servers = { server.Address }, DeletedVolumes = { server.DeletedVolumes } } });
                    if (server._sessions.TryAdd(outgoing, 0)) outgoing.Writer.TryWrite(new ServerFrame { Desired = server.Frame(full: true, server._desired.Values) });
                    break;
                case ClientFrame.BodyOneofCase.Heartbeat:
                    outgoing.Writer.TryWrite(new ServerFrame { HeartbeatAck = new HeartbeatAck { Sequence = frame.Heartbeat.Sequence, TtlMs = server.TtlMs } });
                    break;
                case ClientFrame.BodyOneofCase.Reports:
                    var reports = JsonSerializer.Deserialize(frame.Reports.ReportsJson.Span, ContractsJson.Default.IReadOnlyListAllocationReport)!;
                    server.Batches.Enqueue((frame.Reports.BatchId, reports));
                    foreach (var report in reports)
                    {
                        // A report without tasks says that they are as told before.
                        server.Latest.AddOrUpdate(report.AllocationId, report, (_, before) => report.TaskStates.Count > 0 ? report : report with { TaskStates = before.TaskStates });
                    }

                    if (server.Acknowledges) outgoing.Writer.TryWrite(new ServerFrame { ReportsAck = new ReportsAck { BatchId = frame.Reports.BatchId, Index = ++server._index } });
                    break;
                case ClientFrame.BodyOneofCase.StreamData when server._answers.TryGetValue(frame.StreamData.StreamId, out var answer):
                    answer.Writer.TryWrite(frame);
                    break;
                case ClientFrame.BodyOneofCase.StreamCredit when server._answers.TryGetValue(frame.StreamCredit.StreamId, out var credited):
                    credited.Writer.TryWrite(frame);
                    break;
                case ClientFrame.BodyOneofCase.StreamEnd when server._answers.TryGetValue(frame.StreamEnd.StreamId, out var ended):
                    ended.Writer.TryWrite(frame);
                    break;
            }
        }
    }
}

/// <summary>A question under way: what was heard of its answer so far, and a way to send into it.</summary>
internal sealed class Conversation(string id, Action<ServerFrame> send)
{
    private readonly System.Text.StringBuilder _heard = new();

    public string Id { get; } = id;

    public Channel<ClientFrame> Answers { get; } = Channel.CreateUnbounded<ClientFrame>();

    /// <summary>How many bytes of what was sent the client has given credit for.</summary>
    public long Credited { get; private set; }

    public string Heard => _heard.ToString();

    public int? Status { get; private set; }

    public string Error { get; private set; } = "";

    public void Say(string text) => Say(System.Text.Encoding.UTF8.GetBytes(text));

    public void Say(byte[] data) => send(new ServerFrame { StreamData = new StreamData { StreamId = Id, Data = ByteString.CopyFrom(data) } });

    public void Leave() => send(new ServerFrame { StreamEnd = new StreamEnd { StreamId = Id, Status = 499 } });

    /// <summary>Listens until enough was heard, or the answer has ended.</summary>
    public async Task UntilAsync(Func<bool> enough)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!enough() && Status is null)
        {
            var frame = await Answers.Reader.ReadAsync(deadline.Token);
            switch (frame.BodyCase)
            {
                case ClientFrame.BodyOneofCase.StreamData:
                    _heard.Append(frame.StreamData.Data.ToStringUtf8());
                    send(new ServerFrame { StreamCredit = new StreamCredit { StreamId = Id, Bytes = frame.StreamData.Data.Length } });
                    break;
                case ClientFrame.BodyOneofCase.StreamCredit:
                    Credited += frame.StreamCredit.Bytes;
                    break;
                case ClientFrame.BodyOneofCase.StreamEnd:
                    (Status, Error) = (frame.StreamEnd.Status, frame.StreamEnd.Error);
                    break;
            }
        }
    }
}
