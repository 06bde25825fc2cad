using Actors.Contracts;
using Akka.Actor;

namespace Actors.Server.RegionLog;

/// <summary>The requests that wait for the next row, in the order in which they came, and no more of them than fit.</summary>
/// <param name="maxBytes">How many bytes of appends may wait.</param>
/// <param name="time">The clock for their deadlines.</param>
internal sealed class RequestQueue(long maxBytes, TimeProvider time)
{
    private readonly Queue<Waiting> _waiting = new();
    private long _bytes;

    /// <summary>A request, who asked it, and until when an answer is of use (a timestamp of the clock).</summary>
    internal readonly record struct Waiting(LogRequest Request, IActorRef Asker, long Deadline);

    public int Count => _waiting.Count;

    /// <summary>Adds a request.</summary>
    /// <returns>Null; the refusal when there is no room.</returns>
    public LogAnswer? Add(LogRequest request, IActorRef asker)
    {
        if (request is AppendRequest append)
        {
            if (_bytes > 0 && _bytes + append.Bytes > maxBytes)
                return LogAnswer.Reject(request.Id, RefusalKind.Overloaded, $"{_bytes >> 20} MiB of events wait to be written to the region's log, more than {maxBytes >> 20} MiB may not: try again later");
            _bytes += append.Bytes;
        }

        _waiting.Enqueue(new Waiting(request, asker, time.GetTimestamp() + (long)(request.TimeoutMilliseconds / 1000.0 * time.TimestampFrequency)));
        return null;
    }

    public bool TryPeek(out Waiting next) => _waiting.TryPeek(out next);

    public Waiting Take()
    {
        var next = _waiting.Dequeue();
        if (next.Request is AppendRequest append)
            _bytes -= append.Bytes;
        return next;
    }

    /// <summary>Takes all that is there.</summary>
    public IReadOnlyList<Waiting> TakeAll()
    {
        var all = _waiting.ToArray();
        _waiting.Clear();
        _bytes = 0;
        return all;
    }

    /// <summary>Nobody waits for it any more.</summary>
    public bool IsLate(Waiting waiting) => time.GetTimestamp() > waiting.Deadline;
}

/// <summary>Answers, gathered by who asked, so that each gets one message.</summary>
internal sealed class AnswerBook
{
    private readonly Dictionary<IActorRef, List<LogAnswer>> _answers = [];

    public void Add(IActorRef asker, LogAnswer answer)
    {
        if (!_answers.TryGetValue(asker, out var list))
            _answers[asker] = list = [];
        list.Add(answer);
    }

    public void Send(IActorRef sender)
    {
        foreach (var (asker, answers) in _answers)
            asker.Tell(new LogAnswers(answers), sender);
        _answers.Clear();
    }
}
