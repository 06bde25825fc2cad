using Actors.Cli.Agent;
using Actors.Cli.CommandLine;
using Actors.Cli.Http;
using Actors.Client.Simulation;
using Actors.Contracts.Collections;

namespace Actors.Cli.Commands.Benches;

/// <summary><c>pbm bench clients</c>.</summary>
internal static class BenchClientsCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Make() => new(
        "bench clients",
        "",
        """
        Simulates clients until Ctrl-C, to see how many a region bears before you buy them: each registers a
        node, holds a connection of its own, beats, takes what is placed on it, and reports it as running.
        Nothing is really run. The same flags make the same nodes again, so that a second run is the
        first one come back; `pbm node drain` and -purge of jobs work on them as on any.
        mock_driver's run_for, start_error and exit_code are obeyed; tasks of other drivers (say which
        with -driver) run for -run-for.
        """,
        [
            Flag.Number("count", "count", "How many clients. Default 10."),
            Flag.List("servers", "host:port", "The servers' rpc addresses, if not those that the agent names; may be given several times, or several with commas."),
            Flag.Number("connect-rate", "count", "How many clients come each second; 0: all at once. Default 500."),
            Flag.Text("name-prefix", "name", "The nodes' names: this, a dash and a number. Default sim."),
            Flag.List("dc", "name", "A datacenter; given several times, the nodes are in them in turn. Default dc1."),
            Flag.Number("racks", "count", "The nodes have meta.rack r1 to r<count> in turn. Default 0: none."),
            Flag.Text("node-pool", "name", "The nodes' pool. Default default."),
            Flag.Text("node-class", "name", "The nodes' class. Default none."),
            Flag.List("meta", "key=value", "Further meta of every node; may be given several times."),
            Flag.List("driver", "name", "A driver that the nodes say they have; may be given several times. Default mock_driver."),
            Flag.List("device", "device", "Devices that the nodes say they have, such as nvidia/gpu/1080ti:4,memory=11 GiB; may be given several times."),
            Flag.Number("cpu", "MHz", "Each node's processing power. Default 16000."),
            Flag.Number("cores", "count", "Each node's cores. Default 8."),
            Flag.Number("memory", "MiB", "Each node's memory. Default 32768."),
            Flag.Number("disk", "MiB", "Each node's disk. Default 200000."),
            Flag.Duration("start-delay", "How long a task takes to start. Default 0s."),
            Flag.Duration("start-jitter", "A start takes up to so much longer, each another time. Default 0s."),
            Flag.Duration("run-for", "How long tasks run whose job doesn't say. Default: until they are stopped."),
            Flag.Duration("run-jitter", "Such tasks run for up to so much longer, each another time. Default 0s."),
            Flag.Duration("for", "End by itself after this time. Default: at Ctrl-C."),
            Flag.Duration("interval", "How often to say how it goes. Default 1s."),
            Flag.Switch("json", "Say how it goes as one line of JSON each time."),
        ],
        0,
        0,
        RunAsync);

    /// <summary>The fleet that flags describe; whose servers are still to be found.</summary>
    /// <exception cref="UsageException">A flag says something that can't be.</exception>
    public static FleetOptions Options(ParsedFlags flags)
    {
        FleetOptions plain = new() { Count = flags.Number("count", 10, 1, 100_000), Servers = [] };
        return plain with
        {
            ConnectsPerSecond = flags.Number("connect-rate", plain.ConnectsPerSecond, 0),
            NamePrefix = flags.Text("name-prefix") ?? plain.NamePrefix,
            Datacenters = flags.Has("dc") ? flags.List("dc") : plain.Datacenters,
            Racks = flags.Number("racks", plain.Racks, 0),
            NodePool = flags.Text("node-pool") ?? plain.NodePool,
            NodeClass = flags.Text("node-class") ?? plain.NodeClass,
            Meta = flags.Pairs("meta"),
            Drivers = flags.Has("driver") ? [.. flags.List("driver").Distinct()] : plain.Drivers,
            Devices = flags.List("device").Select(DeviceFlag.Read).ToEquatableList(),
            CpuMhz = flags.Number("cpu", plain.CpuMhz, 1),
            Cores = flags.Number("cores", plain.Cores, 1),
            MemoryMb = flags.Number("memory", plain.MemoryMb, 1),
            DiskMb = flags.Number("disk", plain.DiskMb, 1),
            StartDelay = NotNegative(flags, "start-delay") ?? plain.StartDelay,
            StartJitter = NotNegative(flags, "start-jitter") ?? plain.StartJitter,
            RunFor = NotNegative(flags, "run-for"),
            RunJitter = NotNegative(flags, "run-jitter") ?? plain.RunJitter,
        };
    }

    private static async Task<int> RunAsync(Invocation invocation)
    {
        var (cli, flags) = (invocation.Cli, invocation.Flags);
        var options = Options(flags);
        var fleet = new SimulatedFleet(options with { Servers = await ServersAsync(invocation).ConfigureAwait(false) }, cli.Time);
        var view = new FleetView(invocation, fleet);
        var interval = flags.Duration("interval") is { } asked && asked > TimeSpan.Zero ? asked : TimeSpan.FromSeconds(1);

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(invocation.Cancellation);
        if (NotNegative(flags, "for") is { } limit)
            stop.CancelAfter(limit);
        var running = fleet.RunAsync(stop.Token);
        while (!running.IsCompleted)
        {
            await Task.WhenAny(running, Task.Delay(interval, cli.Time, stop.Token)).ConfigureAwait(false);
            view.Show();
        }

        await running.ConfigureAwait(false);
        if (fleet.Statistics.Registered > 0)
            return 0;
        throw new CommandFailedException($"no client was welcome at {string.Join(", ", fleet.Options.Servers)}: {fleet.Statistics.LastProblem ?? "no server answered"}");
    }

    private static async Task<IReadOnlyList<string>> ServersAsync(Invocation invocation)
    {
        if (AgentCommand.Addresses(invocation.Flags, "servers") is { Count: > 0 } given)
            return given;
        using var api = new ApiClient(invocation);
        var answer = await api.GetAsync("/v1/agent/servers", invocation.Cancellation).ConfigureAwait(false);
        var named = answer.Body.EnumerateArray().Select(server => server.GetString()!).ToList();
        return named.Count > 0 ? named : throw new CommandFailedException($"the agent at {api.Address} knows no servers; -servers says where they are");
    }

    private static TimeSpan? NotNegative(ParsedFlags flags, string name) => flags.Duration(name) is { } given && given < TimeSpan.Zero
        ? throw new UsageException($"-{name}: found {GoDuration.Format(given)}, expected 0s or more")
        : flags.Duration(name);
}
