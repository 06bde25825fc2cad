using System.Text.Json.Serialization;
using Actors.Contracts.Operators;

namespace Actors.Contracts.Volumes;

/// <summary>A host volume is new, or changed.</summary>
/// <param name="Volume">As it is from now on.</param>
/// <param name="RequestId">The request that made it.</param>
/// <param name="At">When.</param>
public sealed record HostVolumeApplied(HostVolume Volume, string RequestId, DateTimeOffset At) : IOperatorEvent;

/// <summary>A host volume is gone.</summary>
/// <param name="Id">Its id.</param>
/// <param name="RequestId">The request that made it.</param>
/// <param name="At">When.</param>
public sealed record HostVolumeDeleted(string Id, string RequestId, DateTimeOffset At) : IOperatorEvent
{
    /// <summary>Its node did not let go of it first.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsLeft { get; init; }
}
