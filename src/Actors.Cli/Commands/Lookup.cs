using System.Net;
using System.Text.Json;
using Actors.Cli.CommandLine;
using Actors.Cli.Http;
using Actors.Cli.Terminal;

namespace Actors.Cli.Commands;

/// <summary>Finds the one thing that someone means by the beginning of its id.</summary>
internal static class Lookup
{
    /// <summary>The job whose id is (or, when there is none, the only one whose id begins with) what was written.</summary>
    /// <returns>Its id and namespace.</returns>
    /// <exception cref="CommandFailedException">There is none, or there are several; the message names them.</exception>
    public static async Task<(string Id, string Namespace)> JobAsync(ApiClient api, string prefix, CancellationToken cancellation)
    {
        var found = (await api.GetAsync("/v1/jobs", cancellation, ("prefix", prefix)).ConfigureAwait(false)).Body;
        var all = found.ValueKind == JsonValueKind.Array ? found.EnumerateArray().Where(job => job.Text("ID").StartsWith(prefix, StringComparison.Ordinal)).ToList() : [];
        var exact = all.Where(job => job.Text("ID") == prefix).ToList();
        var matches = exact.Count > 0 ? exact : all;
        return matches.Count switch
        {
            0 => throw new CommandFailedException($"No job(s) with prefix or ID \"{prefix}\" found"),
            1 => (matches[0].Text("ID"), matches[0].Text("Namespace") is { Length: > 0 } ns ? ns : "default"),
            _ => throw new CommandFailedException($"Prefix \"{prefix}\" matched multiple jobs\n\n{Columns.Table([
                ["ID", "Namespace", "Type", "Priority", "Status"],
                .. matches.Select(job => Output.Row(job.Text("ID"), job.Text("Namespace"), job.Text("Type"), job.Text("Priority"), job.Text("Status")))])}"),
        };
    }

    /// <summary>The job, or null when no id begins with what was written.</summary>
    public static async Task<(string Id, string Namespace)?> FindJobAsync(ApiClient api, string prefix, CancellationToken cancellation)
    {
        var found = (await api.GetAsync("/v1/jobs", cancellation, ("prefix", prefix)).ConfigureAwait(false)).Body;
        return found.ValueKind == JsonValueKind.Array && found.EnumerateArray().Any(job => job.Text("ID").StartsWith(prefix, StringComparison.Ordinal)) ? await JobAsync(api, prefix, cancellation).ConfigureAwait(false) : null;
    }

    /// <summary>The id of the only node, allocation, evaluation or deployment whose id begins so (a node's name will do too).</summary>
    /// <exception cref="CommandFailedException">There is none, or there are several; the message names them.</exception>
    public static async Task<string> IdAsync(ApiClient api, ThingKind kind, string prefix, CancellationToken cancellation)
    {
        var matches = await MatchesAsync(api, kind, prefix, cancellation).ConfigureAwait(false);
        return matches.Count switch
        {
            0 => throw new CommandFailedException($"No {kind.Word()}(s) with prefix or ID \"{prefix}\" found"),
            1 => matches[0].Text("ID"),
            _ => throw new CommandFailedException($"Prefix \"{prefix}\" matched multiple {kind.Word()}s\n\n{Columns.Table([["ID", "About"], .. matches.Select(match => Output.Row(match.Text("ID"), About(kind, match)))])}"),
        };
    }

    /// <summary>Everything of a kind whose id begins so.</summary>
    public static async Task<IReadOnlyList<JsonElement>> MatchesAsync(ApiClient api, ThingKind kind, string prefix, CancellationToken cancellation)
    {
        // Ids are asked for by whole bytes, so an odd last digit is matched here.
        var isId = prefix.Length > 1 && prefix.All(character => char.IsAsciiHexDigit(character) || character == '-');
        if (!isId && kind != ThingKind.Node)
            return [];
        try
        {
            var asked = !isId ? null : prefix.Count(char.IsAsciiHexDigit) % 2 == 0 ? prefix : prefix[..^1].TrimEnd('-');
            var answer = await api.GetAsync(kind.ListPath(), cancellation, ("prefix", asked), ("namespace", kind == ThingKind.Node ? null : "*")).ConfigureAwait(false);
            if (answer.Body.ValueKind != JsonValueKind.Array)
                return [];
            var byId = answer.Body.EnumerateArray().Where(thing => isId && thing.Text("ID").StartsWith(prefix, StringComparison.OrdinalIgnoreCase)).ToList();
            if (byId.Count > 0 || kind != ThingKind.Node)
                return byId;
            var nodes = isId ? (await api.GetAsync(kind.ListPath(), cancellation).ConfigureAwait(false)).Body : answer.Body;
            return [.. nodes.EnumerateArray().Where(node => node.Text("Name") == prefix)];
        }
        catch (ApiException e) when (e.Status == HttpStatusCode.BadRequest && e.Body.Contains("prefix", StringComparison.OrdinalIgnoreCase))
        {
            return [];
        }
    }

    private static string About(ThingKind kind, JsonElement thing) => kind switch
    {
        ThingKind.Node => $"{thing.Text("Name")} ({thing.Text("Datacenter")}, {thing.Text("Status")})",
        ThingKind.Allocation => $"{thing.Text("Name")} ({thing.Text("ClientStatus")})",
        _ => $"{thing.Text("JobID")} ({thing.Text("Status")})",
    };
}

/// <summary>Things with a UUID.</summary>
internal enum ThingKind
{
    Node,
    Allocation,
    Evaluation,
    Deployment,
}

/// <summary>What each kind is called, and where it is listed.</summary>
internal static class ThingKinds
{
    /// <summary>The kind's name.</summary>
    public static string Word(this ThingKind kind) => kind switch
    {
        ThingKind.Node => "node",
        ThingKind.Allocation => "allocation",
        ThingKind.Evaluation => "evaluation",
        _ => "deployment",
    };

    /// <summary>The API's list of the kind.</summary>
    public static string ListPath(this ThingKind kind) => $"/v1/{kind.Word()}s";
}
