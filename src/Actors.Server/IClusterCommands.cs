namespace Actors.Server;

/// <summary>The Petabridge.Cmd grammar on this server: <c>cluster show</c>, <c>cluster leave</c>, <c>actor hierarchy</c> …</summary>
public interface IClusterCommands
{
    /// <summary>Carries out one command line.</summary>
    /// <param name="commandLine">Words separated by spaces, such as <c>cluster show</c>.</param>
    /// <param name="cancellationToken">The caller is gone.</param>
    /// <returns>The lines to show, as they come.</returns>
    /// <exception cref="ArgumentException">No such command, or its arguments are wrong: the message says which there are.</exception>
    IAsyncEnumerable<string> ExecuteAsync(string commandLine, CancellationToken cancellationToken);
}
