using System.Globalization;
using Actors.Contracts.Volumes;
using Actors.JobSpec.Canonical;
using Actors.JobSpec.Values;

namespace Actors.JobSpec.Decoding;

/// <summary>A volume file to the volume's record.</summary>
internal static class HostVolumeDecoder
{
    private const string Bytes = "a size such as \"10GiB\", \"500MB\" or a number of bytes";

    private static readonly (string Unit, long Factor)[] Units =
    [
        ("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40), ("PiB", 1L << 50),
        ("KB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000), ("PB", 1_000_000_000_000_000), ("B", 1),
    ];

    public static HostVolume Volume(BlockReader b)
    {
        var type = b.Text("type");
        if (type is not ("" or "host"))
            b.Context.Diagnostics.Error(DiagnosticCodes.NotSupported, b.RangeOf("type"), $"type: the only type of volume is \"host\", found \"{type}\"");
        return new HostVolume
        {
            Id = b.Text("id"),
            Namespace = b.Text("namespace"),
            Name = b.RequiredText("name"),
            PluginId = b.Text("plugin_id", "PluginID"),
            NodePool = b.Text("node_pool"),
            NodeId = b.Text("node_id", "NodeID"),
            Constraints = b.Many("constraint", "Constraints", c => Defaults.Of(JobDecoder.Constraint(c))),
            CapacityBytes = Size(b, "capacity", "CapacityBytes"),
            RequestedCapacityMinBytes = Size(b, "capacity_min", "RequestedCapacityMinBytes"),
            RequestedCapacityMaxBytes = Size(b, "capacity_max", "RequestedCapacityMaxBytes"),
            RequestedCapabilities = b.Many("capability", "RequestedCapabilities", c => new HostVolumeCapability(c.Text("attachment_mode"), c.Text("access_mode"))),
            Parameters = b.TextMap("parameters"),
            HostPath = b.Text("host_path"),
        };
    }

    private static long Size(BlockReader b, string name, string json)
    {
        if (b.Value(name, HclType.Any, json) is not { IsPresent: true } value) return 0;
        if (Conversion.Convert(value, HclType.String, out _) is { IsPresent: true } text && TryBytes(text.Text, out var bytes)) return bytes;
        b.Context.Diagnostics.Error(DiagnosticCodes.OutOfRange, b.RangeOf(name), $"{name}: expected {Bytes}");
        return 0;
    }

    private static bool TryBytes(string text, out long bytes)
    {
        var (unit, factor) = Units.FirstOrDefault(u => text.EndsWith(u.Unit, StringComparison.OrdinalIgnoreCase), ("", 1));
        bytes = 0;
        if (!decimal.TryParse(text.AsSpan(0, text.Length - unit.Length).Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            || number > long.MaxValue / factor)
            return false;
        bytes = (long)(number * factor);
        return true;
    }
}
