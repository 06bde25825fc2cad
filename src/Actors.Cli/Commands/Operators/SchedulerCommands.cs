using System.Text.Json;
using Actors.Cli.CommandLine;
using Actors.Cli.Http;
using Actors.Cli.Terminal;

namespace Actors.Cli.Commands.Operators;

/// <summary><c>pbm operator scheduler get-config</c>.</summary>
internal static class SchedulerGetCommand
{
    /// <summary>Where the configuration is.</summary>
    public const string Path = "/v1/operator/scheduler/configuration";

    /// <summary>Makes the command.</summary>
    public static Command Make() => new("operator scheduler get-config", "", "Shows how the scheduler is set up.", [Output.Json, Output.Template], 0, 0, RunAsync);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        using var api = new ApiClient(invocation);
        var answer = (await api.GetAsync(Path, invocation.Cancellation).ConfigureAwait(false)).Body;
        if (Output.TryRaw(invocation, answer))
            return 0;
        var config = answer.GetProperty("SchedulerConfig");
        var preemption = config.GetProperty("PreemptionConfig");
        await invocation.Cli.Out.WriteLineAsync(Columns.Pairs([
            ("Scheduler Algorithm", config.Text("SchedulerAlgorithm")),
            ("Memory Oversubscription", Word(config, "MemoryOversubscriptionEnabled")),
            ("Reject Job Registration", Word(config, "RejectJobRegistration")),
            ("Pause Eval Broker", Word(config, "PauseEvalBroker")),
            ("Preemption System Scheduler", Word(preemption, "SystemSchedulerEnabled")),
            ("Preemption Service Scheduler", Word(preemption, "ServiceSchedulerEnabled")),
            ("Preemption Batch Scheduler", Word(preemption, "BatchSchedulerEnabled")),
            ("Preemption SysBatch Scheduler", Word(preemption, "SysBatchSchedulerEnabled")),
            ("Modify Index", config.Text("ModifyIndex")),
        ])).ConfigureAwait(false);
        return 0;
    }

    private static string Word(JsonElement from, string name) => from.Flag(name) ? "true" : "false";
}

/// <summary><c>pbm operator scheduler set-config</c>.</summary>
internal static class SchedulerSetCommand
{
    // A flag, and the place of its field: within PreemptionConfig, or not.
    private static readonly (string Flag, string Field, bool Preemption, string Help)[] Choices =
    [
        ("memory-oversubscription", "MemoryOversubscriptionEnabled", false, "Tasks may grow to their memory_max (true or false)."),
        ("reject-job-registration", "RejectJobRegistration", false, "New jobs and versions are refused (true or false)."),
        ("pause-eval-broker", "PauseEvalBroker", false, "No evaluation gets a turn (true or false)."),
        ("preempt-system-scheduler", "SystemSchedulerEnabled", true, "System jobs may take the place of others (true or false)."),
        ("preempt-service-scheduler", "ServiceSchedulerEnabled", true, "Service jobs may (true or false)."),
        ("preempt-batch-scheduler", "BatchSchedulerEnabled", true, "Batch jobs may (true or false)."),
        ("preempt-sysbatch-scheduler", "SysBatchSchedulerEnabled", true, "Sysbatch jobs may (true or false)."),
    ];

    /// <summary>Makes the command.</summary>
    public static Command Make() => new(
        "operator scheduler set-config",
        "",
        "Sets the scheduler up. What no flag names stays as it is.",
        [
            Flag.Text("scheduler-algorithm", "algorithm", "binpack: the fullest node that fits is best; spread: the emptiest."),
            .. Choices.Select(choice => Flag.Text(choice.Flag, "bool", choice.Help)),
            Flag.Number("check-index", "index", "Only if the configuration's modify index is this."),
        ],
        0,
        0,
        RunAsync);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        using var api = new ApiClient(invocation);
        var config = (await api.GetAsync(SchedulerGetCommand.Path, invocation.Cancellation).ConfigureAwait(false)).Body.GetProperty("SchedulerConfig");

        // What was read is what is changed: another operator's change in between is not lost.
        var index = invocation.Flags.Number("check-index")?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? config.Text("ModifyIndex");
        var answer = (await api.PutAsync(SchedulerGetCommand.Path, writer => Write(writer, invocation, config), invocation.Cancellation, ("cas", index)).ConfigureAwait(false)).Body;
        if (!answer.Flag("Updated"))
            throw new CommandFailedException("Scheduler configuration could not be atomically updated, please try again");
        await invocation.Cli.Out.WriteLineAsync("Scheduler configuration updated!").ConfigureAwait(false);
        return 0;
    }

    private static void Write(Utf8JsonWriter writer, Invocation invocation, JsonElement config)
    {
        writer.WriteStartObject();
        writer.WriteString("SchedulerAlgorithm", invocation.Flags.Text("scheduler-algorithm") ?? config.Text("SchedulerAlgorithm"));
        writer.WriteNumber("NodeLimitForFeasibilityChecks", config.Number("NodeLimitForFeasibilityChecks"));
        foreach (var choice in Choices.Where(choice => !choice.Preemption))
            writer.WriteBoolean(choice.Field, Chosen(invocation, choice.Flag) ?? config.Flag(choice.Field));
        writer.WriteStartObject("PreemptionConfig");
        foreach (var choice in Choices.Where(choice => choice.Preemption))
            writer.WriteBoolean(choice.Field, Chosen(invocation, choice.Flag) ?? config.GetProperty("PreemptionConfig").Flag(choice.Field));
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static bool? Chosen(Invocation invocation, string flag) => invocation.Flags.Text(flag) switch
    {
        null => null,
        "true" or "1" or "t" => true,
        "false" or "0" or "f" => false,
        var other => throw new UsageException($"flag -{flag}: found \"{other}\", expected true or false"),
    };
}
