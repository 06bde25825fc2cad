namespace Actors.Benchmarks;

/// <summary>A small image of this machine's own busybox.</summary>
internal static class BenchmarkImage
{
    /// <summary>Its name.</summary>
    public const string Name = "actors/bench:local";

    /// <summary>Makes it where it is missing; false: there is no engine, or no busybox.</summary>
    public static async Task<bool> EnsureAsync(CancellationToken cancellationToken) =>
        File.Exists("/bin/busybox")
        && await Shell.RunAsync("docker version", cancellationToken) == 0
        && await Shell.RunAsync($"docker image inspect {Name} || (d=$(mktemp -d) && mkdir -p $d/bin && cp /bin/busybox $d/bin/ && for a in sh sleep; do ln -s busybox $d/bin/$a; done && tar -C $d -c . | docker import - {Name}; code=$?; rm -rf $d; exit $code)", cancellationToken) == 0;
}
