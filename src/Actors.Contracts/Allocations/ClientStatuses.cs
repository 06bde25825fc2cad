namespace Actors.Contracts.Allocations;

/// <summary>What an allocation's status by its client's word means.</summary>
public static class ClientStatuses
{
    /// <summary>Its tasks have ended, or are given up for lost: nothing of it runs any more.</summary>
    public static bool IsTerminal(this AllocationClientStatus status) =>
        status is AllocationClientStatus.Complete or AllocationClientStatus.Failed or AllocationClientStatus.Lost;
}
