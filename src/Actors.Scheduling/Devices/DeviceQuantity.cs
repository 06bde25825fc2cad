using System.Globalization;

namespace Actors.Scheduling.Devices;

/// <summary>
/// A device's attribute with its unit: <c>11 GiB</c>, <c>1.5 GHz</c>, <c>250 W</c>. Two are compared in their common base, so that
/// <c>11264 MiB</c> is <c>11 GiB</c>; what has no unit, or one of another kind, is no quantity to compare with.
/// </summary>
internal readonly record struct DeviceQuantity(double Value, string Base)
{
    private static readonly Dictionary<string, (double Factor, string Base)> Units = new(StringComparer.Ordinal)
    {
        ["KiB"] = (1L << 10, "B"),
        ["MiB"] = (1L << 20, "B"),
        ["GiB"] = (1L << 30, "B"),
        ["TiB"] = (1L << 40, "B"),
        ["PiB"] = (1L << 50, "B"),
        ["EiB"] = (1L << 60, "B"),
        ["kB"] = (1e3, "B"),
        ["KB"] = (1e3, "B"),
        ["MB"] = (1e6, "B"),
        ["GB"] = (1e9, "B"),
        ["TB"] = (1e12, "B"),
        ["PB"] = (1e15, "B"),
        ["EB"] = (1e18, "B"),
        ["KiB/s"] = (1L << 10, "B/s"),
        ["MiB/s"] = (1L << 20, "B/s"),
        ["GiB/s"] = (1L << 30, "B/s"),
        ["TiB/s"] = (1L << 40, "B/s"),
        ["kB/s"] = (1e3, "B/s"),
        ["KB/s"] = (1e3, "B/s"),
        ["MB/s"] = (1e6, "B/s"),
        ["GB/s"] = (1e9, "B/s"),
        ["TB/s"] = (1e12, "B/s"),
        ["Hz"] = (1, "Hz"),
        ["kHz"] = (1e3, "Hz"),
        ["KHz"] = (1e3, "Hz"),
        ["MHz"] = (1e6, "Hz"),
        ["GHz"] = (1e9, "Hz"),
        ["mW"] = (1e-3, "W"),
        ["W"] = (1, "W"),
        ["kW"] = (1e3, "W"),
        ["KW"] = (1e3, "W"),
        ["MW"] = (1e6, "W"),
        ["GW"] = (1e9, "W"),
    };

    /// <summary>Reads a number with a unit.</summary>
    public static bool TryParse(string text, out DeviceQuantity quantity)
    {
        quantity = default;
        var trimmed = text.AsSpan().Trim();
        var end = trimmed.Length;
        while (end > 0 && (char.IsAsciiLetter(trimmed[end - 1]) || trimmed[end - 1] == '/')) end--;
        if (end == 0 || end == trimmed.Length || !Units.TryGetValue(trimmed[end..].ToString(), out var unit)) return false;
        if (!double.TryParse(trimmed[..end].Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)) return false;
        quantity = new DeviceQuantity(number * unit.Factor, unit.Base);
        return true;
    }
}
