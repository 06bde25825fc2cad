using System.Globalization;
using Actors.Cli.CommandLine;
using Actors.Cli.Hocon;

namespace Actors.Cli.Agent;

/// <summary>A configuration says something that can't be. The message names the place, the key, what was found and what was expected.</summary>
internal sealed class ConfigException(Place place, string message) : Exception($"{place}: {message}");

/// <summary>One key of the agent's configuration.</summary>
/// <param name="Path">Within <c>actors</c>, with dots; <c>*</c> stands for any name.</param>
/// <param name="Expected">What its value must be, for people.</param>
/// <param name="Apply">Reads the value into the settings; null from it: the value is not what was expected.</param>
internal sealed record ConfigKey(string Path, string Expected, Func<AgentSettings, HoconNode, IReadOnlyList<string>, AgentSettings?> Apply)
{
    /// <summary>Any text.</summary>
    public static ConfigKey Text(string path, Func<AgentSettings, string, AgentSettings> apply) =>
        new(path, "a text", (settings, node, _) => node is HoconScalar { Text.Length: > 0 } text ? apply(settings, text.Text) : null);

    /// <summary>true or false.</summary>
    public static ConfigKey Flag(string path, Func<AgentSettings, bool, AgentSettings> apply) =>
        new(path, "true or false", (settings, node, _) => node is HoconScalar scalar && ReadFlag(scalar.Text) is { } flag ? apply(settings, flag) : null);

    /// <summary>A whole number within bounds.</summary>
    public static ConfigKey Whole(string path, int min, int max, Func<AgentSettings, int, AgentSettings> apply) =>
        new(path, max == int.MaxValue ? $"a whole number, {min} or more" : $"a whole number from {min} to {max}", (settings, node, _) =>
            node is HoconScalar scalar && int.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max ? apply(settings, number) : null);

    /// <summary>A number within bounds.</summary>
    public static ConfigKey Real(string path, double min, double max, Func<AgentSettings, double, AgentSettings> apply) =>
        new(path, string.Create(CultureInfo.InvariantCulture, $"a number from {min} to {max}"), (settings, node, _) =>
            node is HoconScalar scalar && double.TryParse(scalar.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max ? apply(settings, number) : null);

    /// <summary>A duration of a least length.</summary>
    public static ConfigKey Duration(string path, TimeSpan min, Func<AgentSettings, TimeSpan, AgentSettings> apply) =>
        new(path, $"a duration such as 30s or 5m{(min > TimeSpan.Zero ? $", {GoDuration.Format(min)} or more" : "")}", (settings, node, _) =>
            node is HoconScalar scalar && TryReadDuration(scalar.Text, out var duration) && duration >= min ? apply(settings, duration) : null);

    /// <summary>One of some words.</summary>
    public static ConfigKey Choice<T>(string path, IReadOnlyDictionary<string, T> choices, Func<AgentSettings, T, AgentSettings> apply) =>
        new(path, $"one of {string.Join(", ", choices.Keys)}", (settings, node, _) =>
            node is HoconScalar scalar && choices.TryGetValue(scalar.Text.ToLowerInvariant(), out var choice) ? apply(settings, choice) : null);

    /// <summary>Texts.</summary>
    public static ConfigKey List(string path, string what, Func<AgentSettings, IReadOnlyList<string>, AgentSettings> apply, Func<string, bool>? isValid = null) =>
        new(path, what, (settings, node, _) => node is HoconArray array && array.Items.All(item => item is HoconScalar text && (isValid?.Invoke(text.Text) ?? true))
            ? apply(settings, [.. array.Items.Select(item => ((HoconScalar)item).Text)])
            : null);

    /// <summary>Is it a list of <c>host:port</c>?</summary>
    public static bool IsHostAndPort(string text) =>
        text.LastIndexOf(':') is var colon and > 0 && int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= 65535;

    private static bool? ReadFlag(string text) => text.ToLowerInvariant() switch
    {
        "true" or "yes" or "on" => true,
        "false" or "no" or "off" => false,
        _ => null,
    };

    // Go's notation, and HOCON's with words and a blank: "10 seconds".
    private static bool TryReadDuration(string text, out TimeSpan duration)
    {
        if (GoDuration.TryParse(text, out duration) && duration >= TimeSpan.Zero)
            return true;
        var digits = text.AsSpan().IndexOfAnyExcept("0123456789.");
        if (digits <= 0 || !double.TryParse(text.AsSpan(0, digits), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount) || amount > 1e9)
            return false;
        TimeSpan? unit = text[digits..].Trim() switch
        {
            "ns" or "nano" or "nanos" or "nanosecond" or "nanoseconds" => TimeSpan.FromMicroseconds(0.001),
            "us" or "micro" or "micros" or "microsecond" or "microseconds" => TimeSpan.FromMicroseconds(1),
            "ms" or "milli" or "millis" or "millisecond" or "milliseconds" => TimeSpan.FromMilliseconds(1),
            "s" or "second" or "seconds" => TimeSpan.FromSeconds(1),
            "m" or "minute" or "minutes" => TimeSpan.FromMinutes(1),
            "h" or "hour" or "hours" => TimeSpan.FromHours(1),
            "d" or "day" or "days" => TimeSpan.FromDays(1),
            _ => null,
        };
        duration = (unit ?? TimeSpan.Zero) * amount;
        return unit is not null;
    }
}
