using Actors.Drivers;

namespace Actors.Client.Tasks.Hooks;

/// <summary>Paths that a job gives, as they are on the host: whatever the task sees, and never outside its allocation's directory.</summary>
internal static class TaskPlaces
{
    /// <summary>The host's path of one that a job gives: relative to the task's directory, or as the task itself would write it.</summary>
    /// <param name="start">The task.</param>
    /// <param name="path">Interpolated.</param>
    /// <param name="setting">The setting that it comes from, for the error.</param>
    /// <exception cref="InvalidTaskException">It leaves the allocation's directory.</exception>
    public static string OnHost(TaskStart start, string path, string setting)
    {
        var paths = start.Paths;
        foreach (var (seen, real) in Seen(start))
        {
            if (path == seen || path.StartsWith(seen + "/", StringComparison.Ordinal))
                return Inside(paths, Path.GetFullPath(real + path[seen.Length..]), path, setting);
        }

        return Inside(paths, Path.GetFullPath(Path.Combine(paths.Task, path.TrimStart('/'))), path, setting);
    }

    private static IEnumerable<(string Seen, string Real)> Seen(TaskStart start)
    {
        var (paths, environment) = (start.Paths, start.Environment);
        yield return (environment["NOMAD_ALLOC_DIR"], paths.Shared);
        yield return (environment["NOMAD_TASK_DIR"], paths.Local);
        yield return (environment["NOMAD_SECRETS_DIR"], paths.Secrets);
        yield return (paths.Task, paths.Task);
    }

    private static string Inside(TaskPaths paths, string full, string path, string setting)
    {
        var control = Path.GetDirectoryName(paths.Control)!;
        return full.StartsWith(paths.Allocation + "/", StringComparison.Ordinal) && full != control && !full.StartsWith(control + "/", StringComparison.Ordinal)
            ? full
            : throw new InvalidTaskException($"{setting}: \"{path}\" leaves the allocation's directory");
    }
}
