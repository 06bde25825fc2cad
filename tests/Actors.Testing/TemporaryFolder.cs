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
        // An agent that was killed leaves its tasks' secrets mounted.
        if (OperatingSystem.IsLinux())
        {
            foreach (var mount in File.ReadLines("/proc/self/mountinfo").Select(l => l.Split(' ')[4]).Where(m => m.StartsWith(Path + "/", StringComparison.Ordinal)).ToList())
            {
                using var unmount = System.Diagnostics.Process.Start("umount", ["-l", mount]);
                unmount.WaitForExit();
            }
        }

        if (Directory.Exists(Path))
            Directory.Delete(Path, recursive: true);
    }
}
