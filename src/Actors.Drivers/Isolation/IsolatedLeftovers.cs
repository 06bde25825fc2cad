using Actors.Contracts;
using Actors.Drivers.Processes;

namespace Actors.Drivers.Isolation;

/// <summary>What isolated tasks leave on the machine beside their directories: control groups, with all processes in them.</summary>
internal static class IsolatedLeftovers
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan RemoveWithin = TimeSpan.FromSeconds(20);

    /// <summary>The control group of all of a node's isolated tasks.</summary>
    public static string Root(NodeId node) => $"/actors/{node}";

    /// <summary>The allocations of which there are control groups.</summary>
    public static IReadOnlySet<AllocationId> Find(NodeId node) => Groups(node)
        .Select(name => AllocationId.TryParse(name.Split('.')[0], out var id) ? id : default(AllocationId?))
        .OfType<AllocationId>()
        .ToHashSet();

    /// <summary>Ends and removes all of an allocation.</summary>
    /// <exception cref="DriverException">Something of it resists.</exception>
    public static async Task RemoveAsync(NodeId node, AllocationId allocation, TimeProvider time, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        foreach (var name in Groups(node).Where(name => name.StartsWith($"{allocation}.", StringComparison.Ordinal)))
        {
            var group = new ControlGroup($"{Root(node)}/{name}");
            while (group.KillAll() | !group.Remove())
            {
                if (time.GetElapsedTime(began) > RemoveWithin)
                    throw new DriverException($"processes of allocation {allocation} did not end within {RemoveWithin.TotalSeconds:0} s of SIGKILL", recoverable: true);
                await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static IEnumerable<string> Groups(NodeId node)
    {
        var directory = ControlGroup.Place(ControlGroup.IsUnified ? null : "pids", Root(node));
        return Directory.Exists(directory) ? [.. Directory.EnumerateDirectories(directory).Select(d => Path.GetFileName(d))] : [];
    }
}
