using System.Text.RegularExpressions;
using Actors.Contracts.Jobs;
using Actors.Contracts.Operators;
using Actors.Contracts.Volumes;
using Actors.State.Volumes;

namespace Actors.State.Operators;

/// <summary>What is answered to the commands of operators.</summary>
public static partial class OperatorDecisions
{
    private const int MaxDescription = 256;

    /// <summary>Decides.</summary>
    /// <param name="region">The region's state, no older than the last operators' event.</param>
    /// <param name="command">The command.</param>
    /// <param name="context">Time and ids.</param>
    /// <exception cref="ArgumentException">The command is of another kind.</exception>
    public static Decision Decide(RegionState region, IOperatorCommand command, DecisionContext context)
    {
        var state = region.Operator;
        if (state.RecentRequests.FirstOrDefault(r => r.RequestId == command.Context.RequestId) is { } handled)
            return Decision.Nothing(_ => new CommandAccepted(handled.Index));

        var (request, now) = (command.Context.RequestId, context.Now);
        return command switch
        {
            ConfigureScheduler configure => Configure(state, configure, now),
            ApplyNamespace { Namespace: var applied } => NotAName(applied.Name, "namespace") ?? TooLong(applied.Description)
                ?? Done(new NamespaceApplied(applied, request, now)),
            DeleteNamespace { Name: var name } => name == JobId.DefaultNamespace
                ? Decision.Refuse(RefusalKind.Invalid, "default namespace can not be deleted")
                : state.FindNamespace(name) is null
                    ? Decision.Refuse(RefusalKind.NotFound, $"namespace \"{name}\" not found")
                    : InUse(region, j => j.Namespace == name, $"namespace \"{name}\"") ?? Done(new NamespaceDeleted(name, request, now)),
            ApplyNodePool { Pool: var pool } => NotAName(pool.Name, "node pool") ?? TooLong(pool.Description) ?? BuiltIn(pool.Name)
                ?? Done(new NodePoolApplied(pool, request, now)),
            DeleteNodePool { Name: var name } => BuiltIn(name)
                ?? (state.FindNodePool(name) is null ? Decision.Refuse(RefusalKind.NotFound, $"node pool \"{name}\" not found") : null)
                ?? InUse(region, j => j.NodePool == name, $"node pool \"{name}\"")
                ?? HasNodes(region, name)
                ?? Done(new NodePoolDeleted(name, request, now)),
            ApplyHostVolume apply => HostVolumeDecisions.Apply(region, apply, now),
            DeleteHostVolume delete => HostVolumeDecisions.Delete(region, delete, now),
            _ => throw new ArgumentException($"{command.GetType().Name} is no command of operators", nameof(command)),
        };
    }

    private static Decision Configure(OperatorState state, ConfigureScheduler command, DateTimeOffset now)
    {
        if (command.EnforceIndex is { } expected && expected != state.SchedulerIndex)
            return Decision.Refuse(RefusalKind.Conflict, $"the scheduler's configuration was last changed at index {state.SchedulerIndex}, not at {expected}: read it again");
        return command.Configuration == state.Scheduler && state.SchedulerIndex > 0
            ? Decision.Nothing(_ => new CommandAccepted(state.SchedulerIndex))
            : Done(new SchedulerConfigured(command.Configuration, command.Context.RequestId, now));
    }

    private static Decision Done(IOperatorEvent happened) => Decision.Of(happened, index => new CommandAccepted(index));

    private static Decision? NotAName(string name, string what) => Name().IsMatch(name)
        ? null
        : Decision.Refuse(RefusalKind.Invalid, $"invalid name \"{name}\" of a {what}: expected 1 to 128 letters, digits, - and _");

    private static Decision? TooLong(string description) => description.Length <= MaxDescription
        ? null
        : Decision.Refuse(RefusalKind.Invalid, $"description longer than {MaxDescription} characters: it has {description.Length}");

    private static Decision? BuiltIn(string pool) => pool is NodePool.All or NodePool.Default
        ? Decision.Refuse(RefusalKind.Invalid, $"node pool \"{pool}\" is always there: it can't be changed or deleted")
        : null;

    private static Decision? InUse(RegionState region, Func<Job, bool> uses, string what)
    {
        var jobs = region.Jobs.Where(j => j.Job.Status != JobStatuses.Dead && uses(j.Job)).Select(j => j.Id.Id).Take(4).ToList();
        return jobs.Count == 0
            ? null
            : Decision.Refuse(RefusalKind.Invalid, $"{what} has non-terminal jobs in use: {string.Join(", ", jobs.Take(3))}{(jobs.Count > 3 ? " …" : "")}");
    }

    private static Decision? HasNodes(RegionState region, string pool)
    {
        var nodes = region.Nodes.Where(n => n.NodePool == pool).Select(n => n.Name).Take(4).ToList();
        return nodes.Count == 0
            ? null
            : Decision.Refuse(RefusalKind.Invalid, $"node pool \"{pool}\" has nodes: {string.Join(", ", nodes.Take(3))}{(nodes.Count > 3 ? " …" : "")}");
    }

    [GeneratedRegex("^[a-zA-Z0-9_-]{1,128}$", RegexOptions.NonBacktracking)]
    private static partial Regex Name();
}
