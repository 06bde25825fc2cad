using System.Globalization;
using Actors.Cli.CommandLine;

namespace Actors.Cli.Agent;

/// <summary>An agent's data folder, held for as long as the agent runs: two agents in one folder would destroy each other's state.</summary>
internal sealed class DataFolder : IDisposable
{
    private readonly FileStream _lock;
    private readonly string _holder;
    private readonly bool _isTemporary;

    private DataFolder(string path, FileStream held, string holder, bool isTemporary)
    {
        Path = path;
        _lock = held;
        _holder = holder;
        _isTemporary = isTemporary;
    }

    /// <summary>It is removed when it is let go.</summary>
    public bool IsTemporary => _isTemporary;

    /// <summary>The folder's absolute path.</summary>
    public string Path { get; }

    /// <summary>Makes the folder if it isn't there, and holds it. A killed process lets go of it by itself.</summary>
    /// <param name="path">The folder; null: a new temporary one, removed with everything in it when it is let go.</param>
    /// <exception cref="CommandFailedException">Another agent holds it, or it can't be written; the message says which.</exception>
    public static DataFolder Hold(string? path)
    {
        var isTemporary = path is null;
        var full = path is null ? Directory.CreateTempSubdirectory("actors-dev-").FullName : System.IO.Path.GetFullPath(path);
        var holder = System.IO.Path.Combine(full, "agent.pid");
        FileStream held;
        try
        {
            Directory.CreateDirectory(full);
            held = new FileStream(System.IO.Path.Combine(full, "agent.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new CommandFailedException($"data folder {full} can't be written: {e.Message}", 1, e);
        }
        catch (IOException e) when (Directory.Exists(full))
        {
            throw new CommandFailedException($"data folder {full} is in use by another agent{Pid(holder)}; stop that one first, or give this one a folder of its own with -data-dir", 1, e);
        }
        catch (IOException e)
        {
            throw new CommandFailedException($"data folder {full} can't be made: {e.Message}", 1, e);
        }

        File.WriteAllText(holder, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        return new DataFolder(full, held, holder, isTemporary);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        File.Delete(_holder);
        _lock.Dispose();
        if (_isTemporary)
            Directory.Delete(Path, recursive: true);
    }

    private static string Pid(string holder)
    {
        try
        {
            return File.Exists(holder) ? $" (process {File.ReadAllText(holder).Trim()})" : "";
        }
        catch (IOException)
        {
            return "";
        }
    }
}
