using Actors.Contracts;
using Akka.Configuration;
using Akka.Persistence;

namespace Actors.Server.Entities;

/// <summary>What happens to a command when an entity has too many waiting while it writes: it is refused, and its sender told.</summary>
internal sealed class OverloadedConfigurator : IStashOverflowStrategyConfigurator
{
    /// <inheritdoc/>
    public IStashOverflowStrategy Create(Config config) => new ReplyToStrategy(Refusal);

    /// <summary>The answer.</summary>
    public static CommandRefused Refusal { get; } = new(RefusalKind.Overloaded, "too many commands wait for this one to be written: try again later");
}
