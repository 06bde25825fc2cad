using System.Formats.Tar;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Actors.Cli.Terminal;

namespace Actors.Cli.Quickstart;

/// <summary>What the quickstart asks of a Docker engine: does it answer, has it an image, can one be made or pulled.</summary>
internal sealed class DockerImages : IDisposable
{
    private const string DefaultSocket = "/var/run/docker.sock";
    private readonly HttpClient _http;

    private DockerImages(HttpClient http) => _http = http;

    /// <summary>The engine of this machine, or null when none answers.</summary>
    /// <param name="host">DOCKER_HOST, or null.</param>
    /// <param name="cancellation">Nobody waits any more.</param>
    public static async Task<DockerImages?> FindAsync(string? host, CancellationToken cancellation)
    {
        var socket = host is null or "" ? DefaultSocket : host.StartsWith("unix://", StringComparison.Ordinal) ? host["unix://".Length..] : null;
        if (socket is null || !File.Exists(socket))
            return null;
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, token) =>
            {
                var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), token).ConfigureAwait(false);
                    return new NetworkStream(connection, ownsSocket: true);
                }
                catch
                {
                    connection.Dispose();
                    throw;
                }
            },
        };
        var http = new HttpClient(handler) { BaseAddress = new Uri("http://docker"), Timeout = Timeout.InfiniteTimeSpan };
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(TimeSpan.FromSeconds(3));
            using var answer = await http.GetAsync(new Uri("/_ping", UriKind.Relative), limit.Token).ConfigureAwait(false);
            if (answer.IsSuccessStatusCode)
                return new DockerImages(http);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            // A socket without an engine behind it is as good as none.
        }

        http.Dispose();
        return null;
    }

    /// <summary>Is the image there?</summary>
    public async Task<bool> HasAsync(string image, CancellationToken cancellation)
    {
        using var answer = await _http.GetAsync(new Uri($"/images/{image}/json", UriKind.Relative), cancellation).ConfigureAwait(false);
        return answer.StatusCode == HttpStatusCode.OK;
    }

    /// <summary>Makes an image of one program that needs nothing else, such as a static BusyBox.</summary>
    /// <returns>True when it is made.</returns>
    public async Task<bool> MakeAsync(string repository, string tag, string program, string nameWithin, CancellationToken cancellation)
    {
        using var archive = new MemoryStream();
        await using (var writer = new TarWriter(archive, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (var folder in (string[])["bin/", "tmp/", "etc/", "local/"])
                await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.Directory, folder) { Mode = (UnixFileMode)Convert.ToInt32("755", 8) }, cancellation).ConfigureAwait(false);
            await using var content = File.OpenRead(program);
            await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, nameWithin.TrimStart('/')) { Mode = (UnixFileMode)Convert.ToInt32("755", 8), DataStream = content }, cancellation).ConfigureAwait(false);
            await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.SymbolicLink, "bin/sh") { LinkName = "busybox" }, cancellation).ConfigureAwait(false);
        }

        archive.Position = 0;
        using var body = new StreamContent(archive) { Headers = { ContentType = new("application/x-tar") } };
        using var answer = await _http.PostAsync(new Uri($"/images/create?fromSrc=-&repo={repository}&tag={tag}", UriKind.Relative), body, cancellation).ConfigureAwait(false);
        await answer.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false);
        return answer.IsSuccessStatusCode && await HasAsync($"{repository}:{tag}", cancellation).ConfigureAwait(false);
    }

    /// <summary>Pulls an image, as long as a limit allows.</summary>
    /// <returns>Null when it is there, else why it isn't.</returns>
    public async Task<string?> PullAsync(string repository, string tag, TimeSpan limit, CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(limit);
        try
        {
            using var answer = await _http.PostAsync(new Uri($"/images/create?fromImage={Uri.EscapeDataString(repository)}&tag={tag}", UriKind.Relative), null, deadline.Token).ConfigureAwait(false);

            // A line of JSON for each step; the last one says whether it worked.
            var lines = (await answer.Content.ReadAsStringAsync(deadline.Token).ConfigureAwait(false)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            if (await HasAsync($"{repository}:{tag}", deadline.Token).ConfigureAwait(false))
                return null;
            using var last = lines.Length == 0 ? null : JsonDocument.Parse(lines[^1]);
            var why = last?.RootElement.Text("error") is { Length: > 0 } error ? error : last?.RootElement.Text("message");
            return string.IsNullOrEmpty(why) ? $"the engine answered {(int)answer.StatusCode}" : why;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return $"not there after {limit.TotalSeconds:0} s";
        }
        catch (Exception e) when (e is JsonException or HttpRequestException or IOException)
        {
            return e.Message;
        }
    }

    /// <summary>Removes an image.</summary>
    public async Task RemoveAsync(string image, CancellationToken cancellation)
    {
        using var answer = await _http.DeleteAsync(new Uri($"/images/{image}?force=true", UriKind.Relative), cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();
}
