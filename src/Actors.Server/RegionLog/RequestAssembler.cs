using Actors.Server.Serialization;
using Akka.Actor;

namespace Actors.Server.RegionLog;

/// <summary>Puts the parts of large requests together again: one at a time per asker, in order; a part that doesn't follow drops what was there (its sender will send it again).</summary>
/// <param name="maxBytes">The most bytes of one request.</param>
internal sealed class RequestAssembler(int maxBytes)
{
    private readonly Dictionary<IActorRef, (long Id, int Next, MemoryStream Bytes)> _open = [];

    /// <summary>Adds a part.</summary>
    /// <returns>The requests, when this was the last part; else null.</returns>
    public LogRequests? Add(LogRequestPart part, IActorRef asker)
    {
        if (part.Part == 0)
            _open[asker] = (part.Id, 0, new MemoryStream());
        if (!_open.TryGetValue(asker, out var open) || open.Id != part.Id || open.Next != part.Part || open.Bytes.Length + part.Bytes.Length > maxBytes)
        {
            _open.Remove(asker);
            return null;
        }

        open.Bytes.Write(part.Bytes);
        if (part.Part + 1 < part.Parts)
        {
            _open[asker] = open with { Next = open.Next + 1 };
            return null;
        }

        _open.Remove(asker);
        return LogFormat.ReadRequests(open.Bytes.GetBuffer().AsSpan(0, (int)open.Bytes.Length));
    }

    /// <summary>An asker is gone.</summary>
    public void Forget(IActorRef asker) => _open.Remove(asker);
}
