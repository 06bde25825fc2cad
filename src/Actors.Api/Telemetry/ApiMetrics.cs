using System.Diagnostics.Metrics;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Actors.Api.Telemetry;

/// <summary>What the agent measures, gathered by OpenTelemetry. Every assembly has a meter of its own name.</summary>
internal static class ApiMetrics
{
    private static readonly Meter Meter = new(Assembly.GetExecutingAssembly().GetName().Name!);

    /// <summary>Requests under way that wait for a change.</summary>
    public static UpDownCounter<long> BlockingQueries { get; } = Meter.CreateUpDownCounter<long>("actors.api.blocking_queries", "{request}", "Requests that wait for a change");

    /// <summary>Requests answered with an error of the agent's own.</summary>
    public static Counter<long> Failures { get; } = Meter.CreateCounter<long>("actors.api.failures", "{request}", "Requests that ended with an internal error");

    /// <summary>Gathers the meters of this product, of the web server and of the runtime.</summary>
    public static IServiceCollection AddActorsMetrics(this IServiceCollection services)
    {
        // The web server measures only where there is a factory of meters.
        services.AddMetrics();
        services.AddSingleton<NomadMetrics>();
        services.AddOpenTelemetry().ConfigureResource(resource => resource.AddService("actors")).WithMetrics(metrics => metrics
            .AddMeter("Actors.*", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime")
            .AddPrometheusExporter()
            .AddReader(provider => provider.GetRequiredService<NomadMetrics>().Reader));
        return services;
    }
}
