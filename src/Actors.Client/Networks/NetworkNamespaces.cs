namespace Actors.Client.Networks;

/// <summary>Named network namespaces, by <c>ip netns</c> (iproute2).</summary>
internal static class NetworkNamespaces
{
    /// <summary>The program.</summary>
    public const string Program = "ip";

    /// <summary>The names of all.</summary>
    public static IReadOnlyList<string> All() =>
        Directory.Exists(NetworkName.Directory) ? [.. Directory.EnumerateFiles(NetworkName.Directory).Select(path => Path.GetFileName(path))] : [];

    /// <summary>Makes one.</summary>
    public static async Task AddAsync(string name, CancellationToken cancellationToken) =>
        (await HostCommand.RunAsync(Program, ["netns", "add", name], cancellationToken).ConfigureAwait(false)).Checked("the network namespace could not be made");

    /// <summary>Names the one that a path leads to: that of a process which enters it.</summary>
    public static async Task AttachAsync(string name, string path, CancellationToken cancellationToken) =>
        (await HostCommand.RunAsync("nsenter", [$"--net={path}", "/bin/sh", "-c", $"exec {Program} netns attach \"$0\" $$", name], cancellationToken).ConfigureAwait(false)).Checked("the network namespace could not be named");

    /// <summary>Takes a name away; the namespace goes with its last process.</summary>
    public static async Task DeleteAsync(string name, CancellationToken cancellationToken)
    {
        if (File.Exists(Path.Combine(NetworkName.Directory, name)))
            (await HostCommand.RunAsync(Program, ["netns", "delete", name], cancellationToken).ConfigureAwait(false)).Checked("the network namespace could not be removed");
    }

    /// <summary>Which namespace a path leads to; 0: none.</summary>
    public static async Task<ulong> InodeAsync(string path, CancellationToken cancellationToken)
    {
        if (!File.Exists(path)) return 0;
        var outcome = await HostCommand.RunAsync("stat", ["-L", "-c", "%i %t", path], cancellationToken).ConfigureAwait(false);
        return outcome.ExitCode == 0 && ulong.TryParse(outcome.Output.Split(' ')[0], out var inode) ? inode : 0;
    }
}
