namespace Actors.Client.Link;

/// <summary>How long to wait before connecting again: 100 ms, doubling to 15 s, each made a random half shorter at most so that clients that lost one server don't come to the next all at once.</summary>
/// <param name="Failures">In a row.</param>
internal sealed record LinkBackoff(int Failures)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(15);

    /// <summary>Nothing failed yet.</summary>
    public static LinkBackoff Fresh { get; } = new(0);

    /// <summary>One more failure, and the wait after it.</summary>
    /// <param name="random">0 to 1.</param>
    public (LinkBackoff Next, TimeSpan Wait) Fail(double random)
    {
        var full = First * Math.Pow(2, Math.Min(Failures, 10));
        var capped = full < Longest ? full : Longest;
        return (new LinkBackoff(Failures + 1), capped * (1 - (0.5 * random)));
    }
}
