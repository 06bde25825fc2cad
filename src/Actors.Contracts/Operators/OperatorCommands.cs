using Actors.Contracts.Scheduling;

namespace Actors.Contracts.Operators;

/// <summary>A command about what an operator decides for the whole region. Answered with <see cref="CommandAccepted"/>.</summary>
public interface IOperatorCommand : IRegionCommand;

/// <summary>Choose how the scheduler works.</summary>
/// <param name="Context">Request id, deadline, trace.</param>
/// <param name="Configuration">The choices.</param>
/// <param name="EnforceIndex">Only if the configuration was last changed at this index; null: in any case.</param>
public sealed record ConfigureScheduler(CommandContext Context, SchedulerConfiguration Configuration, ulong? EnforceIndex = null) : IOperatorCommand;

/// <summary>Make a namespace be as it says.</summary>
/// <param name="Context">Request id, deadline, trace.</param>
/// <param name="Namespace">The namespace; its indexes are ignored.</param>
public sealed record ApplyNamespace(CommandContext Context, Namespace Namespace) : IOperatorCommand;

/// <summary>Remove a namespace that has no jobs.</summary>
/// <param name="Context">Request id, deadline, trace.</param>
/// <param name="Name">Its name.</param>
public sealed record DeleteNamespace(CommandContext Context, string Name) : IOperatorCommand;

/// <summary>Make a node pool be as it says.</summary>
/// <param name="Context">Request id, deadline, trace.</param>
/// <param name="Pool">The pool; its indexes are ignored.</param>
public sealed record ApplyNodePool(CommandContext Context, NodePool Pool) : IOperatorCommand;

/// <summary>Remove a node pool that has neither nodes nor jobs.</summary>
/// <param name="Context">Request id, deadline, trace.</param>
/// <param name="Name">Its name.</param>
public sealed record DeleteNodePool(CommandContext Context, string Name) : IOperatorCommand;
