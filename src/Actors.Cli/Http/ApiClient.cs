using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text.Json;
using Actors.Cli.CommandLine;
using Actors.Cli.Terminal;

namespace Actors.Cli.Http;

/// <summary>An answer of the agent.</summary>
/// <param name="Body">Its JSON.</param>
/// <param name="Index">X-Nomad-Index: the state it was read from; 0 when the answer has none.</param>
internal readonly record struct Answer(JsonElement Body, ulong Index);

/// <summary>Talks to an agent's HTTP API. Every request has a deadline, and every answer a size limit.</summary>
internal sealed class ApiClient : IDisposable
{
    /// <summary>Where an agent answers unless something else is said.</summary>
    public const string DefaultAddress = "http://127.0.0.1:4646";

    private const string TokenHeader = "X-Nomad-Token";
    private const long MaxAnswerBytes = 512L * 1024 * 1024;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly HttpClient _http;
    private readonly string? _region;
    private readonly string? _namespace;

    /// <summary>A client of the agent that a command's flags and environment name.</summary>
    /// <exception cref="UsageException">The address isn't one.</exception>
    public ApiClient(Invocation invocation)
        : this(invocation.Setting("address") ?? DefaultAddress, invocation.Setting("region"), invocation.Setting("namespace"), invocation.Setting("token"))
    {
    }

    /// <summary>A client of an agent.</summary>
    /// <param name="address">A URL, or <c>host:port</c>.</param>
    /// <param name="region">The region to ask; null: the agent's own.</param>
    /// <param name="ns">The namespace to look in; null: the agent's default.</param>
    /// <param name="token">The secret id of an access token, or null.</param>
    /// <exception cref="UsageException">The address isn't one.</exception>
    public ApiClient(string address, string? region = null, string? ns = null, string? token = null)
    {
        Address = ReadAddress(address);
        _region = region;
        _namespace = ns;
        _http = new HttpClient(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.GZip, ConnectTimeout = TimeSpan.FromSeconds(10), UseProxy = false })
        {
            BaseAddress = Address,
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = MaxAnswerBytes,
        };
        if (token is not null)
            _http.DefaultRequestHeaders.Add(TokenHeader, token);
    }

    /// <summary>Where the agent is.</summary>
    public Uri Address { get; }

    /// <summary>Reads something.</summary>
    /// <param name="path">Such as <c>/v1/jobs</c>; ids in it already escaped.</param>
    /// <param name="query">Further parameters.</param>
    /// <param name="cancellation">Nobody waits any more.</param>
    /// <exception cref="ApiException">The agent answered with an error.</exception>
    /// <exception cref="CommandFailedException">No agent answered in time.</exception>
    public Task<Answer> GetAsync(string path, CancellationToken cancellation, params (string Name, string? Value)[] query) =>
        SendAsync(HttpMethod.Get, path, null, query, cancellation);

    /// <summary>Reads something once it is newer than an index, or when the wait is up.</summary>
    public Task<Answer> GetAfterAsync(string path, ulong index, TimeSpan wait, CancellationToken cancellation, params (string Name, string? Value)[] query) => SendAsync(
        HttpMethod.Get,
        path,
        null,
        [.. query, ("index", index.ToString(CultureInfo.InvariantCulture)), ("wait", GoDuration.Format(wait))],
        cancellation,
        wait);

    /// <summary>Changes something.</summary>
    public Task<Answer> PutAsync(string path, ReadOnlyMemory<byte> json, CancellationToken cancellation, params (string Name, string? Value)[] query) =>
        SendAsync(HttpMethod.Put, path, json, query, cancellation);

    /// <summary>Changes something, with a body written by hand.</summary>
    public Task<Answer> PutAsync(string path, Action<Utf8JsonWriter> body, CancellationToken cancellation, params (string Name, string? Value)[] query) =>
        PutAsync(path, JsonText.Write(body), cancellation, query);

    /// <summary>Removes something.</summary>
    public Task<Answer> DeleteAsync(string path, CancellationToken cancellation, params (string Name, string? Value)[] query) =>
        SendAsync(HttpMethod.Delete, path, null, query, cancellation);

    /// <summary>Sends a request, and gives its answer as it is.</summary>
    /// <exception cref="CommandFailedException">No agent answered in time.</exception>
    public async Task<HttpResponseMessage> SendRawAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(Deadline);
        return await TrySendAsync(request, deadline, Deadline, cancellation).ConfigureAwait(false);
    }

    /// <summary>Opens a stream; the deadline is for its beginning only.</summary>
    /// <exception cref="ApiException">The agent answered with an error.</exception>
    public async Task<HttpResponseMessage> OpenAsync(string path, CancellationToken cancellation, params (string Name, string? Value)[] query)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Url(path, query));
        var response = await SendRawAsync(request, cancellation).ConfigureAwait(false);
        if (response.IsSuccessStatusCode)
            return response;
        using (response)
            throw new ApiException(response.StatusCode, (await response.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false)).Trim());
    }

    /// <summary>Opens a WebSocket.</summary>
    /// <exception cref="CommandFailedException">The agent refused it, or can't be reached.</exception>
    public async Task<WebSocket> OpenSocketAsync(string path, CancellationToken cancellation, params (string Name, string? Value)[] query)
    {
        var target = new Uri((Address.Scheme == "https" ? "wss" : "ws") + Address.GetLeftPart(UriPartial.Authority)[Address.Scheme.Length..] + Url(path, query));
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(Deadline);
        var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        try
        {
            if (_http.DefaultRequestHeaders.TryGetValues(TokenHeader, out var tokens))
                socket.Options.SetRequestHeader(TokenHeader, tokens.First());
            await socket.ConnectAsync(target, _http, deadline.Token).ConfigureAwait(false);
            return socket;
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException)
        {
            var status = socket.HttpStatusCode;
            socket.Dispose();
            cancellation.ThrowIfCancellationRequested();
            throw new CommandFailedException(status is 0 ? $"can't reach an agent at {Address} ({e.Message})" : $"the agent at {Address} answered {(int)status} to {path}", 1, e);
        }
    }

    /// <summary>A path with its parameters, region and namespace included.</summary>
    public string Url(string path, params (string Name, string? Value)[] query)
    {
        var all = query.Where(parameter => parameter.Value is not null).ToList();
        if (_region is not null && all.TrueForAll(parameter => parameter.Name != "region"))
            all.Add(("region", _region));
        if (_namespace is not null && all.TrueForAll(parameter => parameter.Name != "namespace"))
            all.Add(("namespace", _namespace));
        if (all.Count == 0)
            return path;
        var separator = path.Contains('?') ? '&' : '?';
        return path + separator + string.Join('&', all.Select(parameter => $"{Uri.EscapeDataString(parameter.Name)}={Uri.EscapeDataString(parameter.Value!)}"));
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<Answer> SendAsync(HttpMethod method, string path, ReadOnlyMemory<byte>? body, (string Name, string? Value)[] query, CancellationToken cancellation, TimeSpan wait = default)
    {
        using var request = new HttpRequestMessage(method, Url(path, query));
        if (body is { } json)
            request.Content = new ReadOnlyMemoryContent(json) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };

        // A blocking query may take its wait and a sixteenth more before the agent answers.
        var limit = Deadline + (wait * 1.0625);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(limit);
        using var response = await TrySendAsync(request, deadline, limit, cancellation).ConfigureAwait(false);
        var bytes = await response.Content.ReadAsByteArrayAsync(deadline.Token).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
            throw new ApiException(response.StatusCode, System.Text.Encoding.UTF8.GetString(bytes).Trim());
        var index = response.Headers.TryGetValues("X-Nomad-Index", out var values) && ulong.TryParse(values.First(), CultureInfo.InvariantCulture, out var parsed) ? parsed : 0;
        if (bytes.Length == 0)
            return new Answer(default, index);
        try
        {
            using var document = JsonDocument.Parse(bytes);
            return new Answer(document.RootElement.Clone(), index);
        }
        catch (JsonException e)
        {
            throw new CommandFailedException($"{Address} answered {method} {path} with something that is no JSON ({e.Message}); is it an agent of this kind?", 1, e);
        }
    }

    private async Task<HttpResponseMessage> TrySendAsync(HttpRequestMessage request, CancellationTokenSource deadline, TimeSpan limit, CancellationToken cancellation)
    {
        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new CommandFailedException($"no answer from {Address} within {GoDuration.Format(limit)}", 1, e);
        }
        catch (HttpRequestException e)
        {
            var reason = e.InnerException is SocketException socket ? socket.Message : e.Message;
            throw new CommandFailedException($"can't reach an agent at {Address} ({reason}); -address or NOMAD_ADDR say where it is, `pbm agent -dev` starts one", 1, e);
        }
    }

    private static Uri ReadAddress(string address)
    {
        var text = address.Contains("://", StringComparison.Ordinal) ? address : "http://" + address;
        return Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? uri
            : throw new UsageException($"found address \"{address}\", expected a URL such as {DefaultAddress}");
    }
}
