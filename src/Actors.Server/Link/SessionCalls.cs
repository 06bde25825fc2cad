using Actors.Contracts.Link;
using Akka.Actor;
using Google.Protobuf;

namespace Actors.Server.Link;

/// <summary>A caller's input is on the stream.</summary>
internal sealed record CallInputWritten(string CallId) : INoSerializationVerificationNeeded;

/// <summary>
/// The calls under way on one client's stream. Answers flow only as fast as the caller takes them: the client may have so many bytes
/// under way, and gets credit for what the caller took. What a caller sends flows only as fast as the client takes it, likewise.
/// </summary>
/// <param name="send">Puts a frame on the stream.</param>
/// <param name="sendTold">Puts a frame on the stream, and tells the session when it is there; false when it can't.</param>
/// <param name="watch">Watches a caller.</param>
/// <param name="unwatch">Stops watching a caller.</param>
internal sealed class SessionCalls(
    Action<ServerFrame> send,
    Func<(ServerFrame Frame, object Written), bool> sendTold,
    Func<IActorRef, IActorRef> watch,
    Action<IActorRef> unwatch)
{
    /// <summary>How many bytes of an answer may be under way without credit; the client link's documents say the same.</summary>
    public const int Window = 256 * 1024;

    /// <summary>How many calls one client may have at once.</summary>
    private const int MaxCalls = 256;

    /// <summary>What a client that doesn't know of credits may send ahead before its call is ended.</summary>
    private const int HardWindow = 16 * Window;

    private readonly Dictionary<string, Call> _calls = [];

    /// <summary>A message of a caller, or about one that ended.</summary>
    public void OnCallerMessage(object message, IActorRef sender)
    {
        switch (message)
        {
            case OpenCall when _calls.Count >= MaxCalls:
                sender.Tell(new CallEnd(((OpenCall)message).CallId, 429, $"the client has {MaxCalls} calls under way, the most there may be: try again later"));
                break;
            case OpenCall open:
                _calls[open.CallId] = new Call(watch(sender));
                send(new ServerFrame
                {
                    StreamOpen = new StreamOpen
                    {
                        StreamId = open.CallId,
                        Method = open.Method,
                        ArgumentsJson = UnsafeByteOperations.UnsafeWrap(open.Arguments),
                        DeadlineUnixMs = open.Deadline.ToUnixTimeMilliseconds(),
                    },
                });
                break;
            case CallCredit credit when _calls.TryGetValue(credit.CallId, out var call):
                call.UnderWay -= credit.Bytes;
                send(new ServerFrame { StreamCredit = new StreamCredit { StreamId = credit.CallId, Bytes = credit.Bytes } });
                break;
            case CallInput input when _calls.TryGetValue(input.CallId, out var call):
                call.InputUnderWay += input.Data.Length;
                var data = new ServerFrame { StreamData = new StreamData { StreamId = input.CallId, Data = UnsafeByteOperations.UnsafeWrap(input.Data) } };
                if (!sendTold((data, new CallInputWritten(input.CallId))))
                    End(input.CallId, 503, "the client doesn't read");
                break;
            case CallInputWritten written when _calls.TryGetValue(written.CallId, out var call):
                call.InputWaits = true;
                TakeMore(written.CallId, call);
                break;
            case CallEnd { Status: CallEnd.CallerGone } end:
                Abandon(end.CallId);
                break;
            case CallEnd end when _calls.ContainsKey(end.CallId):
                send(new ServerFrame { StreamEnd = new StreamEnd { StreamId = end.CallId, Status = end.Status, Error = end.Error } });
                break;
            case Terminated terminated:
                foreach (var id in _calls.Where(c => c.Value.Caller.Equals(terminated.ActorRef)).Select(c => c.Key).ToList())
                    Abandon(id);
                break;
        }
    }

    /// <summary>A frame of the client that belongs to a call; one of a call that is over is dropped.</summary>
    public void OnClientFrame(ClientFrame frame)
    {
        if (frame.BodyCase == ClientFrame.BodyOneofCase.StreamEnd)
        {
            End(frame.StreamEnd.StreamId, frame.StreamEnd.Status, frame.StreamEnd.Error);
            return;
        }

        if (frame.BodyCase == ClientFrame.BodyOneofCase.StreamCredit)
        {
            if (_calls.TryGetValue(frame.StreamCredit.StreamId, out var credited))
            {
                credited.InputUnderWay -= frame.StreamCredit.Bytes;
                TakeMore(frame.StreamCredit.StreamId, credited);
            }

            return;
        }

        var id = frame.StreamData.StreamId;
        if (!_calls.TryGetValue(id, out var call))
            return;

        call.UnderWay += frame.StreamData.Data.Length;
        if (call.UnderWay > HardWindow)
        {
            send(Cancel(id));
            End(id, 503, $"the caller took too little: {HardWindow} bytes of the answer were waiting");
            return;
        }

        call.Caller.Tell(new CallData(id, frame.StreamData.Data.ToByteArray()));
    }

    /// <summary>The stream is gone: so are its calls.</summary>
    public void EndAll(int status, string error)
    {
        foreach (var id in _calls.Keys.ToList())
            End(id, status, error);
    }

    /// <summary>A caller's next input is taken when its last one is on the stream, and the client isn't too far behind with taking it.</summary>
    private static void TakeMore(string id, Call call)
    {
        if (!call.InputWaits || call.InputUnderWay >= Window)
            return;

        call.InputWaits = false;
        call.Caller.Tell(new CallInputTaken(id));
    }

    private void End(string id, int status, string error)
    {
        if (!_calls.Remove(id, out var call))
            return;

        unwatch(call.Caller);
        call.Caller.Tell(new CallEnd(id, status, error));
    }

    private void Abandon(string id)
    {
        if (!_calls.Remove(id, out var call))
            return;

        unwatch(call.Caller);
        send(Cancel(id));
    }

    private static ServerFrame Cancel(string id) => new() { StreamEnd = new StreamEnd { StreamId = id, Status = CallEnd.CallerGone, Error = "the caller is gone" } };

    private sealed class Call(IActorRef caller)
    {
        public IActorRef Caller { get; } = caller;

        public long UnderWay { get; set; }

        public long InputUnderWay { get; set; }

        public bool InputWaits { get; set; }
    }
}
