namespace Actors.Client.Artifacts;

/// <summary>An artifact can't be had.</summary>
/// <param name="message">What, and why: shown to the job's author.</param>
/// <param name="recoverable">Another attempt may succeed without a change of the job.</param>
/// <param name="inner">What lies beneath.</param>
internal sealed class ArtifactException(string message, bool recoverable = false, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Another attempt may succeed without a change of the job.</summary>
    public bool Recoverable { get; } = recoverable;
}
