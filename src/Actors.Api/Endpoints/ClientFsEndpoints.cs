using System.Globalization;
using System.Text.Json;
using Actors.Api.Http;
using Actors.Contracts.Link;

namespace Actors.Api.Endpoints;

/// <summary><c>/v1/client/fs/…</c>: files and logs of allocations, streamed from their client. Any web page may read them (CORS), as with Nomad.</summary>
internal static class ClientFsEndpoints
{
    public static void Map(ApiRoutes routes)
    {
        routes.Group = "Client";
        Fs("ls", "Lists a directory of an allocation", r => WholeAsync(r, StreamMethods.List, "application/json"));
        Fs("stat", "Describes a file of an allocation", r => WholeAsync(r, StreamMethods.Stat, "application/json"));
        Fs("cat", "Reads a file of an allocation", r => StreamAsync(r, StreamMethods.Cat, File(r, follow: false, plain: true), plain: true));
        Fs("readat", "Reads a part of a file of an allocation", ReadAtAsync);
        Fs("stream", "Reads a file of an allocation and goes on with what is added", r => StreamAsync(r, StreamMethods.Stream, File(r, follow: FollowsUnlessTold(r), plain: r.Flag("plain")), r.Flag("plain")));
        Fs("logs", "Reads a task's log", LogsAsync);

        void Fs(string name, string summary, ApiHandler handler)
        {
            routes.Get($"/v1/client/fs/{name}/{{id}}", summary, request =>
            {
                AllowAnyOrigin(request);
                return handler(request);
            });
            routes.Map($"/v1/client/fs/{name}/{{id}}", ["OPTIONS"], summary, request =>
            {
                AllowAnyOrigin(request);
                request.Http.Response.StatusCode = 204;
                return Task.CompletedTask;
            });
        }
    }

    private static void AllowAnyOrigin(ApiRequest request)
    {
        var headers = request.Http.Response.Headers;
        headers.AccessControlAllowOrigin = "*";
        headers.AccessControlAllowMethods = "HEAD, GET";
        headers.AccessControlAllowHeaders = "*";
        headers.AccessControlAllowCredentials = "true";
    }

    private static async Task WholeAsync(ApiRequest request, string method, string contentType)
    {
        var allocation = AllocationEndpoints.Find(request.Region.State, request.Id);
        var arguments = JsonSerializer.SerializeToUtf8Bytes(File(request, follow: false, plain: true), StreamJson.Default.FileArguments);
        await using var call = await request.Region.CallClientAsync(allocation.NodeId, method, arguments, request.Aborted);
        await ClientReply.WriteWholeAsync(request, call, contentType);
    }

    private static Task ReadAtAsync(ApiRequest request)
    {
        if (request.Parameter("offset").Length == 0)
            throw ApiException.BadRequest("must provide an offset: the byte to begin at");
        return StreamAsync(request, StreamMethods.ReadAt, File(request, follow: false, plain: true), plain: true);
    }

    private static async Task LogsAsync(ApiRequest request)
    {
        var task = request.Parameter("task");
        if (task.Length == 0)
            throw ApiException.BadRequest("must provide task name");
        var type = request.Parameter("type") is { Length: > 0 } named ? named : "stdout";
        if (type is not ("stdout" or "stderr"))
            throw ApiException.BadRequest($"type must be stdout or stderr, found \"{type}\"");

        var (allocation, node) = await KeptLogs.LocateAsync(request);
        var plain = request.Flag("plain");
        var arguments = JsonSerializer.SerializeToUtf8Bytes(
            new LogsArguments
            {
                AllocationId = allocation,
                Task = task,
                Type = type,
                Follow = request.Flag("follow"),
                Offset = Offset(request),
                Origin = Origin(request),
                Plain = plain,
            },
            StreamJson.Default.LogsArguments);
        await using var call = await request.Region.CallClientAsync(node, StreamMethods.Logs, arguments, request.Aborted);
        await ClientReply.StreamAsync(request, call, plain);
    }

    private static async Task StreamAsync(ApiRequest request, string method, FileArguments arguments, bool plain)
    {
        var allocation = AllocationEndpoints.Find(request.Region.State, request.Id);
        await using var call = await request.Region.CallClientAsync(allocation.NodeId, method, JsonSerializer.SerializeToUtf8Bytes(arguments, StreamJson.Default.FileArguments), request.Aborted);
        await ClientReply.StreamAsync(request, call, plain);
    }

    // A wrong id is refused when the allocation is looked up: here only its form matters.
    private static FileArguments File(ApiRequest request, bool follow, bool plain) => new()
    {
        AllocationId = AllocationEndpoints.Find(request.Region.State, request.Id).Id,
        Path = request.Parameter("path") is { Length: > 0 } path ? path : "/",
        Offset = Offset(request),
        Limit = (long)Math.Min(QueryOptions.Unsigned(request.Http.Request.Query, "limit"), long.MaxValue),
        Origin = Origin(request),
        Follow = follow,
        Plain = plain,
    };

    private static bool FollowsUnlessTold(ApiRequest request) => request.Parameter("follow").Length == 0 || request.Flag("follow");

    private static long Offset(ApiRequest request)
    {
        var text = request.Parameter("offset");
        if (text.Length == 0)
            return 0;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
            ? offset
            : throw ApiException.BadRequest($"offset must be a whole number of 0 or more, found \"{text}\"");
    }

    private static string Origin(ApiRequest request) => request.Parameter("origin") switch
    {
        "" or "start" => "start",
        "end" => "end",
        var other => throw ApiException.BadRequest($"origin must be start or end, found \"{other}\""),
    };
}
