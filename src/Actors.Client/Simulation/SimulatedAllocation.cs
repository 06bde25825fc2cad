using System.Text.Json;
using Actors.Client.Tasks;
using Actors.Contracts;
using Actors.Contracts.Allocations;
using Actors.Contracts.Link;

namespace Actors.Client.Simulation;

/// <summary>An allocation that a simulated node pretends to run.</summary>
/// <param name="group">What it runs.</param>
/// <param name="startsAt">When it is said to run.</param>
/// <param name="runFor">How long it runs; null: until it is stopped.</param>
internal sealed class SimulatedAllocation(SimulatedGroup group, DateTimeOffset startsAt, TimeSpan? runFor)
{
    private static readonly Dictionary<string, TaskState> AsTold = [];

    /// <summary>The index of what is desired of it.</summary>
    public ulong Index { get; set; }

    /// <summary>How long it must run to be healthy; null: nobody asks for its health.</summary>
    public TimeSpan? HealthyAfter { get; init; }

    /// <summary>When it was asked to stop, or null.</summary>
    public DateTimeOffset? StoppedAt { get; set; }

    /// <summary>What the servers know of it, or null: nothing yet.</summary>
    public AllocationClientStatus? Acknowledged { get; set; }

    private DateTimeOffset? EndsAt => (startsAt + runFor, StoppedAt) switch
    {
        (null, var stopped) => stopped,
        ({ } ends, { } stopped) when stopped < ends => stopped,
        (var ends, _) => ends,
    };

    // Asked to stop when it had ended already, it stays what it was.
    private bool EndsByItself => StoppedAt is not { } stopped || startsAt + runFor <= stopped;

    /// <summary>What it is.</summary>
    public AllocationClientStatus Status(DateTimeOffset now) =>
        EndsAt <= now ? group.Fails && EndsByItself ? AllocationClientStatus.Failed : AllocationClientStatus.Complete
        : startsAt <= now ? AllocationClientStatus.Running
        : AllocationClientStatus.Pending;

    /// <summary>When there is something new to tell of it; null: nothing but what is asked of it.</summary>
    public DateTimeOffset? NextChange(DateTimeOffset now)
    {
        var ends = EndsAt;
        if (ends <= now) return null;
        if (startsAt > now) return startsAt;
        return startsAt + HealthyAfter is { } healthy && healthy > now && (ends is null || healthy < ends) ? healthy : ends;
    }

    /// <summary>What there is to tell of it now.</summary>
    public AllocationReport Report(AllocationId id, DateTimeOffset now)
    {
        var status = Status(now);
        return new AllocationReport(id, status, TaskStates.Describe(status), status == Acknowledged ? AsTold : States(status, now), Health(status, now), now);
    }

    /// <summary>The group of an allocation, and whether it is part of a deployment or takes another's place: without reading all of it.</summary>
    /// <exception cref="JsonException">It can't be read.</exception>
    public static (string Group, bool InDeployment, bool Replaces) Peek(DesiredAllocation allocation)
    {
        var reader = new Utf8JsonReader(allocation.AllocationJson.Span);
        var (group, deployment, replaces) = ("", false, false);
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName || reader.CurrentDepth != 1) continue;
            if (reader.ValueTextEquals("TaskGroup"u8))
            {
                reader.Read();
                group = reader.GetString() ?? "";
            }
            else if (reader.ValueTextEquals("DeploymentId"u8))
            {
                reader.Read();
                deployment = reader.TokenType != JsonTokenType.Null;
            }
            else if (reader.ValueTextEquals("PreviousAllocation"u8))
            {
                reader.Read();
                replaces = reader.TokenType != JsonTokenType.Null;
            }
            else
            {
                reader.Skip();
            }
        }

        return (group, deployment, replaces);
    }

    private DeploymentHealth? Health(AllocationClientStatus status, DateTimeOffset now) => status switch
    {
        _ when HealthyAfter is null => null,
        AllocationClientStatus.Running when startsAt + HealthyAfter is { } at && at <= now => new DeploymentHealth(true, at),
        AllocationClientStatus.Failed => new DeploymentHealth(false, now),
        _ => null,
    };

    private Dictionary<string, TaskState> States(AllocationClientStatus status, DateTimeOffset now)
    {
        var states = new Dictionary<string, TaskState>(group.Tasks.Count);
        foreach (var task in group.Tasks) states[task] = State(status, now);
        return states;
    }

    private TaskState State(AllocationClientStatus status, DateTimeOffset now)
    {
        TaskEvent received = new(TaskEventTypes.Received, startsAt, "Task received by client");
        if (status == AllocationClientStatus.Pending) return new TaskState { Events = [received] };
        TaskEvent setup = new(TaskEventTypes.TaskSetup, startsAt, "Building Task Directory");
        TaskEvent started = new(TaskEventTypes.Started, startsAt, "Task started by client");
        if (status == AllocationClientStatus.Running) return new TaskState { State = TaskRunState.Running, StartedAt = startsAt, Events = [received, setup, started] };
        var failed = status == AllocationClientStatus.Failed;
        var ended = EndsByItself
            ? new TaskEvent(TaskEventTypes.Terminated, now, $"Exit Code: {(failed ? 1 : 0)}", FailsTask: failed)
            : new TaskEvent(TaskEventTypes.Killed, now, "Task successfully killed");
        return new TaskState { State = TaskRunState.Dead, Failed = failed, StartedAt = startsAt, FinishedAt = EndsAt, Events = [received, setup, started, ended] };
    }
}
