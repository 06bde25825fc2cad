using System.Globalization;

namespace Actors.Benchmarks;

/// <summary>Where benchmarks say their figures: one line each, with baseline and bar, so that a run can be read and compared.</summary>
internal sealed class Report(TextWriter output)
{
    private readonly List<string> _missed = [];

    /// <summary>The figures that missed their bar.</summary>
    public IReadOnlyList<string> Missed => _missed;

    /// <summary>Starts a group of figures.</summary>
    public void Title(string text) => output.WriteLine($"\n{text}");

    /// <summary>Says something about the run that is not a figure.</summary>
    public void Note(string text) => output.WriteLine($"    {text}");

    /// <summary>A figure where more is better.</summary>
    /// <param name="name">What was measured.</param>
    /// <param name="value">What it came to.</param>
    /// <param name="unit">Its unit.</param>
    /// <param name="bar">The least it should be, or null.</param>
    /// <param name="baseline">What it is compared with, measured in the same run, or null.</param>
    public void AtLeast(string name, double value, string unit, double? bar = null, (string Name, double Value)? baseline = null) =>
        Line(name, value, unit, bar is null ? null : $"bar ≥ {Number(bar.Value)}", bar is null || value >= bar, baseline);

    /// <summary>A figure where less is better.</summary>
    /// <inheritdoc cref="AtLeast"/>
    public void AtMost(string name, double value, string unit, double? bar = null, (string Name, double Value)? baseline = null) =>
        Line(name, value, unit, bar is null ? null : $"bar ≤ {Number(bar.Value)}", bar is null || value <= bar, baseline);

    private void Line(string name, double value, string unit, string? bar, bool met, (string Name, double Value)? baseline)
    {
        var ratio = baseline is { } b && b.Value > 0 ? $"{value / b.Value:0.00} × {b.Name} ({Number(b.Value)} {unit})" : "";
        var verdict = bar is null ? "" : met ? $"{bar}: met" : $"{bar}: MISSED";
        output.WriteLine($"    {name,-58} {Number(value),12} {unit,-10} {verdict,-24} {ratio}".TrimEnd());
        if (!met)
            _missed.Add(name);
    }

    private static string Number(double value) => value.ToString(Math.Abs(value) switch { >= 100 => "#,0", >= 0.1 => "0.##", _ => "0.####" }, CultureInfo.InvariantCulture);
}
