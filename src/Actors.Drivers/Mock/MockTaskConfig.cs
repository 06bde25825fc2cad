using Actors.Contracts.Collections;
using Actors.Contracts.Jobs;
using Actors.Drivers.Config;

namespace Actors.Drivers.Mock;

/// <summary>What a pretended task does.</summary>
internal sealed record MockTaskConfig
{
    /// <summary>It does not start, and this is why; null: it starts.</summary>
    public string? StartError { get; private init; }

    /// <summary>Another attempt to start it may help.</summary>
    public bool StartErrorRecoverable { get; private init; }

    /// <summary>How long its start takes.</summary>
    public TimeSpan StartBlockFor { get; private init; }

    /// <summary>How long it runs.</summary>
    public TimeSpan RunFor { get; private init; }

    /// <summary>How long it goes on after it was asked to end.</summary>
    public TimeSpan KillAfter { get; private init; }

    /// <summary>How it ends.</summary>
    public TaskExit Exit { get; private init; } = new(0);

    /// <summary>Why it takes no signals; null: it takes them.</summary>
    public string? SignalError { get; private init; }

    /// <summary>What it writes.</summary>
    public MockOutput Stdout { get; private init; } = new("", 0, default);

    /// <summary>What it writes of errors.</summary>
    public MockOutput Stderr { get; private init; } = new("", 0, default);

    private static readonly string[] Durations = ["start_block_for", "run_for", "kill_after", "stdout_repeat_duration", "stderr_repeat_duration"];

    /// <summary>The keys that there are.</summary>
    public static ConfigSchema Schema { get; } = new(
    [
        new ConfigField("start_error", ConfigKind.Text),
        new ConfigField("start_error_recoverable", ConfigKind.Flag),
        new ConfigField("exit_code", ConfigKind.Integer),
        new ConfigField("exit_signal", ConfigKind.Integer),
        new ConfigField("exit_err_msg", ConfigKind.Text),
        new ConfigField("signal_error", ConfigKind.Text),
        new ConfigField("stdout_string", ConfigKind.Text),
        new ConfigField("stdout_repeat", ConfigKind.Integer),
        new ConfigField("stderr_string", ConfigKind.Text),
        new ConfigField("stderr_repeat", ConfigKind.Integer),
        .. Durations.Select(key => new ConfigField(key, ConfigKind.Text)),
    ]);

    /// <summary>The durations that are none; those that will be interpolated are taken on trust.</summary>
    public static IEnumerable<ConfigProblem> WrongDurations(EquatableMap<ConfigValue> config) => Durations
        .Where(key => config.ContainsKey(key))
        .Select(key => (Key: key, Text: config[key].ToText()))
        .Where(entry => entry.Text is { } text && !text.Contains("${", StringComparison.Ordinal) && !GoDuration.TryParse(text, out _))
        .Select(entry => new ConfigProblem($"config.{entry.Key}", $"expected a duration such as \"10s\", found \"{entry.Text}\""));

    /// <summary>Reads a configuration that the schema accepted.</summary>
    /// <exception cref="DriverException">A value, once interpolated, is none.</exception>
    public static MockTaskConfig Read(EquatableMap<ConfigValue> config)
    {
        if (WrongDurations(config).FirstOrDefault() is { } wrong) throw new DriverException(wrong.ToString(), recoverable: false);
        var reader = new ConfigReader(Schema.Canonical(config));
        return new MockTaskConfig
        {
            StartError = reader.Text("start_error") is { Length: > 0 } error ? error : null,
            StartErrorRecoverable = reader.Flag("start_error_recoverable") ?? false,
            StartBlockFor = Duration("start_block_for"),
            RunFor = Duration("run_for"),
            KillAfter = Duration("kill_after"),
            Exit = new TaskExit((int)(reader.Integer("exit_code") ?? 0), (int)(reader.Integer("exit_signal") ?? 0), Error: reader.Text("exit_err_msg") is { Length: > 0 } why ? why : null),
            SignalError = reader.Text("signal_error") is { Length: > 0 } refusal ? refusal : null,
            Stdout = new MockOutput(reader.Text("stdout_string") ?? "", reader.Integer("stdout_repeat") ?? 0, Duration("stdout_repeat_duration")),
            Stderr = new MockOutput(reader.Text("stderr_string") ?? "", reader.Integer("stderr_repeat") ?? 0, Duration("stderr_repeat_duration")),
        };

        TimeSpan Duration(string key) => reader.Text(key) is { } text && GoDuration.TryParse(text, out var duration) && duration > TimeSpan.Zero ? duration : TimeSpan.Zero;
    }
}

/// <summary>One stream of what a pretended task writes.</summary>
/// <param name="Text">What; "": nothing.</param>
/// <param name="Repeat">How many times more, after the first.</param>
/// <param name="Every">How long after each other.</param>
internal sealed record MockOutput(string Text, long Repeat, TimeSpan Every)
{
    /// <summary>How many times the text has been written when the task has run for some time.</summary>
    public long TimesAfter(TimeSpan age) => Text.Length == 0 ? 0 : Every <= TimeSpan.Zero ? Repeat + 1 : 1 + Math.Min(Repeat, age / Every is var steps && steps >= Repeat ? Repeat : (long)steps);
}
