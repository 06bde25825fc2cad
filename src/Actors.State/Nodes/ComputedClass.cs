using System.Security.Cryptography;
using System.Text;
using Actors.Contracts.Nodes;

namespace Actors.State.Nodes;

/// <summary>Names a node's class: the same for all nodes that constraints can't tell apart.</summary>
public static class ComputedClass
{
    /// <summary>Attributes and metadata that begin so are a node's own, and not part of its class (Nomad's rule).</summary>
    public const string UniquePrefix = "unique.";

    /// <summary>The class of a node: <c>v1:</c> and a hash of datacenter, pool, class, attributes, metadata, drivers, host volumes and kinds of devices.</summary>
    public static string Of(Node node)
    {
        var text = new StringBuilder();
        Add(text, "datacenter", node.Datacenter);
        Add(text, "pool", node.NodePool);
        Add(text, "class", node.NodeClass);
        foreach (var (name, value) in Shared(node.Attributes)) Add(text, $"attribute {name}", value);
        foreach (var (name, value) in Shared(node.Meta)) Add(text, $"meta {name}", value);
        foreach (var (name, driver) in node.Drivers.OrderBy(d => d.Key, StringComparer.Ordinal)) Add(text, $"driver {name}", $"{driver.Detected} {driver.Healthy}");
        foreach (var (name, volume) in node.HostVolumes.OrderBy(v => v.Key, StringComparer.Ordinal)) Add(text, $"volume {name}", volume.ReadOnly ? "read-only" : "writable");
        foreach (var device in node.Resources.Devices ?? [])
        {
            Add(text, "device", device.ToString());
            foreach (var (name, value) in Shared(device.Attributes)) Add(text, $"device attribute {name}", value);
        }

        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()));
        return $"v1:{BitConverter.ToUInt64(hash)}";
    }

    private static IEnumerable<KeyValuePair<string, string>> Shared(IReadOnlyDictionary<string, string> map) =>
        map.Where(pair => !pair.Key.StartsWith(UniquePrefix, StringComparison.Ordinal)).OrderBy(pair => pair.Key, StringComparer.Ordinal);

    // NUL can't be in a value: two different nodes never give the same text.
    private static void Add(StringBuilder text, string name, string value) => text.Append(name).Append('\0').Append(value).Append('\0');
}
