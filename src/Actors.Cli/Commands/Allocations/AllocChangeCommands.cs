using System.Text.Json;
using Actors.Cli.CommandLine;
using Actors.Cli.Http;

namespace Actors.Cli.Commands.Allocations;

/// <summary><c>pbm alloc stop</c>.</summary>
internal static class AllocStopCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Make() => new(
        "alloc stop",
        "<allocation>",
        "Stops an allocation; its job gets another one in its place.",
        [Flag.Switch("detach", "Return at once, and show the evaluation's id instead of following it."), Flag.Switch("no-shutdown-delay", "Don't wait for the group's and the tasks' shutdown_delay."), Output.Verbose],
        1,
        1,
        RunAsync);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        using var api = new ApiClient(invocation);
        var id = await AllocationArgument.ResolveAsync(invocation, api).ConfigureAwait(false);
        var answer = await api.PutAsync($"/v1/allocation/{id}/stop", "{}"u8.ToArray(), invocation.Cancellation, ("no_shutdown_delay", invocation.Flags.IsOn("no-shutdown-delay") ? "true" : null)).ConfigureAwait(false);
        return await FollowUp.RunAsync(invocation, api, answer.Body, $"Allocation \"{id}\" is being stopped").ConfigureAwait(false);
    }
}

/// <summary><c>pbm alloc restart</c>.</summary>
internal static class AllocRestartCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Make() => new(
        "alloc restart",
        "<allocation> [task]",
        "Restarts the tasks of an allocation that run, or one of them, where the allocation is.",
        [AllocationArgument.Task, AllocationArgument.ByJob, Flag.Switch("all-tasks", "Also tasks that have ended already, such as those that run before the main ones."), Output.Verbose],
        1,
        2,
        RunAsync);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        var given = invocation.Arguments.Count == 2 ? invocation.Arguments[1] : invocation.Flags.Text("task");
        var all = invocation.Flags.IsOn("all-tasks");
        if (all && given is not null)
            throw new UsageException("a task and -all-tasks exclude each other");
        using var api = new ApiClient(invocation);
        var id = await AllocationArgument.ResolveAsync(invocation, api).ConfigureAwait(false);
        var task = given is null ? null : await AllocationArgument.TaskAsync(invocation, api, id, given).ConfigureAwait(false);
        void Body(Utf8JsonWriter writer)
        {
            writer.WriteStartObject();
            Output.TextMember(writer, "TaskName", task);
            writer.WriteBoolean("AllTasks", all);
            writer.WriteEndObject();
        }

        _ = await api.PutAsync($"/v1/client/allocation/{id}/restart", Body, invocation.Cancellation).ConfigureAwait(false);
        await invocation.Cli.Out.WriteLineAsync($"Allocation \"{Output.Id(id, invocation.Flags.IsOn("verbose"))}\"{(task is null ? "" : $", task \"{task}\",")} restarts").ConfigureAwait(false);
        return 0;
    }
}

/// <summary><c>pbm alloc signal</c>.</summary>
internal static class AllocSignalCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Make() => new(
        "alloc signal",
        "<allocation> [task]",
        "Sends a signal to the tasks of an allocation that run, or to one of them.",
        [Flag.Text("s", "signal", "Which. Default SIGKILL."), AllocationArgument.Task, AllocationArgument.ByJob, Output.Verbose],
        1,
        2,
        RunAsync);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        using var api = new ApiClient(invocation);
        var id = await AllocationArgument.ResolveAsync(invocation, api).ConfigureAwait(false);
        var given = invocation.Arguments.Count == 2 ? invocation.Arguments[1] : invocation.Flags.Text("task");
        var task = given is null ? null : await AllocationArgument.TaskAsync(invocation, api, id, given).ConfigureAwait(false);
        var signal = invocation.Flags.Text("s") ?? "SIGKILL";
        void Body(Utf8JsonWriter writer)
        {
            writer.WriteStartObject();
            writer.WriteString("Signal", signal);
            Output.TextMember(writer, "Task", task);
            writer.WriteEndObject();
        }

        _ = await api.PutAsync($"/v1/client/allocation/{id}/signal", Body, invocation.Cancellation).ConfigureAwait(false);
        return 0;
    }
}
