using Actors.Api.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Actors.Api.Telemetry;

/// <summary><c>/v1/metrics</c>: Nomad's JSON, or Prometheus' text.</summary>
internal static class MetricsEndpoints
{
    public static void Map(ApiRoutes routes, IEndpointRouteBuilder endpoints)
    {
        var prometheus = endpoints.CreateApplicationBuilder().UseOpenTelemetryPrometheusScrapingEndpoint(_ => true).Build();
        routes.Group = "Metrics";
        routes.Get("/v1/metrics", "Reads the agent's measurements", request => AnswerAsync(request, prometheus)).Answers<MetricsSummary>();
    }

    private static Task AnswerAsync(ApiRequest request, RequestDelegate prometheus) => request.Parameter("format") switch
    {
        "prometheus" => prometheus(request.Http),
        "" or "json" => request.WriteJsonAsync(request.Http.RequestServices.GetRequiredService<NomadMetrics>().Collect(request.Time.GetUtcNow())),
        var other => throw ApiException.BadRequest($"format must be prometheus or json, found \"{other}\""),
    };
}
