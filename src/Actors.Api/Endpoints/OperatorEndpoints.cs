using Actors.Api.Http;
using Actors.Api.Models;
using Actors.Server;
using Microsoft.Extensions.DependencyInjection;

namespace Actors.Api.Endpoints;

/// <summary><c>/v1/operator/…</c>.</summary>
internal static class OperatorEndpoints
{
    private const int MaxCommandLength = 4096;

    public static void Map(ApiRoutes routes)
    {
        routes.Group = "Operator";
        routes.Put("/v1/operator/cmd", "Carries out a command line of the cluster (cluster show, actor hierarchy …)", CommandAsync).Takes<CommandRequest>();
        routes.Group = "System";
        routes.Put("/v1/system/gc", "Forgets what nobody needs any more", CollectAsync);
    }

    private static async Task CollectAsync(ApiRequest request)
    {
        var operations = request.Http.RequestServices.GetService<IServerOperations>() ?? throw new ApiException(501, "this agent can't collect garbage");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(request.Aborted);
        patience.CancelAfter(request.Options.WriteTimeout);
        await operations.CollectGarbageAsync(patience.Token);
        await request.WriteJsonAsync("", request.Region.State.Index);
    }

    private static async Task CommandAsync(ApiRequest request)
    {
        var body = await request.ReadJsonAsync<CommandRequest>(request.Options.MaxBodyBytes, "a command");
        var line = body.Command?.Trim() ?? "";
        if (line.Length is 0 or > MaxCommandLength)
            throw ApiException.BadRequest($"Command must be a line of 1 to {MaxCommandLength} characters, such as \"cluster show\"; found {line.Length}");

        var commands = request.Http.RequestServices.GetService<IClusterCommands>() ?? throw new ApiException(501, "this agent takes no cluster commands");
        var response = request.Http.Response;
        await using var lines = commands.ExecuteAsync(line, request.Aborted).GetAsyncEnumerator(request.Aborted);
        bool more;
        try
        {
            more = await lines.MoveNextAsync();
        }
        catch (ArgumentException e)
        {
            throw new ApiException(400, e.Message, e);
        }

        response.ContentType = "text/plain; charset=utf-8";
        while (more)
        {
            await response.Body.WriteAsync(System.Text.Encoding.UTF8.GetBytes(lines.Current + "\n"), request.Aborted);
            await response.Body.FlushAsync(request.Aborted);
            more = await lines.MoveNextAsync();
        }
    }
}
