using Actors.Contracts.Allocations;
using Actors.Contracts.Nodes;
using Actors.Contracts.Text;
using Actors.Scheduling.Feasibility;

namespace Actors.Scheduling.Nodes;

/// <summary>The ports in use on one node, by its addresses.</summary>
internal sealed class NodePorts
{
    private readonly Node _node;
    private readonly Dictionary<string, PortSet> _byAddress = new(StringComparer.Ordinal);

    public NodePorts(Node node)
    {
        _node = node;
        Clear();
    }

    /// <summary>Only what the node's operator keeps for himself is in use.</summary>
    public void Clear()
    {
        _byAddress.Clear();
        foreach (var (from, to) in NumberRanges.Of(_node.Reserved.Ports))
        {
            foreach (var network in _node.Resources.Networks)
            {
                for (var port = from; port <= to; port++) Of(network.Ip).Add(port);
            }
        }
    }

    public void Add(IReadOnlyList<AllocatedPort> ports)
    {
        foreach (var port in ports) Of(port.HostIp).Add(port.Value);
    }

    public bool Contains(string address, int port) => _byAddress.TryGetValue(address, out var set) && set.Contains(port);

    /// <summary>How many dynamic ports are free on an address.</summary>
    public int FreeDynamic(string address)
    {
        var (min, max) = (_node.Resources.MinDynamicPort, _node.Resources.MaxDynamicPort);
        return _byAddress.TryGetValue(address, out var set) ? set.FreeWithin(min, max) : Math.Max(0, max - min + 1);
    }

    /// <summary>
    /// Chooses the ports that a group asks for; all or none. The numbers of dynamic ports follow from <paramref name="seed"/>, so that the
    /// same question has the same answer, and one that was just given back is seldom the next one given out.
    /// </summary>
    /// <returns>The ports, or null with <paramref name="failed"/> set to the first that can't be had.</returns>
    public IReadOnlyList<AllocatedPort>? TryAssign(IReadOnlyList<PortAsk> asks, ulong seed, out PortAsk? failed)
    {
        failed = null;
        if (asks.Count == 0) return [];

        var assigned = new AllocatedPort[asks.Count];
        var taken = new List<(PortSet Set, int Port)>(asks.Count);
        // Static ports first: a dynamic one must not sit on them.
        foreach (var isStatic in (ReadOnlySpan<bool>)[true, false])
        {
            for (var i = 0; i < asks.Count; i++)
            {
                var ask = asks[i];
                if (ask.Static > 0 != isStatic) continue;
                var network = StaticChecks.NetworkOf(_node, ask.HostNetwork);
                var value = network is null ? -1 : Choose(ask, Of(network.Ip), ref seed);
                if (value < 0)
                {
                    foreach (var (set, port) in taken) set.Remove(port);
                    failed = ask;
                    return null;
                }

                if (!Of(network!.Ip).Contains(value))
                {
                    Of(network.Ip).Add(value);
                    taken.Add((Of(network.Ip), value));
                }

                assigned[i] = new AllocatedPort(ask.Label, value, ask.To == -1 ? value : ask.To, network.Ip, ask.Task);
            }
        }

        // Only the table says what is in use; it adds what it was given.
        foreach (var (set, port) in taken) set.Remove(port);
        return assigned;
    }

    private int Choose(PortAsk ask, PortSet used, ref ulong seed)
    {
        if (ask.Static > 0) return ask.MayCollide || !used.Contains(ask.Static) ? ask.Static : -1;
        var (min, max) = (_node.Resources.MinDynamicPort, _node.Resources.MaxDynamicPort);
        if (max < min) return -1;
        seed = Hash.Mix(seed);
        return used.FirstFree(min + (int)(seed % (ulong)(max - min + 1)), min, max);
    }

    private PortSet Of(string address)
    {
        if (_byAddress.TryGetValue(address, out var set)) return set;
        return _byAddress[address] = new PortSet();
    }
}
