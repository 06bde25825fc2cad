using Actors.Contracts.Allocations;
using Akka.Actor;

namespace Actors.Client.Agent;

/// <summary>An allocation as the agent keeps it.</summary>
/// <param name="Runner">Its actor.</param>
/// <param name="Allocation">As the servers last sent it.</param>
/// <param name="EndedAt">When it ended, or null.</param>
/// <param name="Acknowledged">The last report of it that the servers have, or null.</param>
/// <param name="Removing">It is going from the machine.</param>
internal sealed record AllocationEntry(IActorRef Runner, Allocation Allocation, DateTimeOffset? EndedAt, AllocationReport? Acknowledged, bool Removing);
