using System.Globalization;
using System.Net.Sockets;
using Actors.Client.Allocations.Hooks;
using Actors.Contracts.Jobs;

namespace Actors.Client.Allocations;

/// <summary>A health check with its address worked out.</summary>
/// <param name="Check">As the job has it.</param>
/// <param name="Host">The address, asked each time: an allocation's own network may be made anew.</param>
/// <param name="Port">The port at that address.</param>
/// <param name="Service">The name of the service that it is about.</param>
/// <param name="Task">The service's task; "": it is the group's.</param>
/// <param name="Counts">The allocation's health depends on it; else it is carried out only to be looked at.</param>
internal sealed record ResolvedCheck(ServiceCheck Check, Func<string> Host, int Port, string Service, string Task, bool Counts);

/// <summary>How a check last went.</summary>
/// <param name="Check">Which.</param>
/// <param name="Passes">It passed; null: it was not carried out yet.</param>
/// <param name="StatusCode">What an http check was answered; 0: nothing.</param>
/// <param name="Output">What was answered, or why nothing was.</param>
/// <param name="At">When.</param>
internal sealed record CheckResult(ResolvedCheck Check, bool? Passes, int StatusCode, string Output, DateTimeOffset At);

/// <summary>Carries out the tcp and http checks of an allocation, each at its interval, and says whether all pass.</summary>
internal sealed class CheckMonitor : IDisposable
{
    private const int MaxOutput = 1024;
    private static readonly HttpClient Http = new(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(30) });

    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly CheckResult[] _results;
    private readonly Action<bool> _changed;
    private readonly TimeProvider _time;
    private bool _allPassed;

    /// <summary>Begins to check.</summary>
    /// <param name="checks">The checks.</param>
    /// <param name="changed">Told when all pass, and when that is over.</param>
    /// <param name="time">The clock.</param>
    public CheckMonitor(IReadOnlyList<ResolvedCheck> checks, Action<bool> changed, TimeProvider time)
    {
        (_changed, _time) = (changed, time);
        _results = [.. checks.Select(check => new CheckResult(check, null, 0, "", time.GetUtcNow()))];
        for (var i = 0; i < checks.Count; i++)
        {
            var index = i;
            _ = Task.Run(() => RunAsync(checks[index], index));
        }
    }

    /// <summary>How the checks last went.</summary>
    public IReadOnlyList<CheckResult> Results
    {
        get
        {
            lock (_gate) return [.. _results];
        }
    }

    /// <summary>
    /// The checks of a group that its client carries out: tcp and http checks of services with the provider "nomad". Those
    /// of the provider "consul" are Consul's to carry out: where there is none, the tasks' states alone decide.
    /// </summary>
    public static IReadOnlyList<ResolvedCheck> For(AllocationScope scope)
    {
        var checks = new List<ResolvedCheck>();
        var owners = scope.Group.Services.Select(_ => "").Concat(scope.Group.Tasks.SelectMany(t => t.Services.Select(_ => t.Name)));
        foreach (var (service, task) in ServiceInterpolation.Of(scope).Zip(owners).Where(s => s.First.Provider == "nomad"))
        {
            foreach (var check in service.Checks.Where(c => c.Type is "tcp" or "http"))
            {
                var counts = check.OnUpdate is not "ignore" && service.OnUpdate is not "ignore";
                var label = check.PortLabel.Length > 0 ? check.PortLabel : service.PortLabel;
                if (Target(scope, check.AddressMode, label) is var (host, port)) checks.Add(new ResolvedCheck(check, host, port, service.Name, task, counts));
            }
        }

        return checks;
    }

    /// <summary>Where a port is reached: on the host, or (<c>address_mode = "alloc"</c>) inside the allocation's own network where it has one; null: nowhere.</summary>
    private static (Func<string> Host, int Port)? Target(AllocationScope scope, string mode, string label)
    {
        var ports = scope.Allocation.Resources.Ports;
        var port = ports.FirstOrDefault(p => p.Label == label);
        var isNumber = int.TryParse(label, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        if (mode == "alloc" && scope.Facts.Network?.Status is { } made && (port is not null || isNumber))
            return (() => (scope.Facts.Network?.Status ?? made).AnyAddress, port is null ? number : port.To > 0 ? port.To : port.Value);
        if (port is not null) return (() => port.HostIp, port.Value);
        return isNumber && ports.FirstOrDefault() is { } any ? (() => any.HostIp, number) : null;
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
            var (passes, status, output) = await CarryOutAsync(check, stop).ConfigureAwait(false);
            lock (_gate)
            {
                if (stop.IsCancellationRequested) return;
                _results[index] = new CheckResult(check, passes, status, output.Length > MaxOutput ? output[..MaxOutput] : output, _time.GetUtcNow());
                var all = Array.TrueForAll(_results, r => r.Passes == true || !r.Check.Counts);
                if (all != _allPassed) _changed(_allPassed = all);
            }

            await Task.Delay(interval, _time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task<(bool Passes, int Status, string Output)> CarryOutAsync(ResolvedCheck check, CancellationToken stop)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stop);
        deadline.CancelAfter(check.Check.Timeout > TimeSpan.Zero ? check.Check.Timeout : TimeSpan.FromSeconds(2));
        try
        {
            if (check.Check.Type == "tcp")
            {
                using var socket = new TcpClient();
                await socket.ConnectAsync(check.Host(), check.Port, deadline.Token).ConfigureAwait(false);
                return (true, 0, "nomad: tcp ok");
            }

            var protocol = check.Check.Protocol.Length > 0 ? check.Check.Protocol : "http";
            using var request = new HttpRequestMessage(
                new HttpMethod(check.Check.Method.Length > 0 ? check.Check.Method : "GET"),
                new UriBuilder(protocol, check.Host(), check.Port) { Path = check.Check.Path.Split('?')[0], Query = check.Check.Path.Contains('?', StringComparison.Ordinal) ? check.Check.Path[(check.Check.Path.IndexOf('?', StringComparison.Ordinal) + 1)..] : "" }.Uri);
            foreach (var (name, values) in check.Check.Header) request.Headers.TryAddWithoutValidation(name, values);
            if (check.Check.Body.Length > 0) request.Content = new StringContent(check.Check.Body);
            using var response = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token).ConfigureAwait(false);
            return ((int)response.StatusCode is >= 200 and < 300, (int)response.StatusCode, response.ReasonPhrase ?? "");
        }
        catch (Exception e) when (e is SocketException or HttpRequestException or OperationCanceledException)
        {
            // That is what a failing check looks like.
            return (false, 0, e is OperationCanceledException ? "no answer in time" : e.Message);
        }
    }
}
