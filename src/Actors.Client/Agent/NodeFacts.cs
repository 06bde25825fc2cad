using System.Text.Json;
using Actors.Client.Fingerprints;
using Actors.Client.Hosting;
using Actors.Client.Volumes;
using Actors.Contracts;
using Actors.Contracts.Nodes;
using Actors.Contracts.Serialization;
using Actors.Drivers;

namespace Actors.Client.Agent;

/// <summary>Gathers what is known of the node, and tells when that makes another node of it.</summary>
/// <param name="id">Its identity.</param>
/// <param name="secret">Its secret.</param>
/// <param name="options">How it is set up.</param>
/// <param name="volumes">Its host volumes.</param>
/// <param name="expectedDrivers">How many drivers will be heard of.</param>
internal sealed class NodeFacts(NodeId id, string secret, ClientOptions options, NodeVolumes volumes, int expectedDrivers)
{
    private readonly Dictionary<string, (DriverFingerprint Found, DateTimeOffset At)> _drivers = [];
    private HostFacts? _host;
    private IReadOnlyDictionary<string, string> _cloud = new Dictionary<string, string>();

    /// <summary>The node as it was last composed, or null.</summary>
    public Node? Node { get; private set; }

    /// <summary>The machine was looked at.</summary>
    public void Take(HostFacts host) => _host = host;

    /// <summary>The machine's cloud told of it.</summary>
    public void Take(IReadOnlyDictionary<string, string> cloud) => _cloud = cloud;

    /// <summary>A driver was looked at; true when its health changed.</summary>
    public bool Take(string driver, DriverFingerprint found, DateTimeOffset now)
    {
        var changed = !_drivers.TryGetValue(driver, out var before) || before.Found.Healthy != found.Healthy || before.Found.Detected != found.Detected;
        _drivers[driver] = (found, changed ? now : before.At);
        return changed;
    }

    /// <summary>Composes the node; true when it is another one than before.</summary>
    /// <param name="waitForDrivers">Not before all drivers were heard of once.</param>
    public bool Compose(bool waitForDrivers)
    {
        if (_host is null || (waitForDrivers && Node is null && _drivers.Count < expectedDrivers)) return false;
        var host = _cloud.Count == 0 ? _host : _host with { Attributes = _host.Attributes.Concat(_cloud).GroupBy(a => a.Key).ToDictionary(a => a.Key, a => a.First().Value) };
        var node = NodeComposer.Compose(id, secret, options, host, _drivers) with { HostVolumes = volumes.Shown };
        if (Node is not null && Json(Node).AsSpan().SequenceEqual(Json(node))) return false;
        Node = node;
        return true;
    }

    private static byte[] Json(Node node) => JsonSerializer.SerializeToUtf8Bytes(node, ContractsJson.Default.Node);
}
