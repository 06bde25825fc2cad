using System.Globalization;
using System.Text.Json;
using Actors.Client.Simulation;

namespace Actors.Cli.Commands.Benches;

/// <summary>Shows latencies, for people and as JSON.</summary>
internal static class Latency
{
    /// <summary>The percentiles that tell most.</summary>
    public static string Text(LatencyHistogram latencies) => latencies.Count == 0
        ? "none yet"
        : string.Create(CultureInfo.InvariantCulture, $"p50 {Milliseconds(latencies, 0.5):0.##} ms, p99 {Milliseconds(latencies, 0.99):0.##} ms, longest {Milliseconds(latencies, 1):0.##} ms of {latencies.Count:#,0}");

    /// <summary>The same as a member: an object with <c>Count</c>, <c>P50</c>, <c>P99</c> and <c>Max</c>.</summary>
    public static void Write(Utf8JsonWriter writer, string name, LatencyHistogram latencies)
    {
        writer.WriteStartObject(name);
        writer.WriteNumber("Count", latencies.Count);
        writer.WriteNumber("P50", Milliseconds(latencies, 0.5));
        writer.WriteNumber("P99", Milliseconds(latencies, 0.99));
        writer.WriteNumber("Max", Milliseconds(latencies, 1));
        writer.WriteEndObject();
    }

    private static double Milliseconds(LatencyHistogram latencies, double share) => Math.Round(latencies.Percentile(share).TotalMilliseconds, 3);
}
