using Actors.Contracts;
using Actors.Server.Serialization;
using Akka.Actor;
using Akka.Event;

namespace Actors.Server.RegionLog;

/// <summary>
/// Sends this server's requests to the log's writer: what is asked within a moment goes in one message, large ones in parts.
/// It finds the writer by saying hello through <c>target</c> (the singleton's proxy), then talks to it directly; when the writer is gone or silent, it looks for
/// the next one and sends again what has no answer. The writer knows repeated appends, so nothing is written twice.
/// </summary>
internal sealed class LogClientActor : UntypedActor, IWithTimers
{
    private static readonly TimeSpan HelloInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan SweepInterval = TimeSpan.FromMilliseconds(250);

    private readonly RegionLogOptions _options;
    private readonly ICanTell _target;
    private readonly ILoggingAdapter _logger = Context.GetLogger();
    private readonly SortedDictionary<long, LogClient.Pending> _pending = [];
    private readonly List<LogClient.Pending> _unsent = [];
    private IActorRef? _log;
    private bool _flushing;
    private long _parts;

    /// <summary>A sender that looks for the writer through a proxy.</summary>
    public LogClientActor(RegionLogOptions options, ICanTell target)
    {
        _options = options;
        _target = target;
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private sealed class Flush : INoSerializationVerificationNeeded
    {
        public static readonly Flush Instance = new();
    }

    private sealed record SayHello : INoSerializationVerificationNeeded;

    private sealed record Sweep : INoSerializationVerificationNeeded;

    /// <summary>How to make one.</summary>
    public static Props Props(RegionLogOptions options, ICanTell target) => Akka.Actor.Props.Create(() => new LogClientActor(options, target));

    protected override void PreStart()
    {
        Timers.StartPeriodicTimer("hello", new SayHello(), TimeSpan.Zero, HelloInterval);
        Timers.StartPeriodicTimer("sweep", new Sweep(), SweepInterval);
    }

    protected override void PostStop()
    {
        foreach (var pending in _pending.Values)
            pending.Answer.TrySetResult(LogAnswer.Fail(pending.Request.Id, RefusalKind.Unavailable, "this server is shutting down"));
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case LogClient.Pending pending:
                _pending.Add(pending.Request.Id, pending);
                _unsent.Add(pending);
                if (!_flushing)
                {
                    _flushing = true;
                    Self.Tell(Flush.Instance);
                }

                break;
            case Flush:
                _flushing = false;
                Send();
                break;
            case LogAnswers answers:
                foreach (var answer in answers.Answers)
                    Complete(answer);
                break;
            case SayHello:
                if (_log is null)
                    _target.Tell(new LogHello(), Self);
                break;
            case LogReady when _log is null || !_log.Equals(Sender):
                Found(Sender);
                break;
            case LogNotReady when Sender.Equals(_log):
            case Terminated terminated when terminated.ActorRef.Equals(_log):
                Lost();
                break;
            case Sweep:
                Expire();
                break;
        }
    }

    private void Found(IActorRef log)
    {
        Lost();
        _log = Context.Watch(log);
        _unsent.Clear();
        _unsent.AddRange(_pending.Values);
        Send();
    }

    private void Lost()
    {
        if (_log is not null)
            Context.Unwatch(_log);
        _log = null;
    }

    private void Send()
    {
        if (_log is null || _unsent.Count == 0)
            return;

        var local = _log is IActorRefScope { IsLocal: true };
        var requests = new List<LogRequest>(_unsent.Count);
        var bytes = 0;
        foreach (var pending in _unsent)
        {
            pending.Sent++;
            pending.SentAt = _options.Time.GetTimestamp();
            var size = (pending.Request as AppendRequest)?.Bytes ?? 64;
            if (!local && requests.Count > 0 && bytes + size > _options.MaxMessageBytes)
            {
                Send(requests, bytes);
                requests = [];
                bytes = 0;
            }

            requests.Add(pending.Request);
            bytes += size;
        }

        _unsent.Clear();
        Send(requests, local ? 0 : bytes);
    }

    private void Send(List<LogRequest> requests, int bytes)
    {
        var message = new LogRequests(requests);
        if (bytes <= _options.MaxMessageBytes)
        {
            _log!.Tell(message);
            return;
        }

        var whole = LogFormat.Write(message);
        var count = (whole.Length + _options.MaxMessageBytes - 1) / _options.MaxMessageBytes;
        var id = ++_parts;
        for (var part = 0; part < count; part++)
        {
            var from = part * _options.MaxMessageBytes;
            _log!.Tell(new LogRequestPart(id, part, count, whole[from..Math.Min(whole.Length, from + _options.MaxMessageBytes)]));
        }
    }

    private void Complete(LogAnswer answer)
    {
        if (!_pending.Remove(answer.Id, out var pending))
            return;

        // Of an append that was sent twice nobody can say that the first one was not written.
        if (answer.Outcome == LogOutcome.Rejected && pending.Sent > 1)
            answer = answer with { Outcome = LogOutcome.Failed };
        pending.Answer.TrySetResult(answer);
    }

    private void Expire()
    {
        foreach (var pending in _pending.Values.Where(p => p.IsLate).ToArray())
        {
            var silence = _log is null ? "the region has no leader" : "the region's log does not answer";
            var message = $"{silence}: after {pending.Age.TotalSeconds:0.0} s it is not known whether it was written";
            Complete(pending.Sent == 0
                ? LogAnswer.Reject(pending.Request.Id, RefusalKind.Unavailable, $"the region has no leader since {pending.Age.TotalSeconds:0.0} s")
                : LogAnswer.Fail(pending.Request.Id, RefusalKind.Timeout, message));
        }

        _unsent.RemoveAll(p => p.Answer.Task.IsCompleted);
        if (_log is null || !_pending.Values.Any(p => p.Sent > 0 && p.SinceSent > _options.ResendAfter))
            return;

        _logger.Info("the region's log has not answered for {0} s: sending again", _options.ResendAfter.TotalSeconds);
        _target.Tell(new LogHello(), Self);
        _unsent.Clear();
        _unsent.AddRange(_pending.Values);
        Send();
    }
}
