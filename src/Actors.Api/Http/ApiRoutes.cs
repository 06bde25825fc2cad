using Actors.Api.Hosting;
using Actors.Api.Jobs;
using Actors.Api.Telemetry;
using Actors.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Actors.Api.Http;

/// <summary>Answers one request.</summary>
internal delegate Task ApiHandler(ApiRequest request);

/// <summary>
/// Maps Nomad's routes. Every handler runs within one frame: errors become Nomad's plain texts with its status codes,
/// a wrong method becomes 405. Ids of jobs may contain slashes, so a job's routes are told apart by the path's end.
/// </summary>
internal sealed partial class ApiRoutes(IEndpointRouteBuilder endpoints, ApiOptions options)
{
    private const string JobPath = "/v1/job/";

    private static readonly System.Reflection.MethodInfo Described = typeof(RequestDelegate).GetMethod(nameof(RequestDelegate.Invoke))!;

    private readonly Dictionary<string, List<string>> _methods = [];
    private readonly List<(string Suffix, string Method, ApiHandler Handler)> _jobRoutes = [];
    private readonly ILogger _log = endpoints.ServiceProvider.GetRequiredService<ILoggerFactory>().CreateLogger("Actors.Api");
    private readonly DriverSchemas _drivers = new();
    private readonly TimeProvider _time = endpoints.ServiceProvider.GetService<TimeProvider>() ?? TimeProvider.System;
    private readonly IRegion _region = endpoints.ServiceProvider.GetRequiredService<IRegion>();

    /// <summary>The group of the routes that follow, for the API's description.</summary>
    public string Group { get; set; } = "";

    public RouteHandle Get(string pattern, string summary, ApiHandler handler) => Map(pattern, ["GET"], summary, handler);

    /// <summary>Nomad takes PUT and POST alike.</summary>
    public RouteHandle Put(string pattern, string summary, ApiHandler handler) => Map(pattern, ["PUT", "POST"], summary, handler);

    public RouteHandle Delete(string pattern, string summary, ApiHandler handler) => Map(pattern, ["DELETE"], summary, handler);

    public RouteHandle Map(string pattern, string[] methods, string summary, ApiHandler handler)
    {
        if (!_methods.TryGetValue(pattern, out var known))
            _methods[pattern] = known = [];
        known.AddRange(methods);
        if (pattern.StartsWith(JobPath, StringComparison.Ordinal))
        {
            foreach (var method in methods)
                _jobRoutes.Add((pattern[(JobPath.Length + "{id}".Length)..], method, handler));
        }

        var first = true;
        RouteHandle handle = new([]);
        foreach (var method in methods)
        {
            var route = endpoints.MapMethods(pattern, [method], context => RunAsync(context, handler, JobIdOf(context, pattern)))
                .WithMetadata(Described)
                .WithTags(Group)
                .WithSummary(summary);
            // PUT and POST are one operation under two names: described once.
            if (!first)
                route.WithMetadata(new ExcludeFromDescriptionAttribute());
            first = false;
            handle.Routes.Add(route);
        }

        return handle;
    }

    /// <summary>A route that a WebSocket is opened on.</summary>
    public RouteHandle Socket(string pattern, string summary, ApiHandler handler)
    {
        _methods[pattern] = ["GET"];
        var pipeline = endpoints.CreateApplicationBuilder().UseWebSockets();
        pipeline.Run(context => RunAsync(context, handler));
        return new RouteHandle([endpoints.MapMethods(pattern, ["GET", "CONNECT"], pipeline.Build()).WithMetadata(Described).WithTags(Group).WithSummary(summary)]);
    }

    /// <summary>Adds what answers wrong methods and unknown paths. The last call.</summary>
    public void Finish()
    {
        foreach (var (pattern, methods) in _methods)
        {
            var allowed = string.Join(", ", methods.Distinct());
            endpoints.Map(pattern, context => RunAsync(context, request => WrongMethod(request, allowed))).WithMetadata(new ExcludeFromDescriptionAttribute());
        }

        endpoints.Map(JobPath + "{**rest}", context => RunAsync(context, DispatchJobAsync)).WithMetadata(new ExcludeFromDescriptionAttribute());
        endpoints.Map("/v1/{**rest}", context => RunAsync(context, request =>
            throw ApiException.NotFound($"no such path: {request.Http.Request.Path}"))).WithMetadata(new ExcludeFromDescriptionAttribute());
    }

    private static Task WrongMethod(ApiRequest request, string allowed)
    {
        request.Http.Response.Headers.Allow = allowed;
        throw new ApiException(405, "Invalid method");
    }

    // A path below /v1/job/ with slashes in the id: the longest known end wins.
    private Task DispatchJobAsync(ApiRequest request)
    {
        var rest = RawPath(request.Http)[JobPath.Length..];
        var matching = _jobRoutes
            .Select(r => (r.Suffix, r.Method, r.Handler, Match: EndOf(rest, r.Suffix)))
            .Where(r => r.Match is not null)
            .OrderByDescending(r => r.Suffix.Length)
            .ToList();
        if (matching.Count == 0)
            throw ApiException.NotFound($"no such path: {request.Http.Request.Path}");

        var suffix = matching[0].Suffix;
        foreach (var route in matching.TakeWhile(r => r.Suffix == suffix))
        {
            if (route.Method == request.Http.Request.Method)
                return route.Handler(new ApiRequest(request.Http, _region, options, _drivers, _time) { Id = Uri.UnescapeDataString(route.Match!.Value.Id), Part = Uri.UnescapeDataString(route.Match.Value.Part) });
        }

        return WrongMethod(request, string.Join(", ", matching.TakeWhile(r => r.Suffix == suffix).Select(r => r.Method)));
    }

    // What is before a route's end, and the one segment that the end leaves open; null when the path ends otherwise.
    private static (string Id, string Part)? EndOf(string rest, string suffix)
    {
        var open = suffix.IndexOf('{', StringComparison.Ordinal);
        if (open < 0)
            return rest.EndsWith(suffix, StringComparison.Ordinal) && rest.Length > suffix.Length ? (rest[..^suffix.Length], "") : null;

        var (head, tail) = (suffix[..open], suffix[(suffix.IndexOf('}', StringComparison.Ordinal) + 1)..]);
        if (!rest.EndsWith(tail, StringComparison.Ordinal))
            return null;

        var before = rest[..^tail.Length];
        var part = before[(before.LastIndexOf('/') + 1)..];
        before = before[..^part.Length];
        return part.Length > 0 && before.Length > head.Length && before.EndsWith(head, StringComparison.Ordinal) ? (before[..^head.Length], part) : null;
    }

    private static string? JobIdOf(HttpContext context, string pattern)
    {
        if (!pattern.StartsWith(JobPath, StringComparison.Ordinal))
            return null;

        var rest = RawPath(context)[JobPath.Length..];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        return Uri.UnescapeDataString(slash < 0 ? rest : rest[..slash]);
    }

    // The path as it was sent: the server leaves %2F in the decoded path, so that an id with %252F could not be told from one with %2F.
    private static string RawPath(HttpContext context)
    {
        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget;
        if (string.IsNullOrEmpty(target) || target[0] != '/')
            return context.Request.Path.Value ?? "";

        var query = target.IndexOf('?', StringComparison.Ordinal);
        return query < 0 ? target : target[..query];
    }

    private async Task RunAsync(HttpContext context, ApiHandler handler, string? jobId = null)
    {
        var request = new ApiRequest(context, _region, options, _drivers, _time) { Id = jobId ?? context.GetRouteValue("id") as string ?? "", Part = context.GetRouteValue("tag") as string ?? "" };
        try
        {
            if (request.Query.Region is { Length: > 0 } region && region != _region.Name)
                throw new ApiException(500, $"No path to region \"{region}\": this agent serves the region \"{_region.Name}\"");
            await handler(request);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller is gone: there is nobody to answer.
            LogAborted(context.Request.Method, context.Request.Path);
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            await AnswerErrorAsync(request, e);
        }
    }

    private async Task AnswerErrorAsync(ApiRequest request, Exception error)
    {
        var (status, message) = error switch
        {
            ApiException e => (e.Status, e.Message),
            RegionUnavailableException e => (500, $"No cluster leader: {e.Message}"),
            ClientUnreachableException e => (404, $"No path to node: {e.Message}"),
            ClientCallException e => (e.Status is >= 400 and < 600 ? e.Status : 500, e.Message),
            BadHttpRequestException e => (e.StatusCode, e.Message),
            TimeoutException e => (504, e.Message),
            OperationCanceledException => (504, "the request took too long"),
            _ => (500, $"internal error, trace {request.Http.TraceIdentifier}: see the agent's log"),
        };
        if (error is not (ApiException or RegionUnavailableException or ClientUnreachableException or ClientCallException or BadHttpRequestException))
        {
            ApiMetrics.Failures.Add(1);
            LogFailed(request.Http.Request.Method, request.Http.Request.Path, request.Http.TraceIdentifier, error);
        }

        var allow = request.Http.Response.Headers.Allow;
        request.Http.Response.Clear();
        if (allow.Count > 0)
            request.Http.Response.Headers.Allow = allow;
        await request.WriteTextAsync(message, status);
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Method} {Path}: the caller went away")]
    private partial void LogAborted(string method, PathString path);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed, trace {Trace}")]
    private partial void LogFailed(string method, PathString path, string trace, Exception error);
}

/// <summary>The routes of one operation: describes what it takes and answers.</summary>
internal sealed record RouteHandle(List<IEndpointConventionBuilder> Routes)
{
    /// <summary>What a good answer is.</summary>
    public RouteHandle Answers<T>()
    {
        foreach (var route in Routes)
            route.WithMetadata(new ProducesResponseTypeMetadata(200, typeof(T), ["application/json"]));
        return this;
    }

    /// <summary>What the body is.</summary>
    public RouteHandle Takes<T>()
    {
        foreach (var route in Routes)
            route.WithMetadata(new BodyMetadata(typeof(T)));
        return this;
    }
}

/// <summary>What the body of an operation is, for the API's description only: Nomad's tools send JSON under any content type, or none.</summary>
/// <param name="Type">The body's type.</param>
internal sealed record BodyMetadata(Type Type);
