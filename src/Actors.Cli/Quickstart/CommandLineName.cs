namespace Actors.Cli.Quickstart;

/// <summary>How this program was called, so that commands to paste really run.</summary>
internal static class CommandLineName
{
    /// <summary><c>pbm</c> when it is on the path; else the way to this very program.</summary>
    public static string OfThisProcess()
    {
        var own = Environment.ProcessPath ?? "pbm";
        if (Path.GetFileNameWithoutExtension(own) == "dotnet")
            return $"dotnet {Shortest(Path.Combine(AppContext.BaseDirectory, "pbm.dll"))}";
        var onPath = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, Path.GetFileName(own)))
            .FirstOrDefault(File.Exists);
        return onPath == own ? Path.GetFileName(own) : Shortest(own);
    }

    private static string Shortest(string path)
    {
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, path);
        return relative.Length < path.Length && !relative.StartsWith("..", StringComparison.Ordinal) ? (relative.Contains(Path.DirectorySeparatorChar) ? relative : "./" + relative) : path;
    }
}
