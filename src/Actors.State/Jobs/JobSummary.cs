using Actors.Contracts.Allocations;
using Actors.Contracts.Collections;

namespace Actors.State.Jobs;

/// <summary>A job in numbers.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Groups">By task group.</param>
/// <param name="Children">Of a periodic or parameterized job, those it launched; else null.</param>
/// <param name="CreateIndex">The index at which the job came; what was placed before was a predecessor's and is not counted.</param>
/// <param name="ModifyIndex">The index of the last change of a number.</param>
public sealed record JobSummary(JobId JobId, EquatableMap<GroupSummary> Groups, ChildrenSummary? Children, ulong CreateIndex, ulong ModifyIndex);

/// <summary>A task group in numbers: its allocations by what their clients say of them.</summary>
/// <param name="Queued">Not placed yet.</param>
/// <param name="Starting">Placed, not running yet.</param>
/// <param name="Running">Running.</param>
/// <param name="Complete">Ended well (those that were collected meanwhile included).</param>
/// <param name="Failed">Failed (those that were collected meanwhile included).</param>
/// <param name="Lost">Their node went down (those that were collected meanwhile included).</param>
/// <param name="Unknown">Their node is disconnected.</param>
public readonly record struct GroupSummary(int Queued, int Starting, int Running, int Complete, int Failed, int Lost, int Unknown)
{
    /// <summary>With one more or fewer in the place that a client status has.</summary>
    internal GroupSummary With(AllocationClientStatus status, int change) => status switch
    {
        AllocationClientStatus.Pending => this with { Starting = Starting + change },
        AllocationClientStatus.Running => this with { Running = Running + change },
        AllocationClientStatus.Complete => this with { Complete = Complete + change },
        AllocationClientStatus.Failed => this with { Failed = Failed + change },
        AllocationClientStatus.Lost => this with { Lost = Lost + change },
        AllocationClientStatus.Unknown => this with { Unknown = Unknown + change },
        _ => throw new InvalidOperationException($"no such client status: {status}"),
    };
}

/// <summary>The jobs that a periodic or parameterized job launched, by their status.</summary>
/// <param name="Pending">Nothing of them runs yet.</param>
/// <param name="Running">They run.</param>
/// <param name="Dead">They ended.</param>
public readonly record struct ChildrenSummary(int Pending, int Running, int Dead)
{
    internal ChildrenSummary With(string status, int change) => status switch
    {
        Contracts.Jobs.JobStatuses.Pending => this with { Pending = Pending + change },
        Contracts.Jobs.JobStatuses.Running => this with { Running = Running + change },
        Contracts.Jobs.JobStatuses.Dead => this with { Dead = Dead + change },
        _ => this,
    };
}
