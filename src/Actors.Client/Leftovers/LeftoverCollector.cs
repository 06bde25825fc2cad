using Actors.Contracts;
using Actors.Drivers;

namespace Actors.Client.Leftovers;

/// <summary>
/// Finds what is on the machine of this node's allocations (processes, containers, networks, mounts, directories), whoever
/// remembers it, and removes it. What another agent made is not this node's, and is left alone.
/// </summary>
/// <param name="context">The client.</param>
/// <param name="node">This node.</param>
/// <param name="root">Where the allocations' directories lie.</param>
internal sealed class LeftoverCollector(ClientContext context, NodeId node, string root)
{
    private const int Sigkill = 9;
    private static readonly TimeSpan KillWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    /// <summary>The allocations of which something is on the machine. A driver that can't tell now is asked again the next time.</summary>
    public async Task<IReadOnlySet<AllocationId>> FindAsync(CancellationToken cancellationToken)
    {
        var found = new HashSet<AllocationId>(context.Directories.Existing());
        found.UnionWith(new Processes(root).Find().Select(p => p.Key));
        found.UnionWith(await context.Networks.FoundAsync(cancellationToken).ConfigureAwait(false));
        foreach (var driver in context.Drivers.Values.OfType<ILeftovers>())
        {
            try
            {
                found.UnionWith(await driver.FindAsync(node, cancellationToken).ConfigureAwait(false));
            }
            catch (DriverException)
            {
                continue;
            }
        }

        return found;
    }

    /// <summary>Removes all of an allocation. What can't be removed now is tried again the next time.</summary>
    /// <exception cref="IOException">Something can't be removed now.</exception>
    /// <exception cref="DriverException">Something can't be removed now.</exception>
    public async Task RemoveAsync(AllocationId allocation, CancellationToken cancellationToken)
    {
        foreach (var driver in context.Drivers.Values.OfType<ILeftovers>()) await driver.RemoveAsync(node, allocation, cancellationToken).ConfigureAwait(false);
        await KillAsync(allocation, cancellationToken).ConfigureAwait(false);
        var directory = context.Directories.PathOf(allocation);
        await context.Networks.RemoveAsync(allocation, directory, cancellationToken).ConfigureAwait(false);
        await Mounts.RemoveBelowAsync(directory, cancellationToken).ConfigureAwait(false);
        await Task.Run(() => context.Directories.Remove(allocation), cancellationToken).ConfigureAwait(false);
    }

    private async Task KillAsync(AllocationId allocation, CancellationToken cancellationToken)
    {
        var processes = new Processes(root);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(KillWithin);
        while (processes.Find()[allocation].ToList() is { Count: > 0 } left)
        {
            foreach (var pid in left) ProcessSignals.Send(pid, Sigkill);
            if (deadline.IsCancellationRequested) throw new IOException($"processes {string.Join(", ", left)} of allocation {allocation} don't end");
            await Task.Delay(Look, cancellationToken).ConfigureAwait(false);
        }
    }
}
