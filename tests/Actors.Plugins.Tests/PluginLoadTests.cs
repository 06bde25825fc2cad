using System.Diagnostics;
using System.Text.Json.Nodes;
using Actors.Drivers;
using Actors.Drivers.Plugins;
using Xunit;

namespace Actors.Plugins.Tests;

/// <summary>Which programs are plugins, what they tell of themselves, and what is told of those that are none.</summary>
public sealed class PluginLoadTests : IDisposable
{
    private static readonly string Sample = Path.Combine(AppContext.BaseDirectory, "script-driver");

    private readonly string _directory = Directory.CreateTempSubdirectory("actors-plugins-").FullName;

    private static CancellationToken Soon => new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task It_has_the_name_the_schema_and_the_abilities_that_it_tells()
    {
        await using var driver = await LoadAsync(Sample);

        Assert.Equal("script", driver.Name);
        Assert.Equal(["arguments", "script"], driver.Schema.Fields.Select(f => f.Name).Order());
        Assert.Equal(new DriverCapabilities(SendSignals: true, Exec: true, FileSystemIsolation.None), driver.Capabilities);
        Assert.Null(driver.Networks);
    }

    [Fact]
    public async Task Its_operators_keys_reach_it()
    {
        await using var driver = await LoadAsync(Sample, new JsonObject { ["shell"] = "/no/such/shell" });

        await foreach (var fingerprint in driver.FingerprintAsync(Soon))
        {
            Assert.False(fingerprint.Healthy);
            Assert.Contains("/no/such/shell", fingerprint.Description);
            return;
        }
    }

    [Fact]
    public async Task A_key_that_it_does_not_have_is_named_with_the_nearest()
    {
        await using var driver = await LoadAsync(Sample, new JsonObject { ["shel"] = "/bin/sh" });

        Assert.Contains("script.shel: there is no such key; did you mean \"shell\"?", await WhyNotAsync(driver));
    }

    [Theory]
    [InlineData("echo hello, world; sleep 5", "expected a plugin's handshake (1|version|unix|path|grpc), found \"hello, world\"")]
    [InlineData("echo '1|9|unix|/tmp/x|grpc|'; sleep 5", "expected version 1 or 2 of the driver protocol, found \"9\"")]
    [InlineData("echo '7|2|unix|/tmp/x|grpc|'; sleep 5", "expected version 1 of go-plugin's handshake, found 7")]
    [InlineData("echo '1|2|unix|/tmp/x|netrpc|'; sleep 5", "expected a plugin that speaks grpc, found \"netrpc\"")]
    [InlineData("head -c 10000000 /dev/zero | tr '\\0' x; sleep 5", "expected a plugin's handshake (1|version|unix|path|grpc), found \"xxxxxxxx")]
    [InlineData("echo '1|2|unix|/tmp/no-such-socket|grpc|'; sleep 5", "no answer at unix /tmp/no-such-socket")]
    [InlineData("echo cannot find my soul >&2; exit 3", "ended with code 3; it wrote: cannot find my soul")]
    public async Task A_program_that_is_no_driver_plugin_says_why_on_the_node(string script, string expected)
    {
        await using var driver = await LoadAsync(Program("impostor", script));

        Assert.Equal("impostor", driver.Name);
        Assert.Contains(expected, await WhyNotAsync(driver));
        Assert.Contains(expected, driver.Problem);
    }

    [Fact]
    public async Task A_program_that_never_says_a_word_is_given_up()
    {
        await using var driver = await LoadAsync(Program("impostor", "sleep 1000"), time: new Hasty());

        Assert.Contains("expected a plugin's handshake within 20 s, found nothing", await WhyNotAsync(driver));
    }

    [Fact]
    public async Task All_programs_of_a_directory_are_plugins_and_its_other_files_are_not()
    {
        File.WriteAllText(Path.Combine(_directory, "README"), "not a program");
        Program("script", $"exec {Sample}");
        var options = new Dictionary<string, JsonObject> { ["script"] = new() { ["shell"] = "/bin/bash" } };

        var drivers = await PluginDriver.LoadAllAsync(_directory, new PluginSettings(options), Path.Combine(_directory, "state"), TimeProvider.System, Soon);

        var driver = Assert.Single(drivers);
        await foreach (var fingerprint in driver.FingerprintAsync(Soon))
        {
            Assert.Equal("/bin/bash", fingerprint.Attributes["driver.script.shell"]);
            break;
        }

        await driver.DisposeAsync();
    }

    [Fact]
    public async Task A_plugin_that_is_run_by_hand_says_what_it_is()
    {
        using var process = Process.Start(new ProcessStartInfo(Sample) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var error = await process.StandardError.ReadToEndAsync(Soon);
        await process.WaitForExitAsync(Soon);

        Assert.Equal(1, process.ExitCode);
        Assert.Contains("driver plugin \"script\"", error);
    }

    private Task<PluginDriver> LoadAsync(string program, JsonObject? options = null, TimeProvider? time = null) => PluginDriver.LoadAsync(
        program, new PluginSettings(options is null ? new Dictionary<string, JsonObject>() : new Dictionary<string, JsonObject> { ["script"] = options }), Path.Combine(_directory, "state"), time ?? TimeProvider.System, Soon);

    private string Program(string name, string script)
    {
        var path = Path.Combine(_directory, name);
        File.WriteAllText(path, $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
        return path;
    }

    private static async Task<string> WhyNotAsync(PluginDriver driver)
    {
        await foreach (var fingerprint in driver.FingerprintAsync(Soon))
        {
            Assert.False(fingerprint.Healthy);
            return fingerprint.Description;
        }

        throw new InvalidOperationException("there was no fingerprint");
    }

    /// <summary>Whose clock runs a hundred times as fast.</summary>
    private sealed class Hasty : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? dueTime / 100 : dueTime, period);
    }
}
