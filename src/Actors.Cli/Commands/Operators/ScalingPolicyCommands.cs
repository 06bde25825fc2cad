using Actors.Cli.CommandLine;
using Actors.Cli.Http;
using Actors.Cli.Terminal;

namespace Actors.Cli.Commands.Operators;

/// <summary><c>pbm scaling policy list</c>.</summary>
internal static class ScalingPolicyListCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Make() => new(
        "scaling policy list",
        "",
        "Lists the scaling policies of the registered jobs.",
        [Output.Verbose, Output.Json, Output.Template, Flag.Text("job", "job", "Only those of this job."), Flag.Text("type", "type", "Only those of this type.")],
        0,
        0,
        RunAsync);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        using var api = new ApiClient(invocation);
        var policies = (await api.GetAsync("/v1/scaling/policies", invocation.Cancellation, ("job", invocation.Flags.Text("job")), ("type", invocation.Flags.Text("type"))).ConfigureAwait(false)).Body;
        if (Output.TryRaw(invocation, policies))
            return 0;
        await invocation.Cli.Out.WriteLineAsync(policies.GetArrayLength() == 0
            ? "No policies found"
            : Columns.Table([
                ["ID", "Enabled", "Type", "Target"],
                .. policies.EnumerateArray().Select(policy => Output.Row(
                    Output.Id(policy.Text("ID"), invocation.Flags.IsOn("verbose")),
                    policy.Flag("Enabled") ? "true" : "false",
                    policy.Text("Type"),
                    string.Join(",", policy.Members("Target").Select(target => $"{target.Name}:{target.Value.Show()}"))))])).ConfigureAwait(false);
        return 0;
    }
}

/// <summary><c>pbm scaling policy info</c>.</summary>
internal static class ScalingPolicyInfoCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Make() => new("scaling policy info", "<policy>", "Shows a scaling policy; the beginning of its id will do.", [Output.Json, Output.Template], 1, 1, RunAsync);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        using var api = new ApiClient(invocation);
        var asked = invocation.Arguments[0];
        var ids = (await api.GetAsync("/v1/scaling/policies", invocation.Cancellation, ("prefix", asked), ("namespace", "*")).ConfigureAwait(false)).Body.EnumerateArray().Select(policy => policy.Text("ID")).ToList();
        var id = ids.Count switch
        {
            1 => ids[0],
            0 => throw new CommandFailedException($"No scaling policies with prefix or ID \"{asked}\" found"),
            _ => throw new CommandFailedException($"Prefix \"{asked}\" matched multiple scaling policies: {string.Join(", ", ids)}"),
        };
        var policy = (await api.GetAsync("/v1/scaling/policy/" + id, invocation.Cancellation).ConfigureAwait(false)).Body;
        if (Output.TryRaw(invocation, policy))
            return 0;
        await invocation.Cli.Out.WriteLineAsync(Columns.Pairs([
            ("ID", id),
            ("Enabled", policy.Flag("Enabled") ? "true" : "false"),
            ("Type", policy.Text("Type")),
            ("Target", string.Join(",", policy.Members("Target").Select(target => $"{target.Name}:{target.Value.Show()}"))),
            ("Min", policy.Text("Min")),
            ("Max", policy.Text("Max")),
        ])).ConfigureAwait(false);
        if (policy.Child("Policy") is { } terms)
            await invocation.Cli.Out.WriteLineAsync($"\n{Output.Heading(invocation, "Policy")}\n{terms.Indented()}").ConfigureAwait(false);
        return 0;
    }
}
