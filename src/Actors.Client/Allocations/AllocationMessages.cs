using Actors.Client.State;
using Actors.Contracts;
using Actors.Contracts.Allocations;
using Actors.Contracts.Jobs;
using Actors.Contracts.Nodes;
using Akka.Actor;
using Akka.Event;

namespace Actors.Client.Allocations;

/// <summary>What an allocation's actor begins with.</summary>
/// <param name="Allocation">As the servers want it.</param>
/// <param name="Job">The version of the job it runs.</param>
/// <param name="Node">This node.</param>
/// <param name="Region">The region.</param>
/// <param name="Remembered">What an earlier agent knew of it, or null.</param>
internal sealed record AllocationOrigin(Allocation Allocation, Job Job, Node Node, string Region, AllocationRecord? Remembered);

/// <summary>The servers want something else of the allocation.</summary>
/// <param name="Allocation">As it should be.</param>
/// <param name="Job">The version of the job it runs.</param>
internal sealed record UpdateAllocation(Allocation Allocation, Job Job);

/// <summary>Stop the allocation if it runs, remove all of it from this machine, and end. Followed by <see cref="AllocationRemoved"/>.</summary>
/// <param name="KeepLogs">But its logs, for as long as logs are kept.</param>
internal sealed record RemoveAllocation(bool KeepLogs);

/// <summary>Restart tasks. Answered with <see cref="Tasks.Done"/>, or <see cref="Status.Failure"/>.</summary>
/// <param name="Task">One of them; "": all that run, in their order.</param>
/// <param name="All">Those that have ended too: everything begins anew, in its order.</param>
internal sealed record RestartAllocation(string Task, bool All = false);

/// <summary>Send a signal to tasks. Answered with <see cref="Tasks.Done"/>, or <see cref="Status.Failure"/>.</summary>
/// <param name="Task">One of them; "": all that run.</param>
/// <param name="Signal">Its name.</param>
internal sealed record SignalAllocation(string Task, string Signal);

/// <summary>To the agent: the allocation's state changed.</summary>
/// <param name="Report">What the servers should hear.</param>
/// <param name="Terminal">It is over; only its directory is left.</param>
internal sealed record AllocationChanged(AllocationReport Report, bool Terminal);

/// <summary>To the agent: nothing of the allocation is left on this machine.</summary>
/// <param name="Id">The allocation.</param>
internal sealed record AllocationRemoved(AllocationId Id);

/// <summary>What an allocation runner tells itself.</summary>
internal interface IAllocationRunnerEvent : INoSerializationVerificationNeeded, IDeadLetterSuppression;

/// <summary>The directories are there and the allocation is on disk.</summary>
internal sealed record AllocationReady : IAllocationRunnerEvent;

/// <summary>The directories could not be made.</summary>
internal sealed record AllocationNotReady(Exception Cause) : IAllocationRunnerEvent;

/// <summary>Look at the health again.</summary>
internal sealed record JudgeHealth : IAllocationRunnerEvent;

/// <summary>The results of the allocation's checks changed.</summary>
/// <param name="AllPass">All of them pass now.</param>
internal sealed record ChecksChanged(bool AllPass) : IAllocationRunnerEvent;

/// <summary>The longest time that the allocation may run is over.</summary>
internal sealed record RunTimeIsUp : IAllocationRunnerEvent;

/// <summary>The directory is gone, or could not be removed.</summary>
internal sealed record DirectoryRemoved(string? Problem) : IAllocationRunnerEvent;

/// <summary>The group's shutdown delay is over.</summary>
internal sealed record StopTasksNow : IAllocationRunnerEvent;

/// <summary>The group's shutdown delay before a restart is over.</summary>
internal sealed record HoldTasksNow : IAllocationRunnerEvent;

/// <summary>A hook puts something into the story of every task.</summary>
internal sealed record AllocationTold(TaskEvent Event) : IAllocationRunnerEvent;

/// <summary>A hook could not do its part after the tasks' end.</summary>
internal sealed record PostrunFailed(string Problem) : IAllocationRunnerEvent;
