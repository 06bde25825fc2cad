using System.Net;
using System.Net.Sockets;
using Actors.Api.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Actors.Api.Forwarding;

/// <summary>
/// The HTTP API of an agent that is no server: passes each request on to a server it knows, and the answer back as it comes.
/// A server that can't be reached is passed over; a request that may have been carried out is never sent twice.
/// </summary>
internal sealed partial class ForwardingApi : IDisposable
{
    /// <summary>Says which agent forwarded a request: it is forwarded once.</summary>
    private const string ForwardedBy = "X-Actors-Forwarded-By";

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    // They belong to one connection, or are made anew.
    private static readonly HashSet<string> HopByHop = new(
        ["Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "Host", "Content-Length"],
        StringComparer.OrdinalIgnoreCase);

    private readonly ApiOptions _options;
    private readonly ILogger _log;
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseCookies = false,
        UseProxy = false,
        ConnectTimeout = ConnectTimeout,
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
        EnableMultipleHttp2Connections = true,
    });

    public ForwardingApi(ApiOptions options, ILogger<ForwardingApi> log) => (_options, _log) = (options, log);

    /// <summary>Passes a request on.</summary>
    public async Task ForwardAsync(HttpContext context)
    {
        if (context.Request.Headers.TryGetValue(ForwardedBy, out var forwarder))
        {
            await RefuseAsync(context, 508, $"the agent {forwarder} forwarded this request to {_options.Name}, which is no server either: the servers of {forwarder} are wrong");
            return;
        }

        var servers = _options.ForwardTo?.Invoke() ?? [];
        if (servers.Count == 0)
        {
            await RefuseAsync(context, 500, $"No known servers: the agent {_options.Name} is no server, and not connected to any");
            return;
        }

        if (await ReadBodyAsync(context) is { } body)
            await ForwardAsync(context, servers, body);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task ForwardAsync(HttpContext context, IReadOnlyList<Uri> servers, byte[] body)
    {
        var problems = new List<string>();
        foreach (var server in servers)
        {
            try
            {
                using var request = RequestTo(server, context, body);
                using var response = await _http.SendAsync(request, context.RequestAborted);
                await AnswerAsync(context, response);
                return;
            }
            catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
            {
                LogUnreachable(server, e.Message);
                if (context.Response.HasStarted)
                {
                    // Too late for a status: a broken connection tells the caller that the end is missing.
                    context.Abort();
                    return;
                }

                problems.Add($"{server.Authority}: {e.Message}");
                if (!NeverArrived(e))
                {
                    await RefuseAsync(context, 502, $"the server did not answer, and may have carried the request out: {problems[^1]}");
                    return;
                }
            }
        }

        await RefuseAsync(context, 502, $"no server could be reached: {string.Join("; ", problems)}");
    }

    private static bool NeverArrived(Exception e) =>
        e is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError }
        || e.GetBaseException() is SocketException { SocketErrorCode: SocketError.ConnectionRefused or SocketError.HostUnreachable or SocketError.NetworkUnreachable };

    // A body is gathered, so that it can be sent to the next server when the first is not there.
    private async Task<byte[]?> ReadBodyAsync(HttpContext context)
    {
        var limit = _options.MaxJobBytes;
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
            feature.MaxRequestBodySize = limit;
        try
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            return body.ToArray();
        }
        catch (BadHttpRequestException e)
        {
            await RefuseAsync(context, e.StatusCode, e.StatusCode == 413 ? $"the request body is larger than {limit} bytes, the limit for a job" : e.Message);
            return null;
        }
    }

    private HttpRequestMessage RequestTo(Uri server, HttpContext context, byte[] body)
    {
        // As it was sent: what is escaped in a job's id stays so.
        var raw = context.Features.Get<IHttpRequestFeature>()?.RawTarget;
        var target = server.GetLeftPart(UriPartial.Authority) + (raw is ['/', ..] ? raw : context.Request.GetEncodedPathAndQuery());

        // What a client's own API answers of itself, its servers answer of it when they are told which it is.
        if (context.Request.Path.Value is "/v1/client/stats" or "/v1/client/gc" && !context.Request.Query.ContainsKey("node_id") && _options.LocalNode?.Invoke() is { } node)
            target += $"{(context.Request.QueryString.HasValue ? "&" : "?")}node_id={node:D}";

        var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), new Uri(target, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        if (_options.ForwardWithHttp2)
            (request.Version, request.VersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);
        if (body.Length > 0 || context.Request.Headers.ContentType.Count > 0)
            request.Content = new ByteArrayContent(body);
        foreach (var (name, values) in context.Request.Headers)
        {
            if (name.StartsWith(':') || HopByHop.Contains(name))
                continue;
            if (!request.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
                request.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
        }

        request.Headers.TryAddWithoutValidation(ForwardedBy, _options.Name);
        return request;
    }

    private static async Task AnswerAsync(HttpContext context, HttpResponseMessage response)
    {
        context.Response.StatusCode = (int)response.StatusCode;
        foreach (var (name, values) in response.Headers.Concat(response.Content.Headers))
        {
            if (!HopByHop.Contains(name))
                context.Response.Headers.Append(name, values.ToArray());
        }

        if (response.Content.Headers.ContentLength is { } length)
            context.Response.ContentLength = length;
        await context.Response.StartAsync(context.RequestAborted);
        await using var body = await response.Content.ReadAsStreamAsync(context.RequestAborted);
        var buffer = new byte[16 * 1024];
        while (await body.ReadAsync(buffer, context.RequestAborted) is var read and > 0)
        {
            await context.Response.Body.WriteAsync(buffer.AsMemory(0, read), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }
    }

    private static Task RefuseAsync(HttpContext context, int status, string message)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(message, context.RequestAborted);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "a request can't be forwarded to {Server}: {Reason}")]
    private partial void LogUnreachable(Uri server, string reason);
}
