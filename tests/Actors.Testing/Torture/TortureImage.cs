namespace Actors.Testing.Torture;

/// <summary>The image of containers that are tortured: this machine's busybox.</summary>
internal static class TortureImage
{
    /// <summary>Its name.</summary>
    public const string Name = "actors-torture/busybox:1";

    /// <summary>Makes it.</summary>
    /// <param name="import">The command that takes its archive.</param>
    public static async Task MakeAsync(string import)
    {
        var made = await Shell.RunAsync($"d=$(mktemp -d) && mkdir $d/bin $d/tmp && cp /bin/busybox $d/bin/ && ln -s busybox $d/bin/sh && tar -C $d -c . | {import}; rm -rf $d");
        if (made.ExitCode != 0) throw new InvalidOperationException($"the image could not be made: {made.Output}");
    }
}
