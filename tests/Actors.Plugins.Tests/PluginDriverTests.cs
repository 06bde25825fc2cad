using System.Diagnostics;
using System.Text.Json.Nodes;
using Actors.Contracts.Collections;
using Actors.Drivers;
using Actors.Drivers.Plugins;
using Actors.Drivers.Tests;
using Xunit;

namespace Actors.Plugins.Tests;

/// <summary>The sample plugin, as a program of its own, passes the specification of all drivers.</summary>
public sealed class PluginDriverTests : DriverSpecification
{
    private static readonly string Plugin = Path.Combine(AppContext.BaseDirectory, "script-driver");
    private static readonly PluginSettings NoOptions = new(new Dictionary<string, JsonObject>());

    private int _loaded;

    protected override ITaskDriver NewDriver() => Load().GetAwaiter().GetResult();

    protected override EquatableMap<ConfigValue> Script(string script) => EquatableMap.Of(("script", ConfigValue.Of(script)));

    protected override string UnknownKey => "scrip";

    protected override string NearestKey => "script";

    [Fact]
    public async Task Its_tasks_stories_are_told()
    {
        var told = new List<string>();
        var task = await Driver().StartAsync(NewTask("exit 0"), new Told(told), Soon);
        await using (task)
        {
            await Until(() => { lock (told) return told.Contains("Running a script of 6 characters"); });
            await task.DestroyAsync(Soon);
        }
    }

    [Fact]
    public async Task A_plugin_that_is_killed_is_started_again_and_its_tasks_go_on()
    {
        var config = NewTask("echo before; while [ ! -e \"$GO\" ]; do sleep 0.02; done; echo after; exit 4");
        config = config with { Env = Environment(("GO", Visible(config, "go"))) };
        var task = await Start(Driver(), config);
        var before = await task.InspectAsync(Soon);
        await Until(() => Log(config, "stdout") == "before\n");

        foreach (var plugin in Processes()) plugin.Kill();
        await Until(async () => (await TryInspect(task))?.Pid == before.Pid);
        File.WriteAllText(Path.Combine(config.Paths.Shared, "go"), "");

        Assert.Equal(4, (await Exit(task)).ExitCode);
        Assert.Equal("before\nafter\n", Log(config, "stdout"));
    }

    [Fact]
    public async Task A_node_tells_that_its_plugin_ended_and_that_it_is_there_again()
    {
        await using var driver = await Load();
        var seen = new List<DriverFingerprint>();
        await foreach (var fingerprint in driver.FingerprintAsync(Soon))
        {
            seen.Add(fingerprint);
            if (seen.Count == 1) foreach (var plugin in Processes()) plugin.Kill();
            if (seen.Count > 1 && fingerprint.Healthy) break;
        }

        Assert.True(seen[0].Healthy);
        Assert.Contains(seen, f => !f.Healthy && f.Description.Contains("ended"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_plugin_that_an_earlier_agent_left_is_attached_to_or_replaced_when_its_configuration_is_another_and_its_tasks_are_found(bool changed)
    {
        var state = Path.Combine(Root, "left");
        // An agent that is killed does nothing of what this one could still do.
        var earlier = await PluginDriver.LoadAsync(Plugin, NoOptions, state, TimeProvider.System, Soon);
        var config = NewTask("sleep 1000");
        var task = await earlier.StartAsync(config, new Progress<DriverEvent>(), Soon);
        var pid = (await task.InspectAsync(Soon)).Pid;
        var before = Pid(Path.Combine(state, "script-driver.json"));
        await task.DisposeAsync();

        var options = changed ? new PluginSettings(new Dictionary<string, JsonObject> { ["script"] = new() { ["shell"] = "/bin/bash" } }) : NoOptions;
        await using var later = await PluginDriver.LoadAsync(Plugin, options, state, TimeProvider.System, Soon);
        var found = await later.RecoverAsync(config, task.Handle, new Progress<DriverEvent>(), Soon);

        Assert.Equal(changed, Pid(Path.Combine(state, "script-driver.json")) != before);
        await Until(() => Ended(before) == changed);
        Assert.Equal(pid, (await found!.InspectAsync(Soon)).Pid);
        await found.DestroyAsync(Soon);
        await found.DisposeAsync();
    }

    [Fact]
    public async Task A_plugin_that_was_attached_to_is_started_again_when_it_ends()
    {
        var state = Path.Combine(Root, "left");
        _ = await PluginDriver.LoadAsync(Plugin, NoOptions, state, TimeProvider.System, Soon);
        var before = Pid(Path.Combine(state, "script-driver.json"));
        await using var later = await PluginDriver.LoadAsync(Plugin, NoOptions, state, TimeProvider.System, Soon);

        Process.GetProcessById(before).Kill();

        await Until(() => Ended(before));
        await using var task = await later.StartAsync(NewTask("exit 3"), new Progress<DriverEvent>(), Soon);
        Assert.Equal(3, (await Exit(task)).ExitCode);
        await task.DestroyAsync(Soon);
        Assert.NotEqual(before, Pid(Path.Combine(state, "script-driver.json")));
    }

    private async Task<PluginDriver> Load()
    {
        // Each has its own: two that run at once must not take each other for one that was left.
        return await PluginDriver.LoadAsync(Plugin, NoOptions, Path.Combine(Root, $"state-{Interlocked.Increment(ref _loaded)}"), TimeProvider.System, Soon);
    }

    private List<Process> Processes() =>
    [
        .. Directory.EnumerateFiles(Root, "script-driver.json", SearchOption.AllDirectories).Select(Pid).Where(p => Directory.Exists($"/proc/{p}")).Select(Process.GetProcessById),
    ];

    private static int Pid(string file) => JsonNode.Parse(File.ReadAllText(file))!["Pid"]!.GetValue<int>();

    private static bool Ended(int pid) => !Directory.Exists($"/proc/{pid}") || File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ");

    private async Task<TaskInspection?> TryInspect(IDriverTask task)
    {
        try
        {
            return await task.InspectAsync(Soon);
        }
        catch (DriverException)
        {
            return null;
        }
    }

    private sealed class Told(List<string> told) : IProgress<DriverEvent>
    {
        public void Report(DriverEvent value)
        {
            lock (told) told.Add(value.Message);
        }
    }
}
