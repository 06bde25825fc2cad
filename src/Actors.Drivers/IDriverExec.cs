namespace Actors.Drivers;

/// <summary>A command to run inside a task.</summary>
/// <param name="Command">The program and its arguments: one at least.</param>
/// <param name="Tty">It gets a terminal: one stream of output, line editing, signals by key.</param>
public sealed record ExecRequest(IReadOnlyList<string> Command, bool Tty = false)
{
    /// <summary>The terminal's first size; 0: the system's.</summary>
    public int Columns { get; init; }

    /// <summary>The terminal's first size; 0: the system's.</summary>
    public int Rows { get; init; }
}

/// <summary>
/// A command that runs inside a task. What it writes waits until it is read: a command whose output nobody reads is held
/// up, as on a slow terminal. Disposing it kills the command when it still runs.
/// </summary>
public interface IDriverExec : IAsyncDisposable
{
    /// <summary>What the command wrote, in order as far as the two streams have one; ends when the command has ended. For one reader.</summary>
    IAsyncEnumerable<ExecOutput> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Completes with the exit code (128 + signal for one that a signal ended) when the command ended; never fails.</summary>
    Task<int> Exited { get; }

    /// <summary>Writes to the command's input. What a command that ended, or closed its input, is written is dropped.</summary>
    ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken);

    /// <summary>Ends the command's input; with a terminal, as the key for end of file does.</summary>
    ValueTask CloseInputAsync(CancellationToken cancellationToken);

    /// <summary>Sets the terminal's size; without a terminal, nothing.</summary>
    ValueTask ResizeAsync(int columns, int rows, CancellationToken cancellationToken);
}

/// <summary>A piece of what a command wrote.</summary>
/// <param name="IsError">It was written to stderr; never with a terminal.</param>
/// <param name="Data">What was written.</param>
public readonly record struct ExecOutput(bool IsError, ReadOnlyMemory<byte> Data);
