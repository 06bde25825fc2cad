using System.Text.Json.Serialization;
using Actors.Contracts.Operators;

namespace Actors.Contracts.Volumes;

/// <summary>Make a host volume be as it says. Answered with <see cref="CommandAccepted"/>.</summary>
/// <param name="Context">Request id, deadline, trace.</param>
/// <param name="Volume">The volume, with its id and node; its indexes and times are ignored.</param>
public sealed record ApplyHostVolume(CommandContext Context, HostVolume Volume) : IOperatorCommand;

/// <summary>Forget a host volume that no allocation uses. Answered with <see cref="CommandAccepted"/>.</summary>
/// <param name="Context">Request id, deadline, trace.</param>
/// <param name="Id">Its id.</param>
/// <param name="IsLeft">Its node did not let go of it first: what is there is removed when the node says that it still has it.</param>
public sealed record DeleteHostVolume(
    CommandContext Context, string Id, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool IsLeft = false) : IOperatorCommand;
