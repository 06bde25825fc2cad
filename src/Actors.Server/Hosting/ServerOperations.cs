using Actors.Server.Scheduler;
using Akka.Actor;

namespace Actors.Server.Hosting;

/// <inheritdoc/>
internal sealed class ServerOperations(ServerNode server) : IServerOperations
{
    private static readonly TimeSpan Within = TimeSpan.FromMinutes(2);

    /// <inheritdoc/>
    public async Task<int> CollectGarbageAsync(CancellationToken cancellationToken)
    {
        var leader = server.Current?.Leader ?? throw new RegionUnavailableException($"server {server.Options.Name} is not ready yet");
        try
        {
            var collected = await leader.Ask<GarbageCollected>(new CollectGarbage(), Within, cancellationToken).ConfigureAwait(false);
            return collected.Problem.Length == 0 ? collected.Count : throw new RegionUnavailableException(collected.Problem);
        }
        catch (AskTimeoutException e)
        {
            throw new RegionUnavailableException($"the leader did not answer within {Within.TotalMinutes} minutes", e);
        }
    }
}
