using System.Diagnostics;
using System.Formats.Tar;
using Docker.DotNet;
using Docker.DotNet.Models;
using Xunit;

namespace Actors.Docker.Tests;

/// <summary>A Docker engine with the tests' images: the machine's, or one of its own when none answers. Without an engine the tests fail.</summary>
public sealed class EngineFixture : IAsyncLifetime
{
    public const string Busybox = "actors-test/busybox:1";
    public const string Redis = "redis:latest";

    private OwnEngine? _own;

    public DockerClient Client { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        var host = System.Environment.GetEnvironmentVariable("DOCKER_HOST") is { Length: > 0 } set ? set : "unix:///var/run/docker.sock";
        Client = new DockerClientBuilder().WithEndpoint(new Uri(host)).Build();
        if (!await AnswersAsync(Client))
        {
            _own = await OwnEngine.StartAsync(network: true);
            System.Environment.SetEnvironmentVariable("DOCKER_HOST", _own.Endpoint);
            Client = new DockerClientBuilder().WithEndpoint(new Uri(_own.Endpoint)).Build();
        }

        await Images.EnsureBusyboxAsync(Client);
        await Images.EnsureRedisAsync(Client);
    }

    public async Task DisposeAsync()
    {
        Client.Dispose();
        if (_own is not null) await _own.DisposeAsync();
    }

    internal static async Task<bool> AnswersAsync(DockerClient client)
    {
        try
        {
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(5));
            await client.System.PingAsync(deadline.Token);
            return true;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException or System.Net.Sockets.SocketException or DockerApiException)
        {
            return false;
        }
    }
}

[CollectionDefinition(Name)]
public sealed class EngineCollection : ICollectionFixture<EngineFixture>
{
    public const string Name = "engine";
}

/// <summary>A dockerd that a test started, and may kill.</summary>
internal sealed class OwnEngine : IAsyncDisposable
{
    private readonly string _root;
    private readonly bool _network;
    private Process? _process;

    private OwnEngine(string root, bool network) => (_root, _network) = (root, network);

    public string Endpoint => $"unix://{_root}/docker.sock";

    public static async Task<OwnEngine> StartAsync(bool network)
    {
        var engine = new OwnEngine(Directory.CreateTempSubdirectory("actors-dockerd-").FullName, network);
        await engine.StartAgainAsync();
        return engine;
    }

    public async Task StartAgainAsync()
    {
        // Without network it lives in a network namespace of its own: an engine without a bridge would take away the one of the machine's engine.
        string[] isolated = _network ? ["dockerd"] : ["unshare", "--net", "--", "dockerd", "--bridge=none", "--iptables=false", "--ip-forward=false"];
        var start = new ProcessStartInfo(isolated[0], [.. isolated[1..], "--data-root", $"{_root}/data", "--exec-root", $"{_root}/exec", "--pidfile", $"{_root}/pid", "--host", Endpoint])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        var output = new System.Text.StringBuilder();
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, line) => { lock (output) output.AppendLine(line.Data); };
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
        using var client = new DockerClientBuilder().WithEndpoint(new Uri(Endpoint)).Build();
        var until = DateTime.UtcNow.AddSeconds(60);
        while (!await EngineFixture.AnswersAsync(client))
        {
            string said;
            lock (output) said = output.ToString();
            Assert.False(_process.HasExited, $"dockerd ended: {said}");
            Assert.True(DateTime.UtcNow < until, $"dockerd does not answer: {said}");
            await Task.Delay(100);
        }
    }

    public async Task StopAsync()
    {
        if (_process is not { HasExited: false } process) return;
        using (var kill = Process.Start("kill", ["-TERM", process.Id.ToString()])) await kill.WaitForExitAsync();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(40));
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        for (var attempt = 0; attempt < 10; attempt++)
        {
            try
            {
                Directory.Delete(_root, recursive: true);
                return;
            }
            catch (IOException)
            {
                // Its mounts go a moment after it.
                await Task.Delay(300);
            }
        }
    }
}

/// <summary>The tests' images, made of this machine's own programs.</summary>
internal static class Images
{
    public static async Task EnsureBusyboxAsync(DockerClient client, string name = EngineFixture.Busybox)
    {
        if (await IsThereAsync(client, name)) return;
        using var applets = Process.Start(new ProcessStartInfo("/bin/busybox", ["--list"]) { RedirectStandardOutput = true })!;
        var names = (await applets.StandardOutput.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await ImportAsync(client, name, tar =>
        {
            tar.WriteEntry("/bin/busybox", "bin/busybox");
            foreach (var name in names.Where(n => n != "busybox")) tar.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, $"bin/{name}") { LinkName = "busybox" });
            tar.WriteEntry(new PaxTarEntry(TarEntryType.Directory, "tmp") { Mode = (UnixFileMode)0b1_111_111_111 });
        }, "CMD [\"sh\"]");
    }

    public static async Task EnsureRedisAsync(DockerClient client)
    {
        if (await IsThereAsync(client, EngineFixture.Redis)) return;
        using var ldd = Process.Start(new ProcessStartInfo("ldd", ["/usr/bin/redis-server"]) { RedirectStandardOutput = true })!;
        var libraries = (await ldd.StandardOutput.ReadToEndAsync()).Split([' ', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries).Where(w => w.StartsWith('/')).Distinct().ToList();
        await ImportAsync(client, EngineFixture.Redis, tar =>
        {
            foreach (var file in libraries.Append("/usr/bin/redis-server")) tar.WriteEntry(new FileInfo(file).ResolveLinkTarget(true)?.FullName ?? file, file.TrimStart('/'));
            tar.WriteEntry(new PaxTarEntry(TarEntryType.Directory, "data"));
        }, "CMD [\"/usr/bin/redis-server\", \"--protected-mode\", \"no\"]", "WORKDIR /data", "EXPOSE 6379/tcp");
    }

    private static async Task<bool> IsThereAsync(DockerClient client, string image)
    {
        try
        {
            await client.Images.InspectImageAsync(image);
            return true;
        }
        catch (DockerApiException e) when (e.StatusCode == System.Net.HttpStatusCode.NotFound)
        {
            return false;
        }
    }

    private static async Task ImportAsync(DockerClient client, string image, Action<TarWriter> write, params string[] changes)
    {
        var stream = new MemoryStream();
        using (var tar = new TarWriter(stream, leaveOpen: true)) write(tar);
        stream.Position = 0;
        var problem = "";
        await client.Images.CreateImageAsync(
            // A repository may be given with its tag; Podman takes it only so.
            new ImagesCreateParameters { FromSrc = "-", Repo = image, Changes = changes },
            stream, new AuthConfig(), new Progress<JSONMessage>(m => problem = m.Error?.Message ?? problem));
        Assert.True(await IsThereAsync(client, image), $"could not import {image}: {problem}");
    }
}
