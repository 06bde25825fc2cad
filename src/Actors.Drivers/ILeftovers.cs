using Actors.Contracts;

namespace Actors.Drivers;

/// <summary>
/// A driver that leaves things on the machine which are not in its tasks' directories (containers, control groups). They
/// carry their allocation's and their node's id: so they are found again when nobody remembers them any more.
/// </summary>
public interface ILeftovers
{
    /// <summary>The allocations of a node of which something is on the machine.</summary>
    /// <exception cref="DriverException">It can't be told.</exception>
    Task<IReadOnlySet<AllocationId>> FindAsync(NodeId node, CancellationToken cancellationToken);

    /// <summary>Removes all of an allocation of a node.</summary>
    /// <exception cref="DriverException">It can't be removed now.</exception>
    Task RemoveAsync(NodeId node, AllocationId allocation, CancellationToken cancellationToken);
}
