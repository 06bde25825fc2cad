using Actors.Client.Networks;

namespace Actors.Client.Leftovers;

/// <summary>What is mounted inside a directory.</summary>
internal static class Mounts
{
    /// <summary>The places below a directory that something is mounted on, the deepest first.</summary>
    public static IReadOnlyList<string> Below(string directory) =>
        [.. Parse(File.ReadAllText("/proc/self/mountinfo")).Where(place => place.StartsWith(directory + "/", StringComparison.Ordinal)).OrderByDescending(place => place.Length)];

    /// <summary>The places that a text in the format of <c>/proc/self/mountinfo</c> names.</summary>
    public static IEnumerable<string> Parse(string text) => text.Split('\n')
        .Select(line => line.Split(' '))
        .Where(fields => fields.Length > 4)
        .Select(fields => fields[4].Replace("\\040", " ", StringComparison.Ordinal).Replace("\\011", "\t", StringComparison.Ordinal).Replace("\\012", "\n", StringComparison.Ordinal).Replace("\\134", "\\", StringComparison.Ordinal));

    /// <summary>Takes away all that is mounted below a directory.</summary>
    /// <exception cref="IOException">Something can't be taken away now.</exception>
    public static async Task RemoveBelowAsync(string directory, CancellationToken cancellationToken)
    {
        foreach (var place in Below(directory))
            (await HostCommand.RunAsync("umount", ["--lazy", place], cancellationToken).ConfigureAwait(false)).Checked($"{place} is still mounted");
    }
}
