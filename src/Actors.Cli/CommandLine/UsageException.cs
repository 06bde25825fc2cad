namespace Actors.Cli.CommandLine;

/// <summary>The command line can't be understood. The message says what was found, what was expected, and what comes nearest.</summary>
internal sealed class UsageException(string message) : Exception(message);

/// <summary>A command could not do what it was asked. The message is for people; <see cref="ExitCode"/> is for scripts.</summary>
internal sealed class CommandFailedException(string message, int exitCode = 1, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What the process ends with.</summary>
    public int ExitCode { get; } = exitCode;
}
