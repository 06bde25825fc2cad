using Actors.Contracts.Collections;

namespace Actors.Contracts.Nodes;

/// <summary>The devices of one kind that a node has, such as its four GPUs of one model.</summary>
/// <param name="Vendor">Who makes them, such as <c>nvidia</c>.</param>
/// <param name="Type">What they are, such as <c>gpu</c>.</param>
/// <param name="Name">The model.</param>
/// <param name="Instances">Each of them.</param>
/// <param name="Attributes">What is the same of all of them, with units where they have some: <c>memory</c> → <c>11 GiB</c>.</param>
public sealed record NodeDevice(string Vendor, string Type, string Name, EquatableList<DeviceInstance> Instances, EquatableMap<string> Attributes)
{
    /// <summary><c>vendor/type/name</c>.</summary>
    public override string ToString() => $"{Vendor}/{Type}/{Name}";
}

/// <summary>One device.</summary>
/// <param name="Id">Unique on its node.</param>
/// <param name="Healthy">It can be used.</param>
/// <param name="HealthDescription">Why not, for people; null: nothing to say.</param>
public sealed record DeviceInstance(string Id, bool Healthy = true, string? HealthDescription = null);
