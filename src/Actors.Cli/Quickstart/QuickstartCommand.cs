using System.Text.Json;
using Actors.Cli.Agent;
using Actors.Cli.CommandLine;
using Actors.Cli.Commands;
using Actors.Cli.Commands.Jobs;
using Actors.Cli.Http;
using Actors.Cli.Terminal;
using Microsoft.Extensions.Logging;

namespace Actors.Cli.Quickstart;

/// <summary><c>pbm quickstart</c>: from nothing to a healthy allocation, with one command.</summary>
internal static class QuickstartCommand
{
    private static readonly TimeSpan CleanUpLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan DriverLimit = TimeSpan.FromSeconds(10);

    /// <summary>Makes the command.</summary>
    public static Command Make() => new(
        "quickstart",
        "",
        """
        Starts a development agent (server, client, SQLite in a temporary folder), runs a sample job on it
        (in a container when a Docker engine answers, else as a process), shows how it comes up, and says
        where to look next. Stays until Ctrl-C, and then removes everything it made.
        """,
        [
            Flag.Text("data-dir", "path", "Keep the agent's data there, instead of in a temporary folder."),
            Flag.Text("driver", "name", "docker or raw_exec, instead of what fits this machine."),
            Flag.Switch("exit", "End once the job is healthy, with 0."),
            Flag.Text("log-level", "level", "Show the agent's log, from this level on. Default: errors."),
        ],
        0,
        0,
        RunAsync,
        TalksToAgent: false);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        var (cli, stop) = (invocation.Cli, invocation.Cancellation);
        if (invocation.Flags.Text("driver") is { } driver and not ("docker" or "raw_exec"))
            throw new UsageException($"-driver: found \"{driver}\", expected docker or raw_exec");
        var settings = Settings(invocation);
        Say(cli, "Starting a development agent");
        using var logs = new LineLoggerProvider(cli.Error, cli.Time);
        await using var agent = AgentHost.Create(settings, logs, cli.Time);
        await agent.StartAsync(stop).ConfigureAwait(false);
        await agent.WaitUntilReadyAsync(stop).ConfigureAwait(false);
        await cli.Out.WriteLineAsync($"    It answers at {agent.LocalUrl}, and keeps its data in {agent.Settings.DataDir}").ConfigureAwait(false);
        using var api = new ApiClient(agent.LocalUrl);
        using var engine = invocation.Flags.Text("driver") == "raw_exec" ? null : await DockerImages.FindAsync(cli.Variable("DOCKER_HOST"), stop).ConfigureAwait(false);
        var choice = engine is not null && !await DriverReadyAsync(api, "docker", cli, stop).ConfigureAwait(false)
            ? SampleChoice.Process("a Docker engine answers, but the agent can't use it")
            : await SampleChoice.FindAsync(engine, cli, stop).ConfigureAwait(false);
        if (invocation.Flags.Text("driver") is { } wanted && wanted != choice.Driver)
            throw new CommandFailedException($"-driver={wanted} is not possible here: {choice.Why}");
        var code = 1;
        try
        {
            code = await RunSampleAsync(invocation, agent, api, choice).ConfigureAwait(false);
            if (code == 0 && !invocation.Flags.IsOn("exit"))
                await agent.WaitUntilStoppedAsync(stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Ctrl-C is how it ends; before the job is healthy it is given up.
            code = code == 0 ? 0 : 130;
        }
        finally
        {
            await CleanUpAsync(cli, agent, api, engine, choice).ConfigureAwait(false);
        }

        return code;
    }

    private static AgentSettings Settings(Invocation invocation)
    {
        var settings = new AgentSettings
        {
            Dev = true,
            ServerEnabled = true,
            ClientEnabled = true,
            BindAddress = "127.0.0.1",
            DataDir = invocation.Flags.Text("data-dir") is { } folder ? invocation.Cli.FullPath(folder) : null,
            LogLevel = invocation.Flags.Text("log-level") is { } level
                ? ConfigSchema.LogLevels.TryGetValue(level, out var found) ? found : throw new UsageException($"-log-level: found \"{level}\", expected one of {string.Join(", ", ConfigSchema.LogLevels.Keys)}")
                : LogLevel.Error,
        };
        var bind = AgentAddresses.Bind(settings.BindAddress);
        int[] wanted = [settings.HttpPort, settings.RpcPort, settings.ClusterPort];
        var taken = wanted.Where(port => !AgentAddresses.IsFree(port, bind)).ToList();
        settings = settings with { Client = settings.Client with { StopTasksOnShutdown = true } };
        if (taken.Count == 0)
            return settings;
        invocation.Cli.Out.WriteLine($"    Port {string.Join(", ", taken)} is taken, so free ports are used");
        return settings with { HttpPort = 0, RpcPort = 0, ClusterPort = 0 };
    }

    private static async Task<int> RunSampleAsync(Invocation invocation, AgentHost agent, ApiClient api, SampleChoice choice)
    {
        var (cli, stop) = (invocation.Cli, invocation.Cancellation);
        if (!await DriverReadyAsync(api, choice.Driver, cli, stop).ConfigureAwait(false))
            throw new CommandFailedException($"the agent's client has no healthy driver {choice.Driver}");
        Say(cli, $"Running the sample job \"{choice.JobId}\" with the driver {choice.Driver}: {choice.Why}");
        var flags = new ParsedFlags(new Dictionary<string, IReadOnlyList<string>> { ["var"] = choice.Variables });
        var run = invocation with { Command = JobRunCommand.Make(), Flags = choice.Variables.Count > 0 ? flags : ParsedFlags.None };
        var job = await JobSource.ParseAsync(run, $"samples/jobs/{choice.Sample}.nomad.hcl", Samples.Find(choice.Sample)!).ConfigureAwait(false);
        var code = await JobRunCommand.SubmitAsync(run, api, job).ConfigureAwait(false);
        var allocation = await LatestAsync(api, choice.JobId, stop).ConfigureAwait(false);
        var healthy = allocation.ValueKind == JsonValueKind.Object && allocation.Text("ClientStatus") == "running" && allocation.Child("DeploymentStatus")?.Flag("Healthy") == true;
        if (code != 0 || !healthy)
        {
            Say(cli, cli.Paint(Paint.Red, "The job did not become healthy"));
            if (allocation.ValueKind == JsonValueKind.Object)
                await Commands.Pbm.RunAsync(["alloc", "status", "-address", agent.LocalUrl, allocation.Text("ID")], cli, stop).ConfigureAwait(false);
            return code == 0 ? 1 : code;
        }

        Say(cli, cli.Paint(Paint.Green, $"Job \"{choice.JobId}\" is healthy"));
        await Guide(invocation, agent, choice, allocation).ConfigureAwait(false);
        return 0;
    }

    // The node registers before its last fingerprint is in, so a driver may come a moment later.
    private static async Task<bool> DriverReadyAsync(ApiClient api, string driver, CliContext cli, CancellationToken stop)
    {
        var until = cli.Time.GetUtcNow() + DriverLimit;
        while (true)
        {
            var nodes = (await api.GetAsync("/v1/nodes", stop).ConfigureAwait(false)).Body;
            if (nodes.EnumerateArray().Any(node => node.Text("Status") == "ready" && node.Child("Drivers")?.Child(driver)?.Flag("Healthy") == true))
                return true;
            if (cli.Time.GetUtcNow() > until)
                return false;
            await Task.Delay(TimeSpan.FromMilliseconds(50), cli.Time, stop).ConfigureAwait(false);
        }
    }

    private static async Task<JsonElement> LatestAsync(ApiClient api, string job, CancellationToken stop)
    {
        var allocations = (await api.GetAsync($"/v1/job/{job}/allocations", stop).ConfigureAwait(false)).Body;
        return allocations.EnumerateArray().OrderByDescending(allocation => allocation.Number("CreateIndex")).FirstOrDefault();
    }

    private static async Task Guide(Invocation invocation, AgentHost agent, SampleChoice choice, JsonElement allocation)
    {
        var (cli, own) = (invocation.Cli, CommandLineName.OfThisProcess());
        var address = agent.LocalUrl == ApiClient.DefaultAddress ? "" : $" -address={agent.LocalUrl}";
        var id = Output.Id(allocation.Text("ID"), false);
        Say(cli, "Where to look next (in another terminal)");
        const string Pbm = "pbm";
        List<(string Command, string What)> next =
        [
            ($"{Pbm} job status{address} {choice.JobId}", "the job"),
            ($"{Pbm} alloc status{address} {id}", "its allocation, and what happened to its tasks"),
            ($"{Pbm} alloc logs{address} -f {id}", "what it writes"),
            ($"{Pbm} node status{address} -self", "the machine, and what of it is taken"),
            ($"{Pbm} {new Uri(agent.LocalUrl).Authority} cluster show", "the cluster under it"),
            ($"curl -s {agent.LocalUrl}/v1/jobs?pretty", "the HTTP API, which is Nomad's"),
            ($"{Pbm} job init && {Pbm} job plan{address} example.nomad.hcl", "a job of your own"),
        ];
        var port = allocation.Child("AllocatedResources")?.Child("Shared")?.Items("Ports").FirstOrDefault();
        if (port is { ValueKind: JsonValueKind.Object } found)
            next.Insert(0, ($"curl http://{found.Text("HostIP")}:{found.Text("Value")}", "the job's own answer"));
        if (own != Pbm)
            next.Insert(0, ($"alias pbm='{own}'", "so that the shell finds it"));
        var width = next.Max(entry => entry.Command.Length);
        foreach (var (command, what) in next)
            await cli.Out.WriteLineAsync($"    {cli.Paint(Paint.Cyan, command.PadRight(width))}  # {what}").ConfigureAwait(false);
        if (!invocation.Flags.IsOn("exit"))
            await cli.Out.WriteLineAsync("\n    Ctrl-C stops the job and the agent, and removes what they made.").ConfigureAwait(false);
        await cli.Out.FlushAsync(invocation.Cancellation).ConfigureAwait(false);
    }

    // In the order in which things were made, backwards. It has its own limit: the caller's token is what ended the run.
    private static async Task CleanUpAsync(CliContext cli, AgentHost agent, ApiClient api, DockerImages? engine, SampleChoice choice)
    {
        using var limit = new CancellationTokenSource(CleanUpLimit);
        Say(cli, $"Stopping job \"{choice.JobId}\" and the agent");
        try
        {
            await api.DeleteAsync($"/v1/job/{choice.JobId}", limit.Token, ("purge", "true")).ConfigureAwait(false);
            while ((await api.GetAsync("/v1/allocations", limit.Token).ConfigureAwait(false)).Body.EnumerateArray().Any(allocation => allocation.Text("JobID") == choice.JobId && allocation.Text("ClientStatus") is "running" or "pending"))
                await Task.Delay(TimeSpan.FromMilliseconds(100), cli.Time, limit.Token).ConfigureAwait(false);
        }
        catch (ApiException e) when (e.Status == System.Net.HttpStatusCode.NotFound)
        {
            // It was never registered.
        }
        catch (Exception e) when (e is ApiException or CommandFailedException or OperationCanceledException)
        {
            await cli.Error.WriteLineAsync($"    The job could not be stopped in order: {e.Message}").ConfigureAwait(false);
        }

        await agent.StopAsync().ConfigureAwait(false);
        try
        {
            if (engine is not null && choice.MadeImage is { } image)
                await engine.RemoveAsync(image, limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            await cli.Error.WriteLineAsync($"    The image {choice.MadeImage} could not be removed: {e.Message}").ConfigureAwait(false);
        }

        await cli.Out.WriteLineAsync("    Done").ConfigureAwait(false);
    }

    private static void Say(CliContext cli, string text)
    {
        cli.Out.WriteLine($"{cli.Paint(Paint.Bold, "==>")} {text}");
        cli.Out.Flush();
    }
}
