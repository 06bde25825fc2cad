using System.Globalization;
using System.Net.Sockets;
using Actors.Client.Allocations.Hooks;
using Actors.Contracts.Jobs;

namespace Actors.Client.Allocations;

/// <summary>A health check with its address worked out.</summary>
/// <param name="Check">As the job has it.</param>
/// <param name="Host">The address.</param>
/// <param name="Port">The port on the host.</param>
internal sealed record ResolvedCheck(ServiceCheck Check, string Host, int Port);

/// <summary>Carries out the tcp and http checks of an allocation, each at its interval, and says whether all pass.</summary>
internal sealed class CheckMonitor : IDisposable
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(30) });

    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly bool[] _passing;
    private readonly Action<bool> _changed;
    private readonly TimeProvider _time;
    private bool _allPassed;

    /// <summary>Begins to check.</summary>
    /// <param name="checks">The checks.</param>
    /// <param name="changed">Told when all pass, and when that is over.</param>
    /// <param name="time">The clock.</param>
    public CheckMonitor(IReadOnlyList<ResolvedCheck> checks, Action<bool> changed, TimeProvider time)
    {
        (_changed, _time, _passing) = (changed, time, new bool[checks.Count]);
        for (var i = 0; i < checks.Count; i++)
        {
            var index = i;
            _ = Task.Run(() => RunAsync(checks[index], index));
        }
    }

    /// <summary>
    /// The checks of a group that its client carries out: tcp and http checks of services with the provider "nomad". Those
    /// of the provider "consul" are Consul's to carry out: where there is none, the tasks' states alone decide.
    /// </summary>
    public static IReadOnlyList<ResolvedCheck> For(AllocationScope scope)
    {
        var allocation = scope.Allocation;
        var checks = new List<ResolvedCheck>();
        foreach (var service in ServiceInterpolation.Of(scope).Where(s => s.Provider == "nomad"))
        {
            foreach (var check in service.Checks.Where(c => c.Type is "tcp" or "http" && c.OnUpdate is not "ignore" && service.OnUpdate is not "ignore"))
            {
                var label = check.PortLabel.Length > 0 ? check.PortLabel : service.PortLabel;
                var port = allocation.Resources.Ports.FirstOrDefault(p => p.Label == label);
                if (port is not null) checks.Add(new ResolvedCheck(check, port.HostIp, port.Value));
                else if (int.TryParse(label, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && allocation.Resources.Ports.FirstOrDefault() is { } any)
                    checks.Add(new ResolvedCheck(check, any.HostIp, number));
            }
        }

        return checks;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    private async Task RunAsync(ResolvedCheck check, int index)
    {
        var stop = _stop.Token;
        var interval = check.Check.Interval > TimeSpan.Zero ? check.Check.Interval : TimeSpan.FromSeconds(10);
        while (!stop.IsCancellationRequested)
        {
            var passes = await PassesAsync(check, stop).ConfigureAwait(false);
            lock (_gate)
            {
                if (stop.IsCancellationRequested) return;
                _passing[index] = passes;
                var all = Array.TrueForAll(_passing, p => p);
                if (all != _allPassed) _changed(_allPassed = all);
            }

            await Task.Delay(interval, _time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task<bool> PassesAsync(ResolvedCheck check, CancellationToken stop)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stop);
        deadline.CancelAfter(check.Check.Timeout > TimeSpan.Zero ? check.Check.Timeout : TimeSpan.FromSeconds(2));
        try
        {
            if (check.Check.Type == "tcp")
            {
                using var socket = new TcpClient();
                await socket.ConnectAsync(check.Host, check.Port, deadline.Token).ConfigureAwait(false);
                return true;
            }

            var protocol = check.Check.Protocol.Length > 0 ? check.Check.Protocol : "http";
            using var request = new HttpRequestMessage(
                new HttpMethod(check.Check.Method.Length > 0 ? check.Check.Method : "GET"),
                new UriBuilder(protocol, check.Host, check.Port) { Path = check.Check.Path.Split('?')[0], Query = check.Check.Path.Contains('?', StringComparison.Ordinal) ? check.Check.Path[(check.Check.Path.IndexOf('?', StringComparison.Ordinal) + 1)..] : "" }.Uri);
            foreach (var (name, values) in check.Check.Header) request.Headers.TryAddWithoutValidation(name, values);
            if (check.Check.Body.Length > 0) request.Content = new StringContent(check.Check.Body);
            using var response = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token).ConfigureAwait(false);
            return (int)response.StatusCode is >= 200 and < 300;
        }
        catch (Exception e) when (e is SocketException or HttpRequestException or OperationCanceledException)
        {
            // That is what a failing check looks like.
            return false;
        }
    }
}
