using System.Diagnostics.Metrics;

namespace Actors.Server.Entities;

/// <summary>How many evaluations are where: set by the leader's broker, read when metrics are collected.</summary>
internal sealed class EvaluationCounts
{
    private (int Ready, int Waiting, int Delayed, int InFlight, int Blocked) _counts;

    /// <param name="meter">Where they are shown.</param>
    public EvaluationCounts(Meter meter) => meter.CreateObservableGauge("actors.evaluations", Observe, description: "Evaluations that the leader knows, by where they are.");

    /// <summary>Says how many there are now.</summary>
    public void Set(int ready, int waiting, int delayed, int inFlight, int blocked) => _counts = (ready, waiting, delayed, inFlight, blocked);

    private IEnumerable<Measurement<int>> Observe()
    {
        var counts = _counts;
        return
        [
            new(counts.Ready, new KeyValuePair<string, object?>("at", "ready")),
            new(counts.Waiting, new KeyValuePair<string, object?>("at", "waiting")),
            new(counts.Delayed, new KeyValuePair<string, object?>("at", "delayed")),
            new(counts.InFlight, new KeyValuePair<string, object?>("at", "in-flight")),
            new(counts.Blocked, new KeyValuePair<string, object?>("at", "blocked")),
        ];
    }
}
