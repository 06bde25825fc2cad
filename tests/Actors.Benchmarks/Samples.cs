namespace Actors.Benchmarks;

/// <summary>Repeated measurements of one thing.</summary>
internal sealed class Samples
{
    private readonly List<double> _values = [];

    /// <summary>How many there are.</summary>
    public int Count => _values.Count;

    /// <summary>Adds one.</summary>
    public void Add(double value) => _values.Add(value);

    /// <summary>The value that a share (0 to 1) of all are at or below.</summary>
    public double Percentile(double share)
    {
        if (_values.Count == 0)
            throw new InvalidOperationException("nothing was measured");

        var sorted = _values.Order().ToArray();
        return sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)];
    }

    /// <summary>The middle one.</summary>
    public double Median => Percentile(0.5);
}
