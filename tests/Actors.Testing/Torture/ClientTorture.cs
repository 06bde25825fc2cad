using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Actors.Testing.Torture;

/// <summary>
/// Allocations of all drivers churn on an agent while the agent, its engines and single tasks are killed at random.
/// Afterwards desired must be actual, and when all jobs are gone there must be nothing left of them on the machine.
/// </summary>
public sealed class ClientTorture : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly TortureOptions _options;
    private readonly Random _random;
    private readonly TemporaryFolder _folder = new("actors-torture-");
    private readonly string _prefix;
    private readonly IReadOnlyList<int> _ports = FreePorts.Take(3);
    private readonly TortureEngine _engine;
    private readonly TorturePodman? _podman;
    private readonly TortureFiles? _files;
    private readonly AgentApi _api;
    private readonly MachineTraces _traces;
    private readonly Dictionary<string, int> _counts = [];
    private readonly HashSet<string> _seen = [];
    private readonly string _bridge;
    private PbmProcess? _agent;
    private int _version;

    private ClientTorture(TortureOptions options)
    {
        (_options, _random) = (options, new Random(options.Seed));
        _prefix = $"torture{_ports[0]}";
        _bridge = string.Create(CultureInfo.InvariantCulture, $"at{_ports[0]}");
        _engine = new TortureEngine(_folder.At("engine"));
        _podman = options.AllDrivers ? new TorturePodman(_folder.At("podman")) : null;
        _files = options.AllDrivers ? new TortureFiles(_folder.At("files")) : null;
        _api = new AgentApi($"127.0.0.1:{_ports[0]}");
        _traces = new MachineTraces(_folder.At("data"), _prefix);
    }

    /// <summary>Tortures a client of its own, and takes away again all that it made.</summary>
    public static async Task<TortureOutcome> RunAsync(TortureOptions options)
    {
        await using var torture = new ClientTorture(options);
        try
        {
            return await torture.RunAsync();
        }
        catch (Exception e)
        {
            // Told here too: taking away what was made may fail for the same reason, and hide it.
            options.Tell($"broken off: {e}");
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // Stopped, not killed: a plugin outlives an agent that is killed.
        try
        {
            if (_agent is { Running: true }) await _agent.StopAsync();
        }
        catch (OperationCanceledException)
        {
            _options.Tell("the agent did not stop when asked to: it is killed");
        }

        if (_agent is not null) await _agent.DisposeAsync();
        await _traces.RemoveAsync();
        await _engine.DisposeAsync();
        if (_podman is not null) await _podman.DisposeAsync();
        await Shell.RunAsync($"ip link delete {_bridge}; rm -rf /var/lib/cni/networks/{_bridge}; grep -o ' {_folder.At("data")}[^ ]*' /proc/self/mountinfo | xargs -r umount -l");
        _api.Dispose();
        _folder.Dispose();
    }

    private async Task<TortureOutcome> RunAsync()
    {
        await _engine.StartAsync();
        await _engine.ImportAsync();
        if (_podman is not null)
        {
            await _podman.StartAsync();
            await _podman.ImportAsync();
        }

        if (_files is not null) await _files.MakeAsync();
        await StartAgentAsync();
        var node = (await _api.GetAsync("/v1/nodes")).AsArray()[0]!;
        // A plugin and Podman may take longer to answer than the node to become ready.
        var drivers = await Eventually.BecomesAsync(
            async () => (await _api.GetAsync($"/v1/node/{(string)node["ID"]!}"))["Drivers"]!.AsObject().Where(d => (bool)d.Value!["Healthy"]!).Select(d => d.Key).Order(StringComparer.Ordinal).ToList(),
            found => _files is null || (found.Contains(TortureFiles.Plugin) && found.Contains("podman")),
            "the plugin and Podman are drivers",
            Patience);
        var jobs = TortureJobs.For(_prefix, drivers, _files?.Folder);
        var each = Math.Max(1, (int)(_options.Allocations / jobs.Sum(j => 1.0 / j.Share)));
        foreach (var job in jobs) await ChangeAsync(job, Math.Max(1, each / job.Share));
        _options.Tell($"{jobs.Count} jobs of {each} allocations (heavy drivers' fewer) on {string.Join(", ", drivers)}");

        var (changes, tasks, agents, engines) = await ChurnAsync(jobs, each);
        var watch = Stopwatch.StartNew();
        var problems = new List<string>();
        await TryAsync("desired is actual", () => IsActualAsync(jobs), problems);
        var settled = watch.Elapsed;
        _options.Tell($"settled after {settled.TotalSeconds:0.0} s");
        await TryAsync("nothing is left", () => NothingIsLeftAsync(jobs, (string)node["ID"]!), problems);
        return new TortureOutcome([.. drivers.Where(d => jobs.Any(j => j.Id.Contains($"-{d}-", StringComparison.Ordinal)))], changes, tasks, agents, engines, _seen.Count, settled, problems);
    }

    private async Task<(int Changes, int Tasks, int Agents, int Engines)> ChurnAsync(IReadOnlyList<TortureJob> jobs, int each)
    {
        var (changes, tasks, agents, engines) = (0, 0, 0, 0);
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < _options.Length)
        {
            switch (_random.Next(20))
            {
                case < 9:
                    var changed = jobs[_random.Next(jobs.Count)];
                    await ChangeAsync(changed, _random.Next(3) == 0 ? 0 : _random.Next(1, Math.Max(1, 2 * each / changed.Share) + 1));
                    changes++;
                    break;
                case < 18:
                    if (_traces.Tasks() is { Count: > 0 } running)
                    {
                        await Shell.RunAsync($"kill -9 {running[_random.Next(running.Count)].Pid}");
                        tasks++;
                    }

                    break;
                case 18:
                    await _agent!.KillHardAsync();
                    await Task.Delay(_random.Next(1500));
                    await StartAgentAsync();
                    agents++;
                    break;
                case 19 when _podman is not null && _random.Next(2) == 0:
                    await _podman.KillHardAsync();
                    await Task.Delay(_random.Next(1500));
                    await _podman.StartAsync();
                    engines++;
                    break;
                case 19:
                    await _engine.KillHardAsync();
                    await Task.Delay(_random.Next(1500));
                    await _engine.StartAsync();
                    engines++;
                    break;
            }

            await Task.Delay(_random.Next(300));
        }

        return (changes, tasks, agents, engines);
    }

    /// <summary>Gives a job another count (0: stops it) and, now and then, other tasks.</summary>
    private async Task ChangeAsync(TortureJob job, int count)
    {
        if (_random.Next(3) == 0) _version++;
        await Eventually.IsSoAsync(
            async () =>
            {
                if (count == 0) await _api.DeleteAsync($"/v1/job/{job.Id}");
                else await _api.RunAsync(job.Text(count, _version));
                return true;
            },
            $"job {job.Id} is changed",
            Patience);
        _counts[job.Id] = count;
    }

    private async Task StartAgentAsync()
    {
        await File.WriteAllTextAsync(_folder.At("agent.hocon"), $$"""
            actors.client {
              bridge { name = {{_bridge}}, subnet = "172.31.192.0/22" }
              gc { interval = 2s, leftover-interval = 3s, max-allocs = 20 }
              {{(_files is null ? "" : $"plugin-dir = \"{_files.Plugins}\"")}}
              drivers.docker { endpoint = "{{_engine.Endpoint}}" }
              {{(_podman is null ? "" : $"drivers.podman {{ socket-path = \"{_podman.Socket}\" }}")}}
            }
            """);
        _agent = PbmProcess.Start([
            "agent", "-dev", "-config", _folder.At("agent.hocon"), "-data-dir", _folder.At("data"), "-node-name", "tortured",
            "-http-port", $"{_ports[0]}", "-rpc-port", $"{_ports[1]}", "-cluster-port", $"{_ports[2]}"]);
        try
        {
            await _api.ReadyAsync(nodes: 1, Patience);
        }
        catch (TimeoutException e)
        {
            throw new InvalidOperationException($"the agent did not become ready; it wrote:\n{_agent.Output}", e);
        }
    }

    /// <summary>For each job as many allocations run as it asks for, each has processes, and no other has.</summary>
    private Task IsActualAsync(IReadOnlyList<TortureJob> jobs) => Eventually.BecomesAsync(
        async () =>
        {
            var all = (await _api.GetAsync("/v1/allocations")).AsArray().Select(a => (Id: (string)a!["ID"]!, Job: (string)a["JobID"]!, Wanted: (string?)a["DesiredStatus"] == "run", Runs: (string?)a["ClientStatus"] == "running")).ToList();
            _seen.UnionWith(all.Select(a => a.Id));
            var forEver = jobs.Where(j => j.RunsForEver).Select(j => j.Id).ToHashSet();
            var asked = forEver.Sum(j => _counts[j]);
            var known = all.Where(a => forEver.Contains(a.Job)).Select(a => a.Id).ToHashSet();
            var running = all.Where(a => forEver.Contains(a.Job) && a.Wanted && a.Runs).Select(a => a.Id).ToHashSet();
            // What fails or ends comes and goes, but what the servers have forgotten must have no processes.
            var actual = _traces.Tasks().Select(t => t.Allocation).Where(id => known.Contains(id) || !_seen.Contains(id)).ToHashSet();
            return running.Count == asked && actual.SetEquals(running)
                ? ""
                : $"{asked} asked for, {running.Count} run by the servers' word, {actual.Count} have processes; without: {string.Join(", ", running.Except(actual).Take(5))}; not wanted: {string.Join(", ", actual.Except(running).Take(5))}";
        },
        problem => problem.Length == 0,
        "desired is actual",
        _options.SettleWithin);

    /// <summary>Stops everything; then there is nothing.</summary>
    private async Task NothingIsLeftAsync(IReadOnlyList<TortureJob> jobs, string node)
    {
        foreach (var job in jobs) await _api.DeleteAsync($"/v1/job/{job.Id}?purge=true");
        await Eventually.BecomesAsync(
            async () =>
            {
                await _api.PutAsync("/v1/system/gc", new JsonObject());
                string[] left = [.. await _traces.LeftAsync(node, _seen), .. (await _engine.ContainersAsync()).Select(c => $"container {c}")];
                if (_podman is not null) left = [.. left, .. (await _podman.ContainersAsync()).Select(c => $"Podman's container {c}")];
                return left.Length == 0 ? "" : $"{left.Length} left: {string.Join("; ", left.Take(12))}";
            },
            problem => problem.Length == 0,
            "nothing is left",
            _options.SettleWithin);
    }

    private async Task TryAsync(string what, Func<Task> check, List<string> problems)
    {
        try
        {
            await check();
        }
        catch (TimeoutException e)
        {
            problems.Add($"{what}: not so. {e.Message}\nThe agent's last words:\n{string.Join('\n', _agent!.Output.Split('\n').TakeLast(40))}");
        }
    }
}
