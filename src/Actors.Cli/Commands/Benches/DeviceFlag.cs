using System.Globalization;
using Actors.Cli.CommandLine;
using Actors.Contracts.Collections;
using Actors.Contracts.Nodes;

namespace Actors.Cli.Commands.Benches;

/// <summary>A kind of device that simulated nodes have, as a flag says it: <c>nvidia/gpu/1080ti:4,memory=11 GiB</c>.</summary>
internal static class DeviceFlag
{
    private const int Most = 1_000;

    /// <summary>Reads one.</summary>
    /// <param name="text">What was given.</param>
    /// <exception cref="UsageException">It is no device.</exception>
    public static NodeDevice Read(string text)
    {
        var parts = text.Split(',');
        var head = parts[0].Split(':');
        if (head[0].Split('/') is not [{ Length: > 0 } vendor, { Length: > 0 } type, { Length: > 0 } name] || head.Length > 2 || Count(head) is not { } count)
            throw Wrong(text);

        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var attribute in parts.Skip(1))
        {
            if (attribute.Split('=', 2) is not [{ Length: > 0 } key, var value]) throw Wrong(text);
            attributes[key] = value;
        }

        var instances = Enumerable.Range(0, count).Select(i => new DeviceInstance(string.Create(CultureInfo.InvariantCulture, $"{name}-{i}")));
        return new NodeDevice(vendor, type, name, instances.ToEquatableList(), attributes.ToEquatableMap());
    }

    private static int? Count(string[] head)
    {
        if (head.Length == 1) return 1;
        return int.TryParse(head[1], NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is > 0 and <= Most ? count : null;
    }

    private static UsageException Wrong(string text) =>
        new($"flag -device: found \"{text}\", expected vendor/type/name, :1 to :{Most} of them, and attributes, such as nvidia/gpu/1080ti:4,memory=11 GiB");
}
