using Actors.Contracts.Collections;
using Actors.Drivers.Plugins;
using Actors.Drivers.Plugins.Protocol;
using Grpc.Core;
using Microsoft.Extensions.Hosting;

namespace Actors.Plugins;

/// <summary>Says who the plugin is, and takes its keys.</summary>
internal sealed class BaseService(PluginDefinition definition, ServedDriver served) : BasePlugin.BasePluginBase
{
    public override Task<PluginInfoResponse> PluginInfo(PluginInfoRequest request, ServerCallContext context)
    {
        var info = new PluginInfoResponse { Type = PluginType.Driver, Name = definition.Name, PluginVersion = definition.Version };
        info.PluginApiVersions.Add(Handshake.ApiVersion);
        return Task.FromResult(info);
    }

    public override Task<ConfigSchemaResponse> ConfigSchema(ConfigSchemaRequest request, ServerCallContext context) =>
        Task.FromResult(new ConfigSchemaResponse { Spec = PluginSchema.Write(definition.Options) });

    public override Task<SetConfigResponse> SetConfig(SetConfigRequest request, ServerCallContext context)
    {
        try
        {
            served.Configure(request.MsgpackConfig.IsEmpty ? EquatableMap<ConfigValue>.Empty : MessagePackFormat.Read(request.MsgpackConfig.Span).AsMap());
            return Task.FromResult(new SetConfigResponse());
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, e.Message));
        }
    }
}

/// <summary>Ends the plugin when the agent asks for it.</summary>
internal sealed class ControlService(IHostApplicationLifetime lifetime) : GRPCController.GRPCControllerBase
{
    public override Task<Empty> Shutdown(Empty request, ServerCallContext context)
    {
        lifetime.StopApplication();
        return Task.FromResult(new Empty());
    }
}

/// <summary>Says that the plugin lives.</summary>
internal sealed class HealthService : Health.HealthBase
{
    public override Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context) =>
        Task.FromResult(new HealthCheckResponse { Status = HealthCheckResponse.Types.ServingStatus.Serving });
}
