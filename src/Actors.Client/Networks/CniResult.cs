using System.Text.Json.Nodes;
using Actors.Contracts.Allocations;
using Actors.Contracts.Collections;

namespace Actors.Client.Networks;

/// <summary>Reads what the last plugin of a chain answered.</summary>
internal static class CniResult
{
    /// <summary>The interface inside the namespace and its addresses.</summary>
    /// <param name="result">The answer.</param>
    /// <param name="dns">What the group asked for, or null.</param>
    /// <exception cref="FormatException">It has no address.</exception>
    public static NetworkStatus Read(JsonNode? result, IReadOnlyList<string> dns)
    {
        var interfaces = result?["interfaces"] as JsonArray ?? [];
        string name = "", ipv4 = "", ipv6 = "";
        foreach (var ip in result?["ips"] as JsonArray ?? [])
        {
            // Versions before 1.0 tell the interface for each address, by its place; an address without one is the only interface's.
            var owner = ip?["interface"]?.GetValue<int>() is { } index && index >= 0 && index < interfaces.Count ? interfaces[index] : null;
            if (owner is not null && string.IsNullOrEmpty(owner["sandbox"]?.GetValue<string>())) continue;
            var address = (ip?["address"]?.GetValue<string>() ?? "").Split('/')[0];
            var device = owner?["name"]?.GetValue<string>() ?? "eth0";
            if (device == "lo" || address.Length == 0) continue;
            if (name.Length == 0) name = device;
            if (address.Contains(':', StringComparison.Ordinal)) ipv6 = ipv6.Length == 0 ? address : ipv6;
            else ipv4 = ipv4.Length == 0 ? address : ipv4;
        }

        if (ipv4.Length == 0 && ipv6.Length == 0) throw new FormatException("the network's plugins gave no address");
        return new NetworkStatus(name, ipv4, ipv6) { DnsServers = dns.ToEquatableList() };
    }
}
