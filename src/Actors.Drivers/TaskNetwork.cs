using Actors.Contracts;

namespace Actors.Drivers;

/// <summary>The network of a task's group, when it is not the host's: every task of the group joins it.</summary>
/// <param name="Namespace">The path of its network namespace.</param>
/// <param name="Holder">What holds it (<see cref="HeldNetwork.Holder"/>); "": nothing.</param>
public sealed record TaskNetwork(string Namespace, string Holder = "")
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
/// <param name="Holder">What holds it, in its driver's words: a container's id.</param>
/// <param name="Namespace">The path by which it is entered.</param>
public sealed record HeldNetwork(string Holder, string Namespace);

/// <summary>A driver whose tasks can't join a network namespace that others made: it makes the group's, empty but for the loopback, and holds it.</summary>
public interface INetworkHolder
{
    /// <summary>Makes and holds a namespace; the one that is held already, if it is.</summary>
    /// <exception cref="DriverException">It can't be had.</exception>
    Task<HeldNetwork> HoldAsync(NetworkHold hold, CancellationToken cancellationToken);

    /// <summary>The namespace that is held for an allocation, or null.</summary>
    /// <param name="allocation">The allocation.</param>
    /// <param name="holder">What held it.</param>
    /// <param name="cancellationToken">Give up.</param>
    /// <exception cref="DriverException">It can't be told.</exception>
    Task<HeldNetwork?> FindHeldAsync(AllocationId allocation, string holder, CancellationToken cancellationToken);

    /// <summary>Lets go of the namespace of an allocation; nothing happens when there is none.</summary>
    /// <param name="allocation">The allocation.</param>
    /// <param name="holder">What held it, which may be another driver's; "": nobody remembers.</param>
    /// <param name="cancellationToken">Give up.</param>
    /// <exception cref="DriverException">It can't be removed now; try again.</exception>
    Task ReleaseAsync(AllocationId allocation, string holder, CancellationToken cancellationToken);
}
