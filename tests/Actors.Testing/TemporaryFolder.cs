namespace Actors.Testing;

/// <summary>A new folder that is deleted, with all that is in it, when the test is done.</summary>
public sealed class TemporaryFolder : IDisposable
{
    /// <summary>Makes the folder.</summary>
    /// <param name="prefix">Starts its name, so that a leftover tells whose it is.</param>
    public TemporaryFolder(string prefix = "actors-test-") => Path = Directory.CreateTempSubdirectory(prefix).FullName;

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>A path inside it.</summary>
    public string At(params string[] names) => System.IO.Path.Combine([Path, .. names]);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Directory.Exists(Path))
            Directory.Delete(Path, recursive: true);
    }
}
