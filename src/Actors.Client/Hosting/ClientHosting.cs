using Actors.Drivers;
using Actors.Drivers.Docker;
using Actors.Drivers.Exec;
using Actors.Drivers.Java;
using Actors.Drivers.Mock;
using Actors.Drivers.Podman;
using Actors.Drivers.Qemu;
using Actors.Drivers.RawExec;
using Actors.Drivers.Rkt;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Actors.Client.Hosting;

/// <summary>Adds the client to an agent.</summary>
public static class ClientHosting
{
    /// <summary>Adds the client: it starts and ends with the host. <see cref="ClientStatus"/> tells how it is.</summary>
    /// <param name="services">The agent's services.</param>
    /// <param name="options">How it is set up.</param>
    public static IServiceCollection AddActorsClient(this IServiceCollection services, ClientOptions options) => services
        .AddSingleton(options)
        .AddSingleton<ClientStatus>()
        .AddHostedService(provider => new ClientService(
            options,
            provider.GetRequiredService<ClientStatus>(),
            NewDrivers(options, provider.GetService<TimeProvider>() ?? TimeProvider.System),
            provider.GetService<TimeProvider>() ?? TimeProvider.System,
            provider.GetRequiredService<ILogger<ClientService>>()));

    /// <summary>The drivers that this client has itself.</summary>
    internal static IReadOnlyList<ITaskDriver> NewDrivers(ClientOptions options, TimeProvider time)
    {
        var podman = new PodmanDriver(options.DriverOptions.GetValueOrDefault(PodmanDriver.DriverName), time);
        ITaskDriver[] all =
        [
            new DockerDriver(options.DriverOptions.GetValueOrDefault(DockerDriver.DriverName), time),
            new ExecDriver(options.DriverOptions.GetValueOrDefault(ExecDriver.DriverName), time),
            new JavaDriver(options.DriverOptions.GetValueOrDefault(JavaDriver.DriverName), time),
            new QemuDriver(options.DriverOptions.GetValueOrDefault(QemuDriver.DriverName), time),
            podman,
            new RktDriver(podman),
            new RawExecDriver(options.DriverOptions.GetValueOrDefault(RawExecDriver.DriverName), time),
        ];
        // Not even named on a node whose operator does not speak of it.
        if (options.DriverOptions.TryGetValue(MockDriver.DriverName, out var mock)) all = [.. all, new MockDriver(mock, time)];
        return all;
    }
}
