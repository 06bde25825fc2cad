using System.Threading.Channels;
using Akka.Actor;

namespace Actors.Server.Link;

/// <summary>The caller's end of one request to a client: finds the session, on whichever server, and hands over the answer's pieces as fast as they are taken.</summary>
internal sealed class CallActor : UntypedActor, IWithTimers
{
    /// <summary>How long the servers have to say whether they hold the client's stream.</summary>
    private static readonly TimeSpan LocateWithin = TimeSpan.FromSeconds(3);

    private readonly OpenCall _call;
    private readonly CallState _state;
    private readonly IReadOnlyList<ActorSelection> _links;
    private readonly TimeProvider _time;
    private IActorRef? _session;
    private int _unknown;
    private long _uncredited;
    private (IActorRef Writer, long Bytes)? _writing;

    /// <param name="call">What is asked.</param>
    /// <param name="state">Shared with the caller.</param>
    /// <param name="links">The client links of all servers.</param>
    /// <param name="time">The clock of the deadline.</param>
    public CallActor(OpenCall call, CallState state, IReadOnlyList<ActorSelection> links, TimeProvider time)
    {
        _call = call;
        _state = state;
        _links = links;
        _time = time;
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        foreach (var link in _links)
            link.Tell(new LocateSession(_call.NodeId));
        Timers.StartSingleTimer("locate", NotFound.Instance, LocateWithin);
        var left = _call.Deadline - _time.GetUtcNow();
        Timers.StartSingleTimer("deadline", new CallEnd(_call.CallId, 504, "the deadline passed"), left > TimeSpan.Zero ? left : TimeSpan.Zero);
    }

    protected override void PostStop()
    {
        _session?.Tell(new CallEnd(_call.CallId, CallEnd.CallerGone, ""));
        _state.Fail(new ClientCallException(503, "the server is stopping"));
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case SessionHeld when _session is null:
                _session = Context.Watch(Sender);
                Timers.Cancel("locate");
                _session.Tell(_call);
                _state.Opened.TrySetResult();
                break;
            case SessionUnknown when ++_unknown == _links.Count:
            case NotFound when _session is null:
                _state.Fail(new ClientUnreachableException(_call.NodeId));
                Context.Stop(Self);
                break;
            case CallData data:
                _state.Pieces.Writer.TryWrite(data.Data);
                break;
            case Taken taken:
                Credit(taken.Bytes);
                break;
            case CallEnd end:
                _state.End(end);
                _session = end.Status == 504 ? _session : null;
                Context.Stop(Self);
                break;
            case CallInput input when _session is not null:
                _writing = (Sender, input.Data.Length);
                _session.Tell(input);
                break;
            case CallInputTaken taken when _writing is { } writing:
                _writing = null;
                writing.Writer.Tell(taken);
                break;
            case AllSent when _session is not null:
                _session.Tell(new CallEnd(_call.CallId, 200, ""));
                break;
            case Abandoned:
                Context.Stop(Self);
                break;
            case Terminated:
                _session = null;
                _state.Fail(new ClientUnreachableException(_call.NodeId));
                Context.Stop(Self);
                break;
        }
    }

    /// <summary>Credits are given in larger portions: one message for a quarter of the window.</summary>
    private void Credit(int bytes)
    {
        _uncredited += bytes;
        if (_uncredited < SessionCalls.Window / 4 || _session is null)
            return;

        _session.Tell(new CallCredit(_call.CallId, _uncredited));
        _uncredited = 0;
    }

    /// <summary>The caller took a piece.</summary>
    internal sealed record Taken(int Bytes) : INoSerializationVerificationNeeded;

    /// <summary>The caller sends nothing more.</summary>
    internal sealed record AllSent : INoSerializationVerificationNeeded;

    /// <summary>The caller is gone.</summary>
    internal sealed record Abandoned : INoSerializationVerificationNeeded;

    private sealed record NotFound : INoSerializationVerificationNeeded
    {
        public static NotFound Instance { get; } = new();
    }
}

/// <summary>What a caller and its <see cref="CallActor"/> share. The pieces are few: no more than the window of the client link is ever under way.</summary>
internal sealed class CallState
{
    private readonly CancellationTokenSource _over = new();

    /// <summary>Done when the client's session is found.</summary>
    public TaskCompletionSource Opened { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The answer's pieces.</summary>
    public Channel<byte[]> Pieces { get; } = Channel.CreateUnbounded<byte[]>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });

    /// <summary>Cancelled when the request is over: nothing can be sent into it any more.</summary>
    public CancellationToken Over => _over.Token;

    /// <summary>The client ended the answer.</summary>
    public void End(CallEnd end)
    {
        if (end.Status is >= 200 and < 300)
        {
            Pieces.Writer.TryComplete();
            _over.Cancel();
        }
        else
        {
            Fail(new ClientCallException(end.Status, end.Error));
        }
    }

    /// <summary>There is no (more) answer.</summary>
    public void Fail(Exception error)
    {
        Opened.TrySetException(error);
        Pieces.Writer.TryComplete(error);
        _over.Cancel();
    }
}
