using System.Runtime.CompilerServices;
using Actors.Contracts.Collections;
using Actors.Contracts.Nodes;
using Actors.Drivers.Config;
using Actors.Drivers.Plugins.Protocol;
using Grpc.Core;

namespace Actors.Drivers.Plugins;

/// <summary>A plugin's fingerprints one by one, and its ends in between.</summary>
internal sealed class PluginFingerprints : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly PluginHost _host;
    private readonly string _name;
    private AsyncServerStreamingCall<FingerprintResponse>? _stream;

    private PluginFingerprints(PluginHost host, string name) => (_host, _name) = (host, name);

    /// <summary>What the plugin tells, until cancelled.</summary>
    public static async IAsyncEnumerable<DriverFingerprint> FollowAsync(PluginHost host, string name, TimeProvider time, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var fingerprints = new PluginFingerprints(host, name);
        while (!cancellationToken.IsCancellationRequested && !host.Stopped.IsCancellationRequested)
        {
            if (await fingerprints.NextAsync(cancellationToken).ConfigureAwait(false) is { } found) yield return found;
            if (fingerprints._stream is null) await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Of a driver that is there and can't be used.</summary>
    public static DriverFingerprint Unhealthy(string why) => new(Detected: true, Healthy: false, why, EquatableMap<string>.Empty);

    public void Dispose()
    {
        _stream?.Dispose();
        _stream = null;
    }

    private async Task<DriverFingerprint?> NextAsync(CancellationToken cancellationToken)
    {
        try
        {
            var plugin = await _host.GetAsync(cancellationToken).ConfigureAwait(false);
            _stream ??= plugin.Driver.Fingerprint(new FingerprintRequest(), cancellationToken: cancellationToken);
            if (await _stream.ResponseStream.MoveNext(cancellationToken).ConfigureAwait(false)) return Read(_name, _stream.ResponseStream.Current, plugin.TaskSpec);
            Dispose();
            return null;
        }
        catch (Exception e) when (e is RpcException or DriverException or OperationCanceledException or ObjectDisposedException)
        {
            Dispose();
            if (cancellationToken.IsCancellationRequested || _host.Stopped.IsCancellationRequested) return null;
            return Unhealthy(e is DriverException ? e.Message : PluginHost.IsGone(e) ? $"the plugin {_name} ended; it is started again" : $"the plugin {_name}: {((RpcException)e).Status.Detail}");
        }
    }

    private static DriverFingerprint Read(string name, FingerprintResponse found, Spec taskSpec) => new(
        found.Health != FingerprintResponse.Types.HealthState.Undetected,
        found.Health == FingerprintResponse.Types.HealthState.Healthy,
        found.HealthDescription,
        found.Attributes.Select(a => KeyValuePair.Create(a.Key, PluginTaskConfigs.Text(a.Value))).ToEquatableMap().SetItem(DriverInfo.PluginAttribute(name), "1"))
    {
        TaskSchema = SchemaText.Write(PluginSchema.Read(taskSpec)),
    };
}
