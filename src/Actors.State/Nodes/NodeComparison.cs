using Actors.Contracts.Allocations;
using Actors.Contracts.Nodes;

namespace Actors.State.Nodes;

/// <summary>Whether an agent says anything new.</summary>
public static class NodeComparison
{
    /// <summary>Whether two registrations of a node say the same, apart from what the servers keep about it.</summary>
    public static bool SameRegistration(Node one, Node other) =>
        one.SecretId == other.SecretId
        && one.Name == other.Name
        && one.Datacenter == other.Datacenter
        && one.NodePool == other.NodePool
        && one.NodeClass == other.NodeClass
        && one.HttpAddress == other.HttpAddress
        && Same(one.Attributes, other.Attributes, (a, b) => a == b)
        && Same(one.Meta, other.Meta, (a, b) => a == b)
        && Same(one.Drivers, other.Drivers, Same)
        && Same(one.HostVolumes, other.HostVolumes, (a, b) => a == b)
        && SameResources(one.Resources, other.Resources)
        && one.Reserved == other.Reserved;

    /// <summary>Whether two nodes have the same to give.</summary>
    public static bool SameResources(NodeResources one, NodeResources other) =>
        one.Networks.SequenceEqual(other.Networks) && one with { Networks = other.Networks } == other;

    /// <summary>Whether a report says what is known.</summary>
    public static bool SaysWhatIsKnown(AllocationReport report, Allocation known) =>
        report.ClientStatus == known.ClientStatus
        && report.ClientDescription == known.ClientDescription
        && (report.Health is null || report.Health.Healthy == known.Health?.Healthy)
        && KnowsTasks(report, known);

    /// <summary>Whether a report says of the tasks what is known.</summary>
    public static bool KnowsTasks(AllocationReport report, Allocation known) => report.TaskStates.Count == 0 || Same(report.TaskStates, known.TaskStates, Same);

    // When its health was last looked at is no news.
    private static bool Same(DriverInfo one, DriverInfo other) =>
        one.Detected == other.Detected
        && one.Healthy == other.Healthy
        && one.HealthDescription == other.HealthDescription
        && one.TaskSchema == other.TaskSchema
        && Same(one.Attributes, other.Attributes, (a, b) => a == b);

    private static bool Same(TaskState one, TaskState other) =>
        one.State == other.State
        && one.Failed == other.Failed
        && one.Restarts == other.Restarts
        && one.LastRestart == other.LastRestart
        && one.StartedAt == other.StartedAt
        && one.FinishedAt == other.FinishedAt
        && Same(one.Events, other.Events);

    private static bool Same(IReadOnlyList<TaskEvent> one, IReadOnlyList<TaskEvent> other)
    {
        if (one.Count != other.Count) return false;

        for (var i = 0; i < one.Count; i++)
        {
            if (!Same(one[i], other[i])) return false;
        }

        return true;
    }

    private static bool Same(TaskEvent one, TaskEvent other) =>
        one.At == other.At
        && one.FailsTask == other.FailsTask
        && one.Type == other.Type
        && one.DisplayMessage == other.DisplayMessage
        && Same(one.Details ?? None, other.Details ?? None, (a, b) => a == b);

    private static bool Same<T>(IReadOnlyDictionary<string, T> one, IReadOnlyDictionary<string, T> other, Func<T, T, bool> same)
    {
        if (one.Count != other.Count) return false;

        foreach (var (name, value) in one)
        {
            if (!other.TryGetValue(name, out var otherValue) || !same(value, otherValue)) return false;
        }

        return true;
    }

    private static readonly IReadOnlyDictionary<string, string> None = new Dictionary<string, string>();
}
