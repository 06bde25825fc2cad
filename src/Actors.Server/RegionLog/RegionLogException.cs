using Actors.Contracts;

namespace Actors.Server.RegionLog;

/// <summary>The region's log refused an append or a question, or did not answer in time.</summary>
/// <param name="kind">What to make of it; the HTTP API maps it to a status code.</param>
/// <param name="message">For people: what was found, what was expected.</param>
/// <param name="inner">What caused it.</param>
public sealed class RegionLogException(RefusalKind kind, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What to make of it.</summary>
    public RefusalKind Kind { get; } = kind;
}
