namespace Actors.Server;

/// <summary>What operators may ask of a region beyond its commands.</summary>
public interface IServerOperations
{
    /// <summary>Forgets everything that nobody needs any more, however young it is: Nomad's <c>system gc</c>.</summary>
    /// <returns>How many evaluations, allocations, deployments, jobs and nodes were found to be of no more use.</returns>
    /// <exception cref="RegionUnavailableException">There is no leader, or it could not write.</exception>
    Task<int> CollectGarbageAsync(CancellationToken cancellationToken);
}
