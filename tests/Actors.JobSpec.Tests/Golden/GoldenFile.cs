using System.Runtime.CompilerServices;
using Xunit;

namespace Actors.JobSpec.Tests.Golden;

/// <summary>Compares with a file beside the input; writes it when ACTORS_UPDATE_GOLDEN=1.</summary>
internal static class GoldenFile
{
    public static string Repository { get; } = Path.GetFullPath(Path.Combine(Source(), "..", "..", "..", ".."));

    public static string Corpus { get; } = Path.Combine(Repository, "tests", "Actors.JobSpec.Tests", "Corpus");

    public static void Matches(string path, string actual)
    {
        actual = actual.ReplaceLineEndings("\n").TrimEnd() + "\n";
        if (Environment.GetEnvironmentVariable("ACTORS_UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(path, actual);
            return;
        }

        Assert.True(File.Exists(path), $"There is no golden file {path}; write it with ACTORS_UPDATE_GOLDEN=1 and look at it. Actual:\n{actual}");
        Assert.Equal(File.ReadAllText(path).ReplaceLineEndings("\n"), actual);
    }

    private static string Source([CallerFilePath] string path = "") => path;
}
