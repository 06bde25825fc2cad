using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Actors.Api.Hosting;
using Actors.Api.Jobs;
using Actors.Api.Models;
using Actors.Api.Telemetry;
using Actors.Contracts;
using Actors.Server;
using Actors.State;
using Microsoft.AspNetCore.Http;

namespace Actors.Api.Http;

/// <summary>One request under way: what it asks, the region it asks, and how it is answered.</summary>
internal sealed class ApiRequest(HttpContext http, IRegion region, ApiOptions options, DriverSchemas drivers, TimeProvider time)
{
    private const int CompressFrom = 1024;

    private QueryOptions? _query;

    public HttpContext Http => http;

    public IRegion Region => region;

    public ApiOptions Options => options;

    /// <summary>What the drivers of the region's nodes take.</summary>
    public DriverSchemas Drivers => drivers;

    public TimeProvider Time => time;

    public CancellationToken Aborted => http.RequestAborted;

    /// <summary>The id in the path, unescaped; it may contain slashes for jobs.</summary>
    public string Id { get; init; } = "";

    /// <summary>What the path names within it, unescaped: a version's tag; "" when nothing.</summary>
    public string Part { get; init; } = "";

    /// <summary>The common query parameters.</summary>
    /// <exception cref="ApiException">One of them can't be read.</exception>
    public QueryOptions Query => _query ??= QueryOptions.From(http.Request.Query);

    /// <summary>A parameter of the query by name, "" when it is not given.</summary>
    public string Parameter(string name) => http.Request.Query[name].ToString();

    public bool Flag(string name) => QueryOptions.Flag(http.Request.Query, name);

    /// <summary>The job that a path's id means, in the namespace of the query.</summary>
    /// <exception cref="ApiException">All namespaces were asked for: one job lives in one.</exception>
    public JobId JobId => new(SingleNamespace, Id);

    /// <exception cref="ApiException">All namespaces were asked for.</exception>
    public string SingleNamespace => Query.AllNamespaces
        ? throw ApiException.BadRequest("namespace \"*\" is for lists: name one namespace")
        : Query.Namespace;

    /// <summary>The context of a command that this request sends. A caller that retries gives the same <c>idempotency_token</c>.</summary>
    public CommandContext NewCommand() => new(
        Parameter("idempotency_token") is { Length: > 0 } token ? token : Guid.NewGuid().ToString("D"),
        time.GetUtcNow() + options.WriteTimeout,
        Activity.Current?.Id);

    /// <summary>Sends a command and gives its reply.</summary>
    /// <exception cref="ApiException">It was refused.</exception>
    public async Task<TReply> SendAsync<TReply>(IRegionCommand command) where TReply : class, ICommandReply =>
        await SendAnyAsync(command) is TReply reply
            ? reply
            : throw new InvalidOperationException($"{command.GetType().Name} was not answered with {typeof(TReply).Name}");

    /// <summary>Sends a command that may be answered in several ways.</summary>
    /// <exception cref="ApiException">It was refused.</exception>
    public async Task<ICommandReply> SendAnyAsync(IRegionCommand command)
    {
        // The region answers by the command's own deadline: this is for a region that doesn't.
        using var patience = Within(options.WriteTimeout + TimeSpan.FromSeconds(5));
        var reply = await region.SendAsync(command, patience.Token);
        return reply is CommandRefused refused ? throw Refusal(refused) : reply;
    }

    /// <summary>The region's state as it is now, without waiting for a change: what is committed, or, for a stale read, what this server has.</summary>
    /// <exception cref="RegionUnavailableException">There is no leader, and the read isn't stale.</exception>
    public async Task<RegionState> ReadOnceAsync()
    {
        if (Query.Stale)
            return region.State;
        using var patience = Within(options.ReadTimeout);
        return await region.ReadConsistentAsync(patience.Token);
    }

    /// <summary>The state that a read sees: after a change of one of the targets (blocking), this server's own (stale), or the leader's latest.</summary>
    /// <exception cref="RegionUnavailableException">There is no leader, and the read isn't stale.</exception>
    public async Task<RegionState> ReadAsync(params WatchTarget[] targets)
    {
        if (Query.Index == 0)
            return await ReadOnceAsync();

        // Many callers that wait equally long would all come back at once: each waits up to a sixteenth longer.
        var wait = Query.Wait + TimeSpan.FromTicks(Random.Shared.NextInt64((Query.Wait.Ticks / 16) + 1));
        using var waiting = Within(wait + options.ReadTimeout);
        ApiMetrics.BlockingQueries.Add(1);
        try
        {
            if (targets is [var only])
                return await region.WaitForChangeAsync(only, Query.Index, wait, waiting.Token);

            var waits = targets.Select(target => region.WaitForChangeAsync(target, Query.Index, wait, waiting.Token)).ToList();
            var state = await await Task.WhenAny(waits);
            await waiting.CancelAsync();
            return state;
        }
        finally
        {
            ApiMetrics.BlockingQueries.Add(-1);
        }
    }

    /// <summary>Answers with JSON, and with Nomad's headers when the answer has an index.</summary>
    public async Task WriteJsonAsync<T>(T value, ulong? index = null, int status = 200)
    {
        var type = (JsonTypeInfo<T>)(Query.Pretty ? ApiJson.Indented : ApiJson.Compact).GetTypeInfo(typeof(T))!;
        if (index is { } known)
            SetIndex(known);
        await WriteBytesAsync(JsonSerializer.SerializeToUtf8Bytes(value, type), "application/json", status);
    }

    /// <summary>Answers with text.</summary>
    public Task WriteTextAsync(string text, int status = 200) =>
        WriteBytesAsync(System.Text.Encoding.UTF8.GetBytes(text), "text/plain; charset=utf-8", status);

    /// <summary>Answers with bytes, compressed when the caller takes gzip and it is worth it.</summary>
    public async Task WriteBytesAsync(ReadOnlyMemory<byte> body, string contentType, int status = 200)
    {
        var response = http.Response;
        response.StatusCode = status;
        response.ContentType = contentType;
        response.Headers.Vary = "Accept-Encoding";
        if (body.Length >= CompressFrom && AcceptsGzip(http.Request))
        {
            response.Headers.ContentEncoding = "gzip";
            await using var gzip = new GZipStream(response.Body, CompressionLevel.Fastest, leaveOpen: true);
            await gzip.WriteAsync(body, Aborted);
            return;
        }

        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, Aborted);
    }

    /// <summary>Sets Nomad's headers: the answer's index, whether there is a leader, and how old the answer may be.</summary>
    public void SetIndex(ulong index)
    {
        var headers = http.Response.Headers;
        // An index of 0 would make a client's next query not block at all.
        headers["X-Nomad-Index"] = Math.Max(1, index).ToString(CultureInfo.InvariantCulture);
        headers["X-Nomad-KnownLeader"] = region.Leader is null ? "false" : "true";
        headers["X-Nomad-LastContact"] = "0";
    }

    /// <summary>The page after this one begins here.</summary>
    public void SetNextToken(string token)
    {
        if (token.Length > 0)
            http.Response.Headers["X-Nomad-NextToken"] = token;
    }

    private CancellationTokenSource Within(TimeSpan time)
    {
        var source = CancellationTokenSource.CreateLinkedTokenSource(Aborted);
        source.CancelAfter(time);
        return source;
    }

    private static bool AcceptsGzip(HttpRequest request)
    {
        foreach (var value in request.GetTypedHeaders().AcceptEncoding)
        {
            if (value.Value.Equals("gzip", StringComparison.OrdinalIgnoreCase) && value.Quality is not 0)
                return true;
        }

        return false;
    }

    /// <summary>What a refusal is answered with.</summary>
    public static ApiException Refusal(CommandRefused refused) => new(
        refused.Kind switch
        {
            RefusalKind.NotFound => 404,
            RefusalKind.Invalid => 400,
            RefusalKind.Conflict => 409,
            RefusalKind.Forbidden => 403,
            RefusalKind.Overloaded => 429,
            RefusalKind.Unavailable => 503,
            RefusalKind.Timeout => 504,
            _ => 500,
        },
        refused.Message);
}
