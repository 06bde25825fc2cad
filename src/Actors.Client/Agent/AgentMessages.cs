using Actors.Client.Fingerprints;
using Actors.Contracts;
using Actors.Drivers;
using Akka.Actor;
using Akka.Event;

namespace Actors.Client.Agent;

/// <summary>Remove ended allocations now. Answered with <see cref="Tasks.Done"/> when they are gone or going.</summary>
/// <param name="Allocation">One of them; null: all.</param>
internal sealed record CollectNow(AllocationId? Allocation);

/// <summary>Stop all tasks and remove all that was made. Answered with <see cref="Tasks.Done"/> when it is done.</summary>
internal sealed record RemoveEverything;

/// <summary>What the agent tells itself.</summary>
internal interface IAgentEvent : INoSerializationVerificationNeeded, IDeadLetterSuppression;

/// <summary>The machine was looked at.</summary>
internal sealed record HostFound(HostFacts Facts) : IAgentEvent;

/// <summary>The machine could not be looked at.</summary>
internal sealed record HostNotFound(Exception Cause) : IAgentEvent;

/// <summary>The machine's cloud was asked about it.</summary>
internal sealed record CloudFound(IReadOnlyDictionary<string, string> Attributes) : IAgentEvent;

/// <summary>A driver was looked at.</summary>
internal sealed record DriverFound(string Driver, DriverFingerprint Found) : IAgentEvent;

/// <summary>The node has other host volumes now.</summary>
internal sealed record VolumesChanged : IAgentEvent;

/// <summary>Drivers that have not answered yet are not waited for any longer.</summary>
internal sealed record FingerprintDeadline : IAgentEvent;

/// <summary>Look at the machine again.</summary>
internal sealed record FingerprintDue : IAgentEvent;

/// <summary>Reports have gathered for long enough.</summary>
internal sealed record FlushReports(bool Again) : IAgentEvent;

/// <summary>Look for what is on the machine of allocations that nobody remembers.</summary>
internal sealed record LeftoversDue : IAgentEvent;

/// <summary>Of these allocations something is on the machine.</summary>
internal sealed record LeftoversFound(IReadOnlySet<AllocationId> Allocations) : IAgentEvent;

/// <summary>What was left of an allocation is removed, or could not be.</summary>
internal sealed record LeftoverRemoved(AllocationId Allocation, string? Problem) : IAgentEvent;

/// <summary>Look for ended allocations to remove.</summary>
internal sealed record CollectDue : IAgentEvent;
