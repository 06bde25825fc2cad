using Actors.Cli.CommandLine;

namespace Actors.Cli.Commands;

/// <summary>Writes files to begin from.</summary>
internal static class NewFile
{
    /// <summary>Writes a file that is not there yet.</summary>
    /// <exception cref="CommandFailedException">It is there already.</exception>
    public static async Task WriteAsync(Invocation invocation, string name, string text)
    {
        try
        {
            await using var stream = new FileStream(invocation.Cli.FullPath(name), FileMode.CreateNew, FileAccess.Write);
            await using var writer = new StreamWriter(stream);
            await writer.WriteAsync(text).ConfigureAwait(false);
        }
        catch (IOException e) when (File.Exists(invocation.Cli.FullPath(name)))
        {
            throw new CommandFailedException($"{name} is there already, and is left as it is", 1, e);
        }
    }
}
