using Actors.Client.Networks;
using Actors.Contracts.Allocations;
using Actors.Drivers;

namespace Actors.Client.Tasks.Hooks;

/// <summary>Before each start: the group's network is there. It is made anew when what held it is gone (an engine that was restarted, for example).</summary>
internal sealed class NetworkHook : ITaskHook
{
    /// <inheritdoc/>
    public string Name => "network";

    /// <inheritdoc/>
    public async Task PrestartAsync(TaskStart start, CancellationToken cancellationToken)
    {
        if (!NetworkManager.IsOwn(start.Origin.Group)) return;
        var facts = start.Scope.Facts;
        await facts.NetworkGate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            facts.Network = await start.Client.Networks.EnsureAsync(start.Scope, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or DriverException or FormatException)
        {
            throw new TaskHookException(TaskEventTypes.SetupFailure, $"the group's network can't be had: {e.Message}", recoverable: true, e);
        }
        finally
        {
            facts.NetworkGate.Release();
        }

        EnvironmentBuilder.AddNetwork(start.Environment, start.Origin.Allocation, start.Origin.Task.Name, facts.Network?.Status);
    }
}
