using System.Text.Json.Serialization;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Actors.Api.Telemetry;

/// <summary>The measurements in the JSON of Nomad's <c>/v1/metrics</c>: gauges, counters (since the last look) and samples.</summary>
internal sealed class NomadMetrics : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Exporter _exporter = new();

    public NomadMetrics() => Reader = new BaseExportingMetricReader(_exporter);

    /// <summary>What OpenTelemetry collects into.</summary>
    public BaseExportingMetricReader Reader { get; }

    /// <summary>All measurements as they are now.</summary>
    /// <param name="at">The time to show with them.</param>
    public MetricsSummary Collect(DateTimeOffset at)
    {
        lock (_lock)
        {
            _exporter.Begin();
            _exporter.Collect!(Timeout.Infinite);
            return _exporter.End(at);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Reader.Dispose();

    [ExportModes(ExportModes.Pull)]
    private sealed class Exporter : BaseExporter<Metric>, IPullMetricExporter
    {
        private readonly List<GaugeValue> _gauges = [];
        private readonly List<SampledValue> _counters = [];
        private readonly List<SampledValue> _samples = [];

        public Func<int, bool>? Collect { get; set; }

        public void Begin()
        {
            _gauges.Clear();
            _counters.Clear();
            _samples.Clear();
        }

        public MetricsSummary End(DateTimeOffset at) => new()
        {
            Timestamp = at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss +0000 'UTC'", System.Globalization.CultureInfo.InvariantCulture),
            Gauges = [.. _gauges.OrderBy(g => g.Name, StringComparer.Ordinal)],
            Points = [],
            Counters = [.. _counters.OrderBy(c => c.Name, StringComparer.Ordinal)],
            Samples = [.. _samples.OrderBy(s => s.Name, StringComparer.Ordinal)],
        };

        /// <inheritdoc/>
        public override ExportResult Export(in Batch<Metric> batch)
        {
            foreach (var metric in batch)
            {
                foreach (ref readonly var point in metric.GetMetricPoints())
                    Add(metric, point);
            }

            return ExportResult.Success;
        }

        private void Add(Metric metric, in MetricPoint point)
        {
            var labels = new Dictionary<string, string>();
            foreach (var tag in point.Tags)
                labels[tag.Key] = tag.Value?.ToString() ?? "";

            switch (metric.MetricType)
            {
                case MetricType.LongGauge:
                    _gauges.Add(new GaugeValue(metric.Name, point.GetGaugeLastValueLong(), labels));
                    break;
                case MetricType.DoubleGauge:
                    _gauges.Add(new GaugeValue(metric.Name, point.GetGaugeLastValueDouble(), labels));
                    break;
                case MetricType.LongSumNonMonotonic:
                    _gauges.Add(new GaugeValue(metric.Name, point.GetSumLong(), labels));
                    break;
                case MetricType.DoubleSumNonMonotonic:
                    _gauges.Add(new GaugeValue(metric.Name, point.GetSumDouble(), labels));
                    break;
                case MetricType.LongSum:
                    _counters.Add(Sampled(metric.Name, 1, point.GetSumLong(), labels));
                    break;
                case MetricType.DoubleSum:
                    _counters.Add(Sampled(metric.Name, 1, point.GetSumDouble(), labels));
                    break;
                case MetricType.Histogram or MetricType.ExponentialHistogram:
                    var count = point.GetHistogramCount();
                    var sum = point.GetHistogramSum();
                    var (min, max) = point.TryGetHistogramMinMaxValues(out var least, out var most) ? (least, most) : (0, 0);
                    _samples.Add(new SampledValue(metric.Name, count, 0, sum, min, max, count == 0 ? 0 : sum / count, 0, labels));
                    break;
                default:
                    throw new InvalidOperationException($"{metric.Name} is of an unknown kind: {metric.MetricType}");
            }
        }

        private static SampledValue Sampled(string name, long count, double sum, Dictionary<string, string> labels) => new(name, count, 0, sum, sum, sum, sum, 0, labels);
    }
}

/// <summary>All measurements.</summary>
internal sealed record MetricsSummary
{
    public required string Timestamp { get; init; }

    public required IReadOnlyList<GaugeValue> Gauges { get; init; }

    public required IReadOnlyList<GaugeValue> Points { get; init; }

    public required IReadOnlyList<SampledValue> Counters { get; init; }

    public required IReadOnlyList<SampledValue> Samples { get; init; }
}

/// <summary>What something is now.</summary>
internal sealed record GaugeValue(string Name, double Value, IReadOnlyDictionary<string, string> Labels);

/// <summary>What was seen how often.</summary>
internal sealed record SampledValue(string Name, long Count, double Rate, double Sum, double Min, double Max, double Mean, [property: JsonPropertyName("Stddev")] double StdDev, IReadOnlyDictionary<string, string> Labels);
