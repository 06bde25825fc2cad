using System.Collections.Concurrent;
using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Actors.Docker.Tests;

/// <summary>A registry of images (the distribution API, version 2) on the loopback: with one image under every name, and with the moods of real ones.</summary>
internal sealed class FakeRegistry : IAsyncDisposable
{
    private const string ManifestType = "application/vnd.docker.distribution.manifest.v2+json";

    private readonly WebApplication _web;
    private readonly Dictionary<string, byte[]> _blobs = new(StringComparer.Ordinal);
    private readonly byte[] _manifest;
    private readonly ConcurrentDictionary<string, int> _asked = new(StringComparer.Ordinal);

    private FakeRegistry(WebApplication web)
    {
        _web = web;
        var layer = Layer();
        var content = Guid.NewGuid().ToString();
        var configuration = Encoding.UTF8.GetBytes(
            $$$"""{"architecture":"amd64","os":"linux","config":{"Cmd":["sh"],"Labels":{"unique":"{{{content}}}"}},"rootfs":{"type":"layers","diff_ids":["{{{Digest(layer.Plain)}}}"]},"history":[]}""");
        _blobs[Digest(layer.Packed)] = layer.Packed;
        _blobs[Digest(configuration)] = configuration;
        _manifest = Encoding.UTF8.GetBytes(
            $$"""
            {"schemaVersion":2,"mediaType":"{{ManifestType}}",
             "config":{"mediaType":"application/vnd.docker.container.image.v1+json","size":{{configuration.Length}},"digest":"{{Digest(configuration)}}"},
             "layers":[{"mediaType":"application/vnd.docker.image.rootfs.diff.tar.gzip","size":{{layer.Packed.Length}},"digest":"{{Digest(layer.Packed)}}"}]}
            """);
        LayerDigest = Digest(layer.Packed);
        _web.Run(AnswerAsync);
    }

    /// <summary>Host and port.</summary>
    public string Host => new Uri(_web.Urls.First()).Authority;

    public string LayerDigest { get; }

    /// <summary>The next so many requests for a manifest are answered by "unavailable".</summary>
    public int Unavailable { get; set; }

    /// <summary>How long a layer's bytes are kept back.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>Who may pull; null: everybody.</summary>
    public (string User, string Password)? Only { get; set; }

    public int Asked(string path) => _asked.GetValueOrDefault(path);

    public static async Task<FakeRegistry> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var web = builder.Build();
        var registry = new FakeRegistry(web);
        await web.StartAsync();
        return registry;
    }

    public async ValueTask DisposeAsync() => await _web.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        _asked.AddOrUpdate(path, 1, (_, count) => count + 1);
        if (Only is { } only && context.Request.Headers.Authorization != $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{only.User}:{only.Password}"))}")
        {
            context.Response.StatusCode = 401;
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"test\"";
            await context.Response.WriteAsync("""{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}""");
            return;
        }

        if (path == "/v2/") return;
        if (path.Contains("/manifests/") && Unavailable > 0)
        {
            Unavailable--;
            context.Response.StatusCode = 503;
            return;
        }

        if (path.Contains("/manifests/") && !path.Contains("no-such-image"))
        {
            context.Response.ContentType = ManifestType;
            context.Response.Headers["Docker-Content-Digest"] = Digest(_manifest);
            context.Response.ContentLength = _manifest.Length;
            if (!HttpMethods.IsHead(context.Request.Method)) await context.Response.Body.WriteAsync(_manifest);
            return;
        }

        if (_blobs.TryGetValue(path[(path.LastIndexOf('/') + 1)..], out var blob))
        {
            if (path.EndsWith(LayerDigest)) await Task.Delay(Delay, context.RequestAborted);
            context.Response.ContentLength = blob.Length;
            if (!HttpMethods.IsHead(context.Request.Method)) await context.Response.Body.WriteAsync(blob);
            return;
        }

        context.Response.StatusCode = 404;
        await context.Response.WriteAsync("""{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}""");
    }

    private static (byte[] Plain, byte[] Packed) Layer()
    {
        var plain = new MemoryStream();
        using (var tar = new TarWriter(plain, leaveOpen: true))
        {
            tar.WriteEntry("/bin/busybox", "bin/busybox");
            foreach (var name in (string[])["sh", "sleep", "echo"]) tar.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, $"bin/{name}") { LinkName = "busybox" });
            // Of its own, so that no engine has this layer already.
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "unique") { DataStream = new MemoryStream(Guid.NewGuid().ToByteArray()) });
        }

        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(plain.ToArray());
        return (plain.ToArray(), packed.ToArray());
    }

    private static string Digest(byte[] data) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(data));
}
