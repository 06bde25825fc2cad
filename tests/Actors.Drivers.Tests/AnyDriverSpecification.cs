using Actors.Contracts;
using Actors.Contracts.Allocations;
using Actors.Contracts.Collections;
using Actors.Drivers.Logs;
using Xunit;

namespace Actors.Drivers.Tests;

/// <summary>What every driver does, even one that only pretends. Each driver's tests derive from it, or from <see cref="DriverSpecification"/> where its tasks are real.</summary>
public abstract class AnyDriverSpecification : IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    // As an agent makes a task's directories: for tasks of any user.
    private const UnixFileMode Open = (UnixFileMode)0b111_111_111;
    private readonly List<(ITaskDriver Driver, IDriverTask Task)> _started = [];
    private readonly List<ITaskDriver> _drivers = [];

    protected string Root { get; } = Directory.CreateTempSubdirectory("actors-driver-").FullName;

    protected CancellationToken Soon { get; } = new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token;

    /// <summary>The driver as a newly started agent has it.</summary>
    protected abstract ITaskDriver NewDriver();

    /// <summary>The driver's configuration for a task that writes something and ends.</summary>
    protected abstract EquatableMap<ConfigValue> Ending(int code, string output = "");

    /// <summary>The driver's configuration for a task that goes on until it is stopped.</summary>
    protected abstract EquatableMap<ConfigValue> Endless();

    /// <summary>A key that the driver does not have, and the one that is meant by it.</summary>
    protected virtual string UnknownKey => "comand";

    protected virtual string NearestKey => "command";

    /// <summary>Puts into a new task's directories what the driver's scripts need.</summary>
    protected virtual void Furnish(TaskConfig config)
    {
    }

    public virtual Task InitializeAsync() => Task.CompletedTask;

    public virtual async Task DisposeAsync()
    {
        foreach (var (_, task) in _started)
        {
            await task.DestroyAsync(Soon);
            await task.DisposeAsync();
        }

        foreach (var driver in _drivers) await driver.DisposeAsync();
        Directory.Delete(Root, recursive: true);
    }

    [Fact]
    public async Task Its_fingerprint_says_that_it_is_there_and_healthy()
    {
        await foreach (var fingerprint in Driver().FingerprintAsync(Soon))
        {
            Assert.True(fingerprint.Detected, fingerprint.Description);
            Assert.True(fingerprint.Healthy, fingerprint.Description);
            return;
        }

        Assert.Fail("there was no fingerprint");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(255)]
    public async Task A_task_that_ends_by_itself_tells_its_exit_code(int code)
    {
        var exit = await Exit(await Start(Driver(), NewTask(Ending(code))));

        Assert.Equal(code, exit.ExitCode);
        Assert.Equal(code == 0, exit.Successful);
        Assert.Null(exit.Error);
    }

    [Fact]
    public async Task Where_nothing_was_started_nothing_is_found() => Assert.Null(await Recover(NewTask(Ending(0)), handle: null));

    [Fact]
    public async Task A_task_can_be_started_again_under_the_same_id()
    {
        var config = NewTask(Ending(1, "run\n"));
        var driver = Driver();
        var first = await Start(driver, config);
        Assert.Equal(1, (await Exit(first)).ExitCode);
        await first.DestroyAsync(Soon);
        await LetGo(first);

        var second = await Start(driver, config with { Config = Ending(2, "again\n") });

        Assert.Equal(2, (await Exit(second)).ExitCode);
        Assert.Equal("run\nagain\n", Log(config, "stdout"));
    }

    [Fact]
    public void A_key_that_there_is_not_is_named_with_its_place_and_the_nearest_right_one()
    {
        var config = Ending(0).SetItem(UnknownKey, ConfigValue.Of("x"));

        var problem = Assert.Single(Driver().Validate(config), p => !p.IsWarning);

        Assert.Equal($"config.{UnknownKey}", problem.Place);
        Assert.Contains($"did you mean \"{NearestKey}\"?", problem.Message);
    }

    [Fact]
    public void A_good_configuration_has_no_problems() => Assert.Empty(Driver().Validate(Ending(0)));

    [Fact]
    public async Task A_signal_that_there_is_not_is_refused_with_the_nearest()
    {
        var task = await Start(Driver(), NewTask(Endless()));

        var refusal = await Assert.ThrowsAsync<DriverException>(() => task.SignalAsync("SIGHUPP", Soon));

        Assert.Contains("SIGHUP?", refusal.Message);
    }

    [Fact]
    public async Task A_task_that_is_stopped_ends_and_tells_it()
    {
        var task = await Start(Driver(), NewTask(Endless()));
        Assert.True((await task.InspectAsync(Soon)).Running);

        await task.StopAsync("SIGTERM", TimeSpan.FromSeconds(20), Soon);

        await Exit(task);
        Assert.False((await task.InspectAsync(Soon)).Running);
    }

    [Fact]
    public async Task A_task_that_was_let_go_is_found_running_and_can_be_stopped()
    {
        var config = NewTask(Endless());
        var task = await Start(Driver(), config);
        await LetGo(task);

        var found = await Recover(config, task.Handle);

        Assert.NotNull(found);
        Assert.False(found.Exited.IsCompleted);
        await found.StopAsync("SIGTERM", TimeSpan.FromSeconds(20), Soon);
        Assert.False((await found.InspectAsync(Soon)).Running);
    }

    protected ITaskDriver Driver()
    {
        var driver = NewDriver();
        _drivers.Add(driver);
        return driver;
    }

    protected TaskConfig NewTask(EquatableMap<ConfigValue> driverConfig)
    {
        var allocation = AllocationId.From(Guid.NewGuid());
        var directory = Path.Combine(Root, allocation.ToString());
        var config = new TaskConfig
        {
            AllocationId = allocation,
            JobId = new JobId("default", "spec"),
            JobName = "spec",
            TaskGroup = "group",
            Task = "main",
            NodeId = NodeId.From(Guid.NewGuid()),
            NodeName = "here",
            Config = driverConfig,
            Paths = new TaskPaths { Allocation = directory, Task = Path.Combine(directory, "main"), Control = Path.Combine(directory, "control") },
            Resources = new AllocatedTaskResources(100, 256),
            HostIp = "127.0.0.1",
        };
        foreach (var path in (string[])[config.Paths.Logs, config.Paths.Local, config.Paths.Secrets, config.Paths.Temp])
            File.SetUnixFileMode(Directory.CreateDirectory(path).FullName, Open);
        foreach (var path in (string[])[config.Paths.Shared, config.Paths.Task]) File.SetUnixFileMode(path, Open);
        Furnish(config);
        return config with { Env = new Dictionary<string, string> { ["PATH"] = "/usr/local/bin:/usr/bin:/bin", ["NOMAD_ALLOC_ID"] = allocation.ToString(), ["NOMAD_TASK_NAME"] = "main" } };
    }

    protected async Task<IDriverTask> Start(ITaskDriver driver, TaskConfig config)
    {
        if (!config.Env.ContainsKey("NOMAD_ALLOC_ID"))
            config = config with { Env = new Dictionary<string, string>(config.Env) { ["PATH"] = "/usr/local/bin:/usr/bin:/bin", ["NOMAD_ALLOC_ID"] = config.AllocationId.ToString(), ["NOMAD_TASK_NAME"] = config.Task } };
        var task = await driver.StartAsync(config, new Progress<DriverEvent>(), Soon);
        _started.Add((driver, task));
        return task;
    }

    protected async Task<IDriverTask?> Recover(TaskConfig config, TaskHandle? handle)
    {
        var driver = Driver();
        var task = await driver.RecoverAsync(config, handle, new Progress<DriverEvent>(), Soon);
        if (task is not null) _started.Add((driver, task));
        return task;
    }

    /// <summary>As when the agent is killed: the task goes on, nobody watches it.</summary>
    protected async Task LetGo(IDriverTask task)
    {
        _started.RemoveAll(s => s.Task == task);
        await task.DisposeAsync();
    }

    protected Task<TaskExit> Exit(IDriverTask task) => task.Exited.WaitAsync(Soon);

    protected static string Log(TaskConfig config, string stream) => string.Concat(
        RotatedLog.Indexes(config.Paths.Logs, $"{config.Task}.{stream}").Select(i => File.ReadAllText(Path.Combine(config.Paths.Logs, $"{config.Task}.{stream}.{i}"))));

    protected static Task Until(Func<bool> condition) => Until(() => Task.FromResult(condition()));

    protected static async Task Until(Func<Task<bool>> condition)
    {
        var until = DateTime.UtcNow + Deadline;
        while (!await condition())
        {
            Assert.True(DateTime.UtcNow < until, "the condition did not come true in time");
            await Task.Delay(20);
        }
    }
}
