using Actors.Contracts;

namespace Actors.Drivers;

/// <summary>The network of a task's group, when it is not the host's: every task of the group joins it.</summary>
/// <param name="Namespace">The path of its network namespace.</param>
/// <param name="Container">The container that holds it; "": none.</param>
public sealed record TaskNetwork(string Namespace, string Container = "")
{
    /// <summary>The name of the host inside; "": the driver's choice.</summary>
    public string Hostname { get; init; } = "";

    /// <summary>Addresses of name servers; empty: the host's.</summary>
    public IReadOnlyList<string> DnsServers { get; init; } = [];

    /// <summary>Domains that names are looked up in.</summary>
    public IReadOnlyList<string> DnsSearches { get; init; } = [];

    /// <summary>Options of the resolver.</summary>
    public IReadOnlyList<string> DnsOptions { get; init; } = [];
}

/// <summary>A network namespace that a driver shall make and hold for a group.</summary>
/// <param name="AllocationId">The allocation.</param>
/// <param name="NodeId">This node.</param>
/// <param name="Hostname">The name of the host inside; "": any.</param>
public sealed record NetworkHold(AllocationId AllocationId, NodeId NodeId, string Hostname)
{
    /// <summary>Addresses of name servers; empty: the host's.</summary>
    public IReadOnlyList<string> DnsServers { get; init; } = [];

    /// <summary>Domains that names are looked up in.</summary>
    public IReadOnlyList<string> DnsSearches { get; init; } = [];

    /// <summary>Options of the resolver.</summary>
    public IReadOnlyList<string> DnsOptions { get; init; } = [];
}

/// <summary>A namespace that is held.</summary>
/// <param name="Container">The container that holds it.</param>
/// <param name="Pid">A process inside it.</param>
public sealed record HeldNetwork(string Container, int Pid);

/// <summary>A driver whose tasks can't join a network namespace that others made: it makes the group's, empty but for the loopback, and holds it.</summary>
public interface INetworkHolder
{
    /// <summary>Makes and holds a namespace; the one that is held already, if it is.</summary>
    /// <exception cref="DriverException">It can't be had.</exception>
    Task<HeldNetwork> HoldAsync(NetworkHold hold, CancellationToken cancellationToken);

    /// <summary>The namespace that is held for an allocation, or null.</summary>
    /// <exception cref="DriverException">It can't be told.</exception>
    Task<HeldNetwork?> FindHeldAsync(AllocationId allocation, CancellationToken cancellationToken);

    /// <summary>Lets go of the namespace of an allocation; nothing happens when there is none.</summary>
    /// <exception cref="DriverException">It can't be removed now; try again.</exception>
    Task ReleaseAsync(AllocationId allocation, CancellationToken cancellationToken);
}
