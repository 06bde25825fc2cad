using Actors.Contracts.Deployments;

namespace Actors.Scheduling.Deployments;

/// <summary>Something that a deployment waits for.</summary>
/// <param name="Group">The task group; null: the deployment as a whole.</param>
/// <param name="For">What kind of thing it is.</param>
/// <param name="Text">For people, with the group's name.</param>
public sealed record DeploymentWait(string? Group, DeploymentWaitKind For, string Text)
{
    /// <summary>It is paused.</summary>
    public static DeploymentWait Paused { get; } = new(null, DeploymentWaitKind.Somebody, "it is paused: resume or fail it");

    /// <summary>The canaries of a group are healthy.</summary>
    /// <param name="name">The group's name.</param>
    /// <param name="wanted">What the deployment wants of it.</param>
    public static DeploymentWait OfPromotion(string name, DeploymentGroup wanted) => new(name, DeploymentWaitKind.Promotion, wanted.DesiredCanaries == 1
        ? $"group {name}: its canary is healthy and waits to be promoted"
        : $"group {name}: its {wanted.DesiredCanaries} canaries are healthy and wait to be promoted");

    /// <summary>Allocations of a group are not healthy yet.</summary>
    /// <param name="name">The group's name.</param>
    /// <param name="missing">Which, for people.</param>
    public static DeploymentWait OfHealth(string name, string missing) => new(name, DeploymentWaitKind.Health, $"group {name}: {missing}");
}

/// <summary>The kinds of things that a deployment waits for.</summary>
public enum DeploymentWaitKind
{
    /// <summary>Allocations that become healthy.</summary>
    Health,

    /// <summary>The promotion of canaries that are healthy.</summary>
    Promotion,

    /// <summary>Somebody who resumes it.</summary>
    Somebody,
}
