using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Actors.Api.Events;
using Actors.Api.Http;
using Actors.Api.Models;

namespace Actors.Api.Endpoints;

/// <summary><c>/v1/event/stream</c>: what changes, as it changes; a JSON object on each line, and an empty one when nothing comes for a while.</summary>
internal static class EventEndpoints
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(30);

    private static readonly byte[] Empty = "{}\n"u8.ToArray();

    public static void Map(ApiRoutes routes)
    {
        routes.Group = "Events";
        routes.Get("/v1/event/stream", "Follows what changes", FollowAsync);
    }

    private static async Task FollowAsync(ApiRequest request)
    {
        var topics = EventTopics.Read(request.Http.Request.Query["topic"], request.Query.Namespace);
        var response = request.Http.Response;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(request.Aborted);
        await using var steps = request.Region.FollowAsync(ending.Token).GetAsyncEnumerator(ending.Token);
        var next = steps.MoveNextAsync().AsTask();
        await next;
        response.ContentType = "application/json";
        await response.Body.FlushAsync(request.Aborted);
        try
        {
            // Up to here the caller knows; from an index on, it is told what it missed.
            var told = request.Query.Index > 0 ? request.Query.Index - 1 : steps.Current.State.Index;
            while (await ComesAsync(request, next))
            {
                var step = steps.Current;
                var events = step.Changes is { } changes && changes.From >= told ? EventSource.Of(step.State, changes, topics) : EventSource.Since(step.State, told + 1, topics);
                foreach (var line in events.Where(topics.Wants).GroupBy(e => e.Index).OrderBy(e => e.Key))
                    await WriteAsync(request, new EventsModel { Index = line.Key, Events = [.. line] });
                told = Math.Max(told, step.State.Index);
                next = steps.MoveNextAsync().AsTask();
            }
        }
        finally
        {
            // What is followed can't be let go of while it is waited for.
            await ending.CancelAsync();
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Waits for the next step, and shows meanwhile that the stream lives.</summary>
    private static async Task<bool> ComesAsync(ApiRequest request, Task<bool> next)
    {
        while (true)
        {
            try
            {
                return await next.WaitAsync(Heartbeat, request.Time, request.Aborted);
            }
            catch (TimeoutException) when (!next.IsCompleted)
            {
                await request.Http.Response.Body.WriteAsync(Empty, request.Aborted);
                await request.Http.Response.Body.FlushAsync(request.Aborted);
            }
        }
    }

    private static async Task WriteAsync(ApiRequest request, EventsModel line)
    {
        var type = (JsonTypeInfo<EventsModel>)ApiJson.Compact.GetTypeInfo(typeof(EventsModel))!;
        await JsonSerializer.SerializeAsync(request.Http.Response.Body, line, type, request.Aborted);
        await request.Http.Response.Body.WriteAsync("\n"u8.ToArray(), request.Aborted);
        await request.Http.Response.Body.FlushAsync(request.Aborted);
    }
}
