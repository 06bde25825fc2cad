using Actors.Contracts.Scheduling;

namespace Actors.Contracts.Operators;

/// <summary>Something that an operator decided for the whole region.</summary>
public interface IOperatorEvent : IRegionEvent
{
    /// <summary>The request that made it: a retry is answered from it.</summary>
    string RequestId { get; }
}

/// <summary>The scheduler works otherwise from now on.</summary>
/// <param name="Configuration">How.</param>
/// <param name="RequestId">The request that made it.</param>
/// <param name="At">When.</param>
public sealed record SchedulerConfigured(SchedulerConfiguration Configuration, string RequestId, DateTimeOffset At) : IOperatorEvent;

/// <summary>A namespace is new, or changed.</summary>
/// <param name="Namespace">As it is from now on.</param>
/// <param name="RequestId">The request that made it.</param>
/// <param name="At">When.</param>
public sealed record NamespaceApplied(Namespace Namespace, string RequestId, DateTimeOffset At) : IOperatorEvent;

/// <summary>A namespace is gone.</summary>
/// <param name="Name">Its name.</param>
/// <param name="RequestId">The request that made it.</param>
/// <param name="At">When.</param>
public sealed record NamespaceDeleted(string Name, string RequestId, DateTimeOffset At) : IOperatorEvent;

/// <summary>A node pool is new, or changed.</summary>
/// <param name="Pool">As it is from now on.</param>
/// <param name="RequestId">The request that made it.</param>
/// <param name="At">When.</param>
public sealed record NodePoolApplied(NodePool Pool, string RequestId, DateTimeOffset At) : IOperatorEvent;

/// <summary>A node pool is gone.</summary>
/// <param name="Name">Its name.</param>
/// <param name="RequestId">The request that made it.</param>
/// <param name="At">When.</param>
public sealed record NodePoolDeleted(string Name, string RequestId, DateTimeOffset At) : IOperatorEvent;
