using Actors.Api.Endpoints;
using Actors.Api.Forwarding;
using Actors.Api.Http;
using Actors.Api.Models;
using Actors.Api.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Actors.Api.Hosting;

/// <summary>Puts the HTTP API into an agent's host.</summary>
public static class ActorsApiExtensions
{
    private const string Document = "v1";

    /// <summary>Adds what the HTTP API needs. A server's <c>IRegion</c> must be registered too, unless the agent only forwards.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="options">How the agent serves.</param>
    public static IServiceCollection AddActorsApi(this IServiceCollection services, ApiOptions options)
    {
        services.AddSingleton(options);
        services.TryAddSingleton(TimeProvider.System);
        services.AddRouting();
        services.AddActorsMetrics();
        if (!options.ServerEnabled)
            return services.AddSingleton<ForwardingApi>();

        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJson.Compact));
        return services.AddOpenApi(Document, ApiDescription.Configure);
    }

    /// <summary>Maps <c>/v1/…</c>.</summary>
    /// <param name="endpoints">The host.</param>
    public static IEndpointRouteBuilder MapActorsApi(this IEndpointRouteBuilder endpoints)
    {
        var options = endpoints.ServiceProvider.GetRequiredService<ApiOptions>();
        if (!options.ServerEnabled)
        {
            ForwardingEndpoints.Map(endpoints, options);
            return endpoints;
        }

        var routes = new ApiRoutes(endpoints, options);
        JobEndpoints.Map(routes);
        JobWriteEndpoints.Map(routes);
        ScalingEndpoints.Map(routes);
        NodePoolEndpoints.Map(routes);
        NodeEndpoints.Map(routes);
        AllocationEndpoints.Map(routes);
        EvaluationEndpoints.Map(routes);
        DeploymentEndpoints.Map(routes);
        ExplainEndpoints.Map(routes);
        AgentEndpoints.Map(routes);
        RegionEndpoints.Map(routes);
        NamespaceEndpoints.Map(routes);
        VolumeEndpoints.Map(routes);
        StatusEndpoints.Map(routes);
        SearchEndpoints.Map(routes);
        ClientEndpoints.Map(routes);
        ClientFsEndpoints.Map(routes);
        ClientExecEndpoints.Map(routes);
        OperatorEndpoints.Map(routes);
        SchedulerEndpoints.Map(routes);
        EventEndpoints.Map(routes);
        MetricsEndpoints.Map(routes, endpoints);
        endpoints.MapOpenApi("/v1/openapi.json").WithMetadata(new ExcludeFromDescriptionAttribute());
        routes.Finish();
        return endpoints;
    }
}
