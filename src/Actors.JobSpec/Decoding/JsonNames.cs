using System.Collections.Concurrent;

namespace Actors.JobSpec.Decoding;

/// <summary>Names of the language as the job's JSON has them.</summary>
internal static class JsonNames
{
    private static readonly ConcurrentDictionary<string, string> Known = new(StringComparer.Ordinal)
    {
        ["id"] = "ID",
        ["cpu"] = "CPU",
        ["memory"] = "MemoryMB",
        ["memory_max"] = "MemoryMaxMB",
        ["disk"] = "DiskMB",
        ["iops"] = "IOPS",
        ["mbits"] = "MBits",
        ["ip"] = "IP",
        ["cidr"] = "CIDR",
        ["ttl"] = "TTL",
        ["url"] = "URL",
        ["aud"] = "Audience",
    };

    /// <summary>snake_case to PascalCase, with Nomad's exceptions.</summary>
    public static string Of(string name)
    {
        if (Known.TryGetValue(name, out var known)) return known;
        var derived = string.Concat(name.Split('_', StringSplitOptions.RemoveEmptyEntries).Select(part => char.ToUpperInvariant(part[0]) + part[1..]));

        // Only the language's own names come here, but a bound costs nothing.
        if (Known.Count < 1000) Known.TryAdd(name, derived);
        return derived;
    }
}
