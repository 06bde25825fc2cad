using System.Text.Json;
using Actors.Cli.CommandLine;
using Actors.Cli.Http;
using Actors.Cli.Terminal;

namespace Actors.Cli.Commands.Nodes;

/// <summary><c>pbm node eligibility</c>.</summary>
internal static class NodeEligibilityCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Make() => new(
        "node eligibility",
        "[node]",
        "Says whether new allocations may come to a node. Those that are there stay.",
        [Flag.Switch("enable", "They may."), Flag.Switch("disable", "They may not."), Flag.Switch("self", "The node of the agent itself.")],
        0,
        1,
        RunAsync);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        var enable = invocation.Flags.IsOn("enable");
        if (enable == invocation.Flags.IsOn("disable"))
            throw new UsageException("say one of -enable and -disable");
        using var api = new ApiClient(invocation);
        var id = await NodeArgument.ResolveAsync(invocation, api).ConfigureAwait(false);
        void Body(Utf8JsonWriter writer)
        {
            writer.WriteStartObject();
            writer.WriteString("NodeID", id);
            writer.WriteString("Eligibility", enable ? "eligible" : "ineligible");
            writer.WriteEndObject();
        }

        _ = await api.PutAsync($"/v1/node/{id}/eligibility", Body, invocation.Cancellation).ConfigureAwait(false);
        await invocation.Cli.Out.WriteLineAsync($"Node \"{id}\" scheduling eligibility set: {(enable ? "eligible" : "ineligible")} for scheduling").ConfigureAwait(false);
        return 0;
    }
}

/// <summary><c>pbm node drain</c>.</summary>
internal static class NodeDrainCommand
{
    private static readonly TimeSpan DefaultDeadline = TimeSpan.FromHours(1);

    // The end of a drain is no change of an allocation: so often at least it is looked whether it is over.
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(1);

    /// <summary>Makes the command.</summary>
    public static Command Make() => new(
        "node drain",
        "[node]",
        "Moves the allocations off a node, as many at a time as each group's migrate block says, and lets no\nnew ones come. Stays until the node is empty.",
        [
            Flag.Switch("enable", "Begin to drain."),
            Flag.Switch("disable", "Stop draining, and let allocations come again (unless -keep-ineligible)."),
            Flag.Duration("deadline", "How long allocations have to move by themselves before they are stopped. Default 1h."),
            Flag.Switch("force", "Stop all allocations at once."),
            Flag.Switch("no-deadline", "Wait for ever."),
            Flag.Switch("ignore-system", "Leave the allocations of system jobs."),
            Flag.Switch("keep-ineligible", "With -disable: let no allocations come all the same."),
            Flag.Switch("self", "The node of the agent itself."),
            Flag.Switch("detach", "Return at once instead of following the drain."),
            Flag.Switch("monitor", "Only follow a drain that is under way."),
            Flag.Switch("yes", "Don't ask."),
            Flag.Text("m", "message", "Why, for people."),
        ],
        0,
        1,
        RunAsync);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        var flags = invocation.Flags;
        if (new[] { "enable", "disable", "monitor" }.Count(flags.IsOn) != 1)
            throw new UsageException("say one of -enable, -disable and -monitor");
        if (new[] { "force", "no-deadline", "deadline" }.Count(flags.Has) > 1)
            throw new UsageException("-deadline, -force and -no-deadline exclude each other");
        using var api = new ApiClient(invocation);
        var id = await NodeArgument.ResolveAsync(invocation, api).ConfigureAwait(false);
        if (!flags.IsOn("monitor"))
        {
            _ = await api.PutAsync($"/v1/node/{id}/drain", writer => Body(writer, flags, id), invocation.Cancellation).ConfigureAwait(false);
            await invocation.Cli.Out.WriteLineAsync($"Node \"{id}\" drain strategy {(flags.IsOn("enable") ? "set" : "unset")}").ConfigureAwait(false);
            if (flags.IsOn("disable") || flags.IsOn("detach"))
                return 0;
        }

        return await FollowAsync(invocation, api, id).ConfigureAwait(false);
    }

    private static void Body(Utf8JsonWriter writer, ParsedFlags flags, string id)
    {
        writer.WriteStartObject();
        writer.WriteString("NodeID", id);
        if (flags.IsOn("enable"))
        {
            // The API: below zero stops all at once, zero waits for ever.
            var deadline = flags.IsOn("force") ? -1 : flags.IsOn("no-deadline") ? 0 : (flags.Duration("deadline") ?? DefaultDeadline).Ticks * 100;
            writer.WriteStartObject("DrainSpec");
            writer.WriteNumber("Deadline", deadline);
            writer.WriteBoolean("IgnoreSystemJobs", flags.IsOn("ignore-system"));
            writer.WriteEndObject();
        }
        else
        {
            writer.WriteNull("DrainSpec");
            writer.WriteBoolean("MarkEligible", !flags.IsOn("keep-ineligible"));
        }

        if (flags.Text("m") is { } message)
        {
            writer.WriteStartObject("Meta");
            writer.WriteString("message", message);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static async Task<int> FollowAsync(Invocation invocation, ApiClient api, string id)
    {
        var cli = invocation.Cli;
        void Say(string text) => cli.Out.WriteLine($"{Times.Show(cli.Time.GetUtcNow(), cli.Time)}: {text}");
        var known = new Dictionary<string, string>();
        ulong index = 0;
        while (true)
        {
            var allocations = await api.GetAfterAsync($"/v1/node/{id}/allocations", index, Wait, invocation.Cancellation).ConfigureAwait(false);
            index = Math.Max(1, allocations.Index);
            foreach (var allocation in allocations.Body.EnumerateArray())
            {
                var shown = Output.Id(allocation.Text("ID"), false);
                var now = $"{allocation.Text("DesiredStatus")}/{allocation.Text("ClientStatus")}";
                if (known.TryGetValue(shown, out var before) ? before != now : allocation.Text("ClientStatus") is "running" or "pending")
                    Say($"Alloc \"{shown}\" ({allocation.Text("Name")}): {allocation.Text("ClientStatus")}{(allocation.Text("DesiredStatus") == "run" ? "" : ", " + allocation.Text("DesiredStatus"))}");
                known[shown] = now;
            }

            var node = (await api.GetAsync("/v1/node/" + id, invocation.Cancellation).ConfigureAwait(false)).Body;
            if (node.Child("DrainStrategy") is not null)
                continue;
            Say(node.Child("LastDrain")?.Text("Status") switch
            {
                "canceled" => $"The drain of node {id} was cancelled",
                "complete" => $"Drain complete for node {id}: all allocations that had to move have moved",
                _ => $"No drain strategy set for node {id}",
            });
            return 0;
        }
    }
}

/// <summary>The node that a command is about.</summary>
internal static class NodeArgument
{
    /// <summary>The id of the node named by the argument, or of the agent's own with <c>-self</c>.</summary>
    public static async Task<string> ResolveAsync(Invocation invocation, ApiClient api)
    {
        if (invocation.Flags.IsOn("self"))
            return await NodeStatusCommand.SelfAsync(api, invocation.Cancellation).ConfigureAwait(false);
        return invocation.Arguments.Count == 1
            ? await Lookup.IdAsync(api, ThingKind.Node, invocation.Arguments[0], invocation.Cancellation).ConfigureAwait(false)
            : throw new UsageException("name a node, or say -self");
    }
}
