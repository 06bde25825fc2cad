using Actors.Cli.Terminal;

namespace Actors.Cli.Quickstart;

/// <summary>The sample that can run on this machine.</summary>
/// <param name="Sample">Its name.</param>
/// <param name="JobId">Its job's id.</param>
/// <param name="Driver">What it runs on.</param>
/// <param name="Variables">Values for its variables.</param>
/// <param name="MadeImage">An image that was made for it, to be removed at the end; null when none was.</param>
/// <param name="Why">Why this one, for people.</param>
internal sealed record SampleChoice(string Sample, string JobId, string Driver, IReadOnlyList<string> Variables, string? MadeImage, string Why)
{
    private const string MadeRepository = "actors-quickstart";
    private const string MadeTag = "busybox";
    private static readonly string[] BusyBoxes = ["/bin/busybox", "/usr/bin/busybox"];
    private static readonly string[] Ready = ["busybox:stable", "busybox:latest", "busybox:1"];

    /// <summary>Finds the best one: in a container when an engine answers and an image is there, can be made, or can be pulled; else as a process.</summary>
    public static async Task<SampleChoice> FindAsync(DockerImages? engine, CliContext cli, CancellationToken cancellation)
    {
        if (engine is null)
            return Process("no Docker engine answers here");
        foreach (var image in Ready)
        {
            if (await engine.HasAsync(image, cancellation).ConfigureAwait(false))
                return Container(image, null, $"the Docker engine has the image {image}");
        }

        const string Made = $"{MadeRepository}:{MadeTag}";
        if (await engine.HasAsync(Made, cancellation).ConfigureAwait(false))
            return Container(Made, Made, "a small image is there from an earlier run");
        if (Array.Find(BusyBoxes, IsStatic) is { } program && await engine.MakeAsync(MadeRepository, MadeTag, program, "/bin/busybox", cancellation).ConfigureAwait(false))
            return Container(Made, Made, $"a small image was made of {program}");

        await cli.Out.WriteLineAsync("    Pulling busybox:stable ...").ConfigureAwait(false);
        var trouble = await engine.PullAsync("busybox", "stable", TimeSpan.FromSeconds(60), cancellation).ConfigureAwait(false);
        return trouble is null
            ? Container("busybox:stable", null, "the image busybox:stable was pulled")
            : Process($"a Docker engine answers, but busybox:stable can't be pulled ({trouble})");
    }

    /// <summary>Is it a program that needs no libraries? Then the ELF file has no interpreter segment.</summary>
    public static bool IsStatic(string path)
    {
        if (!File.Exists(path))
            return false;
        using var file = File.OpenRead(path);
        var head = new byte[4096];
        var length = file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        if (length < 64 || head[0] != 0x7F || head[1] != 'E' || head[2] != 'L' || head[3] != 'F' || head[4] != 2)
            return false;
        var table = BitConverter.ToInt64(head, 32);
        var (size, count) = (BitConverter.ToUInt16(head, 54), BitConverter.ToUInt16(head, 56));
        const int Interpreter = 3;
        for (var i = 0; i < count; i++)
        {
            var at = table + ((long)i * size);
            if (at + 4 > length)
                return false;
            if (BitConverter.ToInt32(head, (int)at) == Interpreter)
                return false;
        }

        return true;
    }

    private static SampleChoice Container(string image, string? made, string why) => new("hello-docker", "hello", "docker", [$"image={image}"], made, why);

    /// <summary>The sample that runs as a process, and why not in a container.</summary>
    public static SampleChoice Process(string why) => new("hello-exec", "hello", "raw_exec", [], null, why);
}
