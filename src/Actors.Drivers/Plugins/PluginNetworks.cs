using Actors.Contracts;
using Actors.Drivers.Plugins.Protocol;
using Google.Protobuf;

namespace Actors.Drivers.Plugins;

/// <summary>The groups' networks of a plugin that makes them itself (Nomad's <c>must_create_network</c>). What it said of one is the holder's name: its tasks and its removal need all of it.</summary>
/// <param name="host">Keeps the plugin running.</param>
/// <param name="name">The driver's name.</param>
internal sealed class PluginNetworks(PluginHost host, string name) : INetworkHolder
{
    private const string Prefix = "plugin:";

    /// <inheritdoc/>
    public async Task<HeldNetwork> HoldAsync(NetworkHold hold, CancellationToken cancellationToken)
    {
        var request = new CreateNetworkRequest { AllocId = hold.AllocationId.ToString(), Hostname = hold.Hostname };
        var answer = await host.CallAsync(
            $"could not make the group's network with {name}", d => d.CreateNetworkAsync(request, cancellationToken: cancellationToken).ResponseAsync, cancellationToken).ConfigureAwait(false);
        return answer.IsolationSpec is { Path.Length: > 0 } made
            ? new HeldNetwork($"{Prefix}{name}:{made.ToByteString().ToBase64()}", made.Path)
            : throw new DriverException($"could not make the group's network with {name}: it told no path of a namespace", recoverable: false);
    }

    /// <inheritdoc/>
    public Task<HeldNetwork?> FindHeldAsync(AllocationId allocation, string holder, CancellationToken cancellationToken) =>
        Task.FromResult(Read(name, holder) is { } made ? new HeldNetwork(holder, made.Path) : null);

    /// <inheritdoc/>
    public Task ReleaseAsync(AllocationId allocation, string holder, CancellationToken cancellationToken)
    {
        var made = holder.Length == 0 ? new NetworkIsolationSpec() : Read(name, holder);
        if (made is null) return Task.CompletedTask;
        var request = new DestroyNetworkRequest { AllocId = allocation.ToString(), IsolationSpec = made };
        return host.CallAsync(
            $"could not remove the group's network with {name}", d => d.DestroyNetworkAsync(request, cancellationToken: cancellationToken).ResponseAsync, cancellationToken);
    }

    /// <summary>What a driver's plugin said of the network that it holds; null: another holds it.</summary>
    public static NetworkIsolationSpec? Read(string name, string holder)
    {
        var own = $"{Prefix}{name}:";
        return holder.StartsWith(own, StringComparison.Ordinal) ? NetworkIsolationSpec.Parser.ParseFrom(ByteString.FromBase64(holder[own.Length..])) : null;
    }
}
