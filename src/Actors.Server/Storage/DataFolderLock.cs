using System.Globalization;

namespace Actors.Server.Storage;

/// <summary>Keeps a data folder to one agent: held while the agent runs, and let go by the operating system when it ends, however it ends.</summary>
public sealed class DataFolderLock : IDisposable
{
    private readonly FileStream _lock;

    private DataFolderLock(FileStream held) => _lock = held;

    /// <summary>Takes the folder, making it when it is not there.</summary>
    /// <param name="dataDir">The data folder.</param>
    /// <exception cref="StorageException">Another agent uses it (it is named by its process id), or it can't be written.</exception>
    public static DataFolderLock Take(string dataDir)
    {
        var path = Path.Combine(dataDir, "agent.lock");
        var owner = Path.Combine(dataDir, "agent.pid");
        FileStream held;
        try
        {
            Directory.CreateDirectory(dataDir);
            held = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new StorageException($"the data folder {dataDir} can't be written: {e.Message}", e);
        }
        catch (IOException e)
        {
            throw new StorageException(
                File.Exists(path)
                    ? $"the data folder {dataDir} is in use by another agent{(OwnerIn(owner) is { } pid ? $" (process {pid})" : "")}: stop that one, or choose another -data-dir"
                    : $"the data folder {dataDir} can't be written: {e.Message}",
                e);
        }

        try
        {
            File.WriteAllText(owner, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            held.Dispose();
            throw new StorageException($"the data folder {dataDir} can't be written: {e.Message}", e);
        }

        return new DataFolderLock(held);
    }

    /// <summary>Lets the folder go.</summary>
    public void Dispose() => _lock.Dispose();

    private static string? OwnerIn(string path)
    {
        try
        {
            return int.TryParse(File.ReadAllText(path), CultureInfo.InvariantCulture, out var pid) ? pid.ToString(CultureInfo.InvariantCulture) : null;
        }
        catch (IOException)
        {
            // Without its number the error still says what is wrong.
            return null;
        }
    }
}
