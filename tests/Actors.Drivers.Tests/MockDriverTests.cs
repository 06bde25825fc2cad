using System.Text.Json.Nodes;
using Actors.Contracts.Collections;
using Actors.Drivers.Mock;
using Xunit;

namespace Actors.Drivers.Tests;

public sealed class MockDriverTests : AnyDriverSpecification
{
    protected override string UnknownKey => "run_four";

    protected override string NearestKey => "run_for";

    protected override ITaskDriver NewDriver() => New(("enabled", true));

    protected override EquatableMap<ConfigValue> Ending(int code, string output = "") => Config(("exit_code", code), ("stdout_string", output));

    protected override EquatableMap<ConfigValue> Endless() => Config(("run_for", "1000h"));

    [Fact]
    public async Task It_is_off_unless_it_is_switched_on()
    {
        var driver = New();

        await foreach (var fingerprint in driver.FingerprintAsync(Soon))
        {
            Assert.False(fingerprint.Detected);
            Assert.Contains("mock_driver.enabled", fingerprint.Description);
            break;
        }

        await Assert.ThrowsAsync<DriverException>(() => driver.StartAsync(NewTask(Endless()), new Progress<DriverEvent>(), Soon));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_start_that_is_to_fail_fails_with_its_message(bool recoverable)
    {
        var config = NewTask(Config(("start_error", "no luck"), ("start_error_recoverable", recoverable)));

        var refusal = await Assert.ThrowsAsync<DriverException>(() => Start(Driver(), config));

        Assert.Equal(("no luck", recoverable), (refusal.Message, refusal.Recoverable));
        Assert.Null(await Recover(config, handle: null));
    }

    [Fact]
    public async Task A_start_that_is_to_take_long_can_be_given_up_and_leaves_nothing()
    {
        var config = NewTask(Config(("start_block_for", "1h")));
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Driver().StartAsync(config, new Progress<DriverEvent>(), patience.Token));

        Assert.Null(await Recover(config, handle: null));
    }

    [Fact]
    public async Task A_task_ends_by_the_signal_and_for_the_reason_that_it_is_told()
    {
        var exit = await Exit(await Start(Driver(), NewTask(Config(("run_for", "30ms"), ("exit_code", 3), ("exit_signal", 9), ("exit_err_msg", "it was time")))));

        Assert.Equal(new TaskExit(3, 9, Error: "it was time"), exit);
    }

    [Fact]
    public async Task A_task_that_takes_longer_to_end_than_it_is_given_is_killed()
    {
        var task = await Start(Driver(), NewTask(Endless().SetItem("kill_after", ConfigValue.Of("10h"))));

        await task.StopAsync("", TimeSpan.FromMilliseconds(30), Soon);

        Assert.Equal(137, (await Exit(task)).ExitCode);
    }

    [Fact]
    public async Task A_task_that_ends_in_time_when_asked_ends_in_its_own_way()
    {
        var task = await Start(Driver(), NewTask(Endless().SetItem("kill_after", ConfigValue.Of("20ms")).SetItem("exit_code", ConfigValue.Of(4))));

        await task.StopAsync("", TimeSpan.FromHours(1), Soon);

        Assert.Equal(4, (await Exit(task)).ExitCode);
    }

    [Fact]
    public async Task A_task_writes_as_often_as_it_is_told_and_a_later_agent_neither_loses_nor_doubles_any()
    {
        var config = NewTask(Config(
            ("run_for", "1h"), ("stdout_string", "line\n"), ("stdout_repeat", 7), ("stdout_repeat_duration", "20ms"), ("stderr_string", "oh\n"), ("stderr_repeat", 2)));
        var task = await Start(Driver(), config);
        await Until(() => Log(config, "stdout").Length >= "line\nline\n".Length);
        await LetGo(task);

        var found = await Recover(config, handle: null);

        Assert.NotNull(found);
        var all = string.Concat(Enumerable.Repeat("line\n", 8));
        await Until(() => Log(config, "stdout").Length >= all.Length);
        await found.StopAsync("", TimeSpan.FromSeconds(1), Soon);
        Assert.Equal((all, "oh\noh\noh\n"), (Log(config, "stdout"), Log(config, "stderr")));
    }

    [Fact]
    public async Task A_task_that_was_to_end_while_there_was_no_agent_has_ended()
    {
        var config = NewTask(Config(("run_for", "50ms"), ("exit_code", 6), ("stdout_string", "last words")));
        await LetGo(await Start(Driver(), config));

        var found = await Recover(config, handle: null);

        Assert.Equal(6, (await Exit(found!)).ExitCode);
        Assert.Equal("last words", Log(config, "stdout"));
    }

    [Fact]
    public async Task A_signal_that_it_is_told_to_refuse_is_refused()
    {
        var task = await Start(Driver(), NewTask(Endless().SetItem("signal_error", ConfigValue.Of("not listening"))));

        var refusal = await Assert.ThrowsAsync<DriverException>(() => task.SignalAsync("SIGHUP", Soon));

        Assert.Equal("not listening", refusal.Message);
    }

    [Fact]
    public async Task It_goes_and_comes_back_as_often_as_its_operator_says()
    {
        var driver = New(("enabled", true), ("shutdown_periodic_after", "10ms"), ("shutdown_periodic_duration", "10ms"));
        List<bool> seen = [];
        await foreach (var fingerprint in driver.FingerprintAsync(Soon))
        {
            seen.Add(fingerprint.Detected);
            if (seen.Count == 4) break;
        }

        Assert.Equal([true, false, true, false], seen);
    }

    [Fact]
    public void A_duration_that_is_none_is_named_with_its_place()
    {
        var problem = Assert.Single(Driver().Validate(Config(("run_for", "soon"))));

        Assert.Equal("config.run_for: expected a duration such as \"10s\", found \"soon\"", problem.ToString());
    }

    [Fact]
    public void An_operators_key_that_needs_another_is_refused_without_it() => Assert.Contains(
        "belong together", Assert.Throws<FormatException>(() => New(("shutdown_periodic_after", "1m"))).Message);

    private static MockDriver New(params (string Key, JsonNode Value)[] options) =>
        new(new JsonObject(options.Select(o => KeyValuePair.Create(o.Key, (JsonNode?)o.Value))), TimeProvider.System);

    private static EquatableMap<ConfigValue> Config(params (string Key, object Value)[] keys) => keys
        .Select(k => KeyValuePair.Create(k.Key, k.Value switch
        {
            bool flag => ConfigValue.Of(flag),
            int number => ConfigValue.Of(number),
            _ => ConfigValue.Of((string)k.Value),
        }))
        .ToEquatableMap();
}
