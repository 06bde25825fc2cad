using System.Globalization;
using System.Text.Json;
using Actors.Cli.CommandLine;
using Actors.Cli.Http;
using Actors.Cli.Terminal;

namespace Actors.Cli.Commands.Jobs;

/// <summary><c>pbm job restart</c>.</summary>
internal static class JobRestartCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Make() => new(
        "job restart",
        "<job>",
        "Restarts the running allocations of a job, some at a time: where they are, or with -reschedule\nby stopping them, so that they are placed anew.",
        [
            Flag.Text("batch-size", "count", "How many at a time: a number, or a share such as 20%. Default 1."),
            Flag.Duration("batch-wait", "How long to wait after each batch. Default 0s."),
            Flag.List("group", "group", "Only this group; may be given several times."),
            Flag.List("task", "task", "Only this task; may be given several times."),
            Flag.Switch("all-tasks", "Also tasks that have ended already."),
            Flag.Switch("reschedule", "Stop the allocations, so that others take their places."),
            Flag.Text("on-error", "fail|continue", "\"fail\" ends at the first error (the default); \"continue\" goes on."),
            Output.Verbose,
        ],
        1,
        1,
        RunAsync);

    /// <summary>How many allocations a batch has.</summary>
    /// <param name="written">A number, or a share of all.</param>
    /// <param name="all">How many there are.</param>
    /// <exception cref="UsageException">It is neither.</exception>
    public static int BatchSize(string? written, int all)
    {
        var share = written?.EndsWith('%') == true;
        if (!int.TryParse(share ? written![..^1] : written ?? "1", NumberStyles.None, CultureInfo.InvariantCulture, out var size) || size < 1 || (share && size > 100))
            throw new UsageException($"found -batch-size \"{written}\", expected a number of at least 1, or a share from 1% to 100%");
        return share ? Math.Max(1, (int)Math.Ceiling(all * size / 100.0)) : size;
    }

    private static async Task<int> RunAsync(Invocation invocation)
    {
        var (flags, output) = (invocation.Flags, invocation.Cli.Out);
        if (flags.IsOn("reschedule") && (flags.Has("task") || flags.IsOn("all-tasks")))
            throw new UsageException("-reschedule stops whole allocations: it goes neither with -task nor with -all-tasks");
        var goOn = flags.Text("on-error") switch
        {
            null or "fail" => false,
            "continue" => true,
            var other => throw new UsageException($"found -on-error \"{other}\", expected fail or continue"),
        };
        using var api = new ApiClient(invocation);
        var (id, ns) = await Lookup.JobAsync(api, invocation.Arguments[0], invocation.Cancellation).ConfigureAwait(false);
        var all = (await api.GetAsync($"/v1/job/{Uri.EscapeDataString(id)}/allocations", invocation.Cancellation, ("namespace", ns)).ConfigureAwait(false)).Body;
        var groups = flags.List("group");
        var running = all.EnumerateArray()
            .Where(allocation => allocation.Text("ClientStatus") == "running" && allocation.Text("DesiredStatus") == "run" && (groups.Count == 0 || groups.Contains(allocation.Text("TaskGroup"))))
            .Select(allocation => allocation.Text("ID"))
            .ToList();
        if (running.Count == 0)
        {
            await output.WriteLineAsync($"Job \"{id}\" has no running allocations to restart").ConfigureAwait(false);
            return 0;
        }

        var (done, failed) = (0, 0);
        foreach (var batch in running.Chunk(BatchSize(flags.Text("batch-size"), running.Count)))
        {
            if (done + failed > 0 && flags.Duration("batch-wait") is { } wait)
                await Task.Delay(wait, invocation.Cli.Time, invocation.Cancellation).ConfigureAwait(false);
            foreach (var allocation in batch)
            {
                try
                {
                    await RestartAsync(invocation, api, allocation).ConfigureAwait(false);
                    done++;
                    await output.WriteLineAsync($"    {(flags.IsOn("reschedule") ? "Stopped" : "Restarted")} allocation \"{Output.Id(allocation, flags.IsOn("verbose"))}\"").ConfigureAwait(false);
                }
                catch (ApiException e)
                {
                    failed++;
                    await invocation.Cli.Error.WriteLineAsync($"    Allocation \"{Output.Id(allocation, flags.IsOn("verbose"))}\" could not be restarted: {e.Body}").ConfigureAwait(false);
                    if (!goOn)
                        return 1;
                }
            }
        }

        await output.WriteLineAsync($"Job \"{id}\": {done} of {running.Count} allocations restarted").ConfigureAwait(false);
        return failed == 0 ? 0 : 1;
    }

    private static async Task RestartAsync(Invocation invocation, ApiClient api, string allocation)
    {
        if (invocation.Flags.IsOn("reschedule"))
        {
            await api.PutAsync($"/v1/allocation/{allocation}/stop", "{}"u8.ToArray(), invocation.Cancellation).ConfigureAwait(false);
            return;
        }

        foreach (var task in invocation.Flags.List("task").DefaultIfEmpty(null!))
        {
            void Body(Utf8JsonWriter writer)
            {
                writer.WriteStartObject();
                Output.TextMember(writer, "TaskName", task);
                writer.WriteBoolean("AllTasks", invocation.Flags.IsOn("all-tasks"));
                writer.WriteEndObject();
            }

            await api.PutAsync($"/v1/client/allocation/{allocation}/restart", Body, invocation.Cancellation).ConfigureAwait(false);
        }
    }
}
