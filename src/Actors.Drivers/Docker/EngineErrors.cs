using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Docker.DotNet;

namespace Actors.Drivers.Docker;

/// <summary>What went wrong when the engine was asked, in words for the job's author.</summary>
internal static class EngineErrors
{
    /// <summary>The engine can't be reached, or did not answer: nothing is known.</summary>
    public static bool IsOutage(Exception cause) => cause is HttpRequestException or IOException or SocketException or TimeoutException
        || cause is TaskCanceledException { InnerException: TimeoutException }
        || cause is DockerApiException { StatusCode: HttpStatusCode.ServiceUnavailable or HttpStatusCode.BadGateway };

    /// <summary>The engine's own message.</summary>
    public static string Message(Exception cause)
    {
        if (cause is not DockerApiException api) return IsOutage(cause) ? $"the Docker engine does not answer: {cause.Message}" : cause.Message;
        try
        {
            using var body = JsonDocument.Parse(api.ResponseBody ?? "");
            return body.RootElement.TryGetProperty("message", out var message) ? message.GetString() ?? api.Message : api.Message;
        }
        catch (JsonException)
        {
            // Not every error of an engine, or of what stands before it, is JSON.
            return api.ResponseBody is { Length: > 0 } text ? text.Trim() : api.Message;
        }
    }

    /// <summary>Runs something against the engine; its errors become the driver's.</summary>
    /// <exception cref="DriverException">It failed.</exception>
    public static async Task<T> AskAsync<T>(string what, Func<Task<T>> ask)
    {
        try
        {
            return await ask().ConfigureAwait(false);
        }
        catch (Exception e) when (e is DockerApiException || IsOutage(e))
        {
            // 4xx but 409 (a conflict passes) will be the same the next time.
            var final = e is DockerApiException { StatusCode: >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError and not HttpStatusCode.Conflict };
            throw new DriverException($"{what}: {Message(e)}", recoverable: !final, e);
        }
    }

    /// <summary>Runs something against the engine; its errors become the driver's.</summary>
    /// <exception cref="DriverException">It failed.</exception>
    public static Task AskAsync(string what, Func<Task> ask) => AskAsync(what, async () =>
    {
        await ask().ConfigureAwait(false);
        return true;
    });
}
