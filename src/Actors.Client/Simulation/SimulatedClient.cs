using System.Diagnostics;
using System.Text.Json;
using Actors.Client.Link;
using Actors.Contracts.Allocations;
using Actors.Contracts.Link;
using Actors.Contracts.Nodes;
using Actors.Contracts.Serialization;
using Google.Protobuf;

namespace Actors.Client.Simulation;

/// <summary>
/// One simulated client: holds its stream, beats, converges and reports as a real one does, with one lock and one timer in place of
/// actors, so that thousands fit into a process.
/// </summary>
internal sealed class SimulatedClient : IAsyncDisposable
{
    private const double HeartbeatShare = 0.7;
    private static readonly TimeSpan WelcomeDeadline = TimeSpan.FromSeconds(60);

    // As a real one's.
    private static readonly TimeSpan ResendAfter = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan ResendRefusedAfter = TimeSpan.FromSeconds(5);

    // What happens together is told together.
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(20);

    private readonly Lock _lock = new();
    private readonly Node _facts;
    private readonly SimulatedNode _node;
    private readonly FleetStatistics _statistics;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private LinkConnection? _connection;
    private bool _everRegistered;
    private bool _welcome;
    private long _helloAt;
    private TimeSpan _ttl = TimeSpan.FromSeconds(10);
    private DateTimeOffset _silentAt;
    private DateTimeOffset _beatAt;
    private long _beatSent;
    private long _beats;
    private DateTimeOffset? _flushAt;
    private DateTimeOffset? _resendAt;
    private DateTimeOffset? _changeAt;
    private long _reportedAt;
    private TaskCompletionSource<string>? _lost;

    public SimulatedClient(Node facts, SimulatedNode node, FleetStatistics statistics, TimeProvider time)
    {
        (_facts, _node, _statistics, _time) = (facts, node, statistics, time);
        _timer = time.CreateTimer(_ => OnTimer(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Holds one connection until it is lost, or until asked to stop.</summary>
    /// <returns>Whether the client was welcome.</returns>
    public async Task<bool> HoldAsync(string server, CancellationToken stop)
    {
        var lost = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var connection = new LinkConnection(server);
        using var stopping = stop.Register(() => lost.TrySetResult("asked to stop"));
        lock (_lock)
        {
            (_connection, _lost, _welcome, _helloAt) = (connection, lost, false, Stopwatch.GetTimestamp());
            (_beatAt, _silentAt, _flushAt, _resendAt) = (DateTimeOffset.MaxValue, _time.GetUtcNow() + WelcomeDeadline, null, null);
            connection.Send(Hello());
            Schedule();
        }

        connection.Run(frame => OnFrame(connection, frame), reason => lost.TrySetResult(reason));
        var reason = await lost.Task.ConfigureAwait(false);
        lock (_lock)
        {
            _connection = null;
            if (!stop.IsCancellationRequested) _statistics.CountDisconnect(_welcome, reason);
            return _welcome;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _timer.DisposeAsync();

    private ClientFrame Hello()
    {
        var hello = new Hello { NodeJson = UnsafeByteOperations.UnsafeWrap(JsonSerializer.SerializeToUtf8Bytes(_facts, ContractsJson.Default.Node)) };
        foreach (var (id, index) in _node.Known) hello.KnownAllocations.Add(id.ToString(), index);
        return new ClientFrame { Hello = hello };
    }

    private void OnFrame(LinkConnection connection, ServerFrame frame)
    {
        lock (_lock)
        {
            if (connection != _connection) return;
            var now = _time.GetUtcNow();
            switch (frame.BodyCase)
            {
                case ServerFrame.BodyOneofCase.Welcome:
                    OnWelcome(frame.Welcome, now);
                    break;
                case ServerFrame.BodyOneofCase.HeartbeatAck:
                    _statistics.Heartbeat.Add(Stopwatch.GetElapsedTime(_beatSent));
                    Heard(frame.HeartbeatAck.TtlMs, now);
                    break;
                case ServerFrame.BodyOneofCase.Desired:
                    OnDesired(frame.Desired, now);
                    break;
                case ServerFrame.BodyOneofCase.ReportsAck:
                    OnAcknowledged(frame.ReportsAck, now);
                    break;
                case ServerFrame.BodyOneofCase.StreamOpen:
                    connection.Send(new ClientFrame { StreamEnd = new StreamEnd { StreamId = frame.StreamOpen.StreamId, Status = 501, Error = "a simulated client has no tasks that could answer" } });
                    break;
                case ServerFrame.BodyOneofCase.Rejected:
                    _lost!.TrySetResult($"refused: {frame.Rejected.Reason}");
                    break;
            }

            Schedule();
        }
    }

    private void OnWelcome(Welcome welcome, DateTimeOffset now)
    {
        if (!_welcome)
        {
            _statistics.Registration.Add(Stopwatch.GetElapsedTime(_helloAt));
            _statistics.CountConnection(!_everRegistered);
        }

        (_welcome, _everRegistered) = (true, true);
        Heard(welcome.TtlMs, now);
        _flushAt = now;
        if (_node.Again() is { } batch) Send(batch, now);
    }

    private void OnDesired(Desired desired, DateTimeOffset now)
    {
        try
        {
            _statistics.CountReceived(Counted(() => _node.Converge(desired, now)));
            _changeAt = now + Gather;
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            _lost!.TrySetResult($"the desired set can't be read: {e.Message}");
        }
    }

    private void OnAcknowledged(ReportsAck ack, DateTimeOffset now)
    {
        if (ack.Error.Length > 0)
        {
            _statistics.CountProblem($"reports were not accepted: {ack.Error}");
            _resendAt = now + ResendRefusedAfter;
            return;
        }

        var reports = Counted(() => _node.Acknowledge(ack.BatchId));
        if (reports == 0) return;
        _statistics.CountReports(reports);
        _statistics.Report.Add(Stopwatch.GetElapsedTime(_reportedAt));
        _resendAt = null;
        _flushAt = now;
    }

    private int Counted(Func<int> change)
    {
        var (running, ended) = (_node.Running, _node.Ended);
        var result = change();
        _statistics.CountChange(_node.Running - running, _node.Ended - ended, Math.Sign(_node.Running) - Math.Sign(running));
        return result;
    }

    private void Heard(long ttlMs, DateTimeOffset now)
    {
        if (ttlMs > 0) _ttl = TimeSpan.FromMilliseconds(ttlMs);
        _beatAt = now + (_ttl * HeartbeatShare);
        _silentAt = DateTimeOffset.MaxValue;
    }

    private void OnTimer()
    {
        lock (_lock)
        {
            if (_connection is not { } connection) return;
            var now = _time.GetUtcNow();
            if (_silentAt <= now)
            {
                _lost!.TrySetResult("the server is silent");
                return;
            }

            if (_beatAt <= now)
            {
                connection.Send(new ClientFrame { Heartbeat = new Heartbeat { Sequence = ++_beats } });
                (_beatSent, _beatAt, _silentAt) = (Stopwatch.GetTimestamp(), DateTimeOffset.MaxValue, now + _ttl);
            }

            if (_changeAt <= now)
            {
                _changeAt = _node.Advance(now);
                _flushAt ??= now;
            }

            if (_resendAt <= now && _node.Again() is { } again) Send(again, now);
            if (_flushAt <= now && _welcome)
            {
                _flushAt = null;
                if (_node.Take(now) is { } batch) Send(batch, now);
            }

            Schedule();
        }
    }

    private void Send((string Id, IReadOnlyList<AllocationReport> Reports) batch, DateTimeOffset now)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(batch.Reports, ContractsJson.Default.IReadOnlyListAllocationReport);
        _connection!.Send(new ClientFrame { Reports = new Reports { BatchId = batch.Id, ReportsJson = UnsafeByteOperations.UnsafeWrap(json), Urgent = batch.Reports.Any(r => r.IsUrgent) } });
        (_reportedAt, _resendAt) = (Stopwatch.GetTimestamp(), now + ResendAfter);
    }

    private void Schedule()
    {
        var now = _time.GetUtcNow();
        var next = _silentAt < _beatAt ? _silentAt : _beatAt;
        foreach (var at in (DateTimeOffset?[])[_changeAt, _resendAt, _welcome ? _flushAt : null])
        {
            if (at < next) next = at.Value;
        }

        // Timers take no more than some weeks, and fire a little early.
        var wait = next == DateTimeOffset.MaxValue ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(Math.Clamp((next - now).TotalMilliseconds + 1, 0, 86_400_000));
        _timer.Change(wait, Timeout.InfiniteTimeSpan);
    }
}
