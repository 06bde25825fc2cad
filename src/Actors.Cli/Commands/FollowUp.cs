using System.Text.Json;
using Actors.Cli.CommandLine;
using Actors.Cli.Http;
using Actors.Cli.Terminal;

namespace Actors.Cli.Commands;

/// <summary>What a command does after the API took a change: says so, or follows the evaluation that came of it.</summary>
internal static class FollowUp
{
    /// <summary>Follows the answer's <c>EvalID</c>, or with <c>-detach</c> only tells it.</summary>
    /// <param name="invocation">The command's run.</param>
    /// <param name="api">The agent.</param>
    /// <param name="answer">What the API said.</param>
    /// <param name="done">What to say when there is nothing to follow.</param>
    public static async Task<int> RunAsync(Invocation invocation, ApiClient api, JsonElement answer, string done)
    {
        var output = invocation.Cli.Out;
        if (answer.ValueKind == JsonValueKind.Object && answer.Text("Warnings") is { Length: > 0 } warnings)
            await output.WriteLineAsync($"{invocation.Cli.Paint(Paint.Yellow, "Job Warnings:")}\n{warnings.Trim()}\n").ConfigureAwait(false);
        var evaluation = answer.ValueKind == JsonValueKind.Object ? answer.Text("EvalID") : "";
        if (evaluation.Length == 0 || invocation.Flags.IsOn("detach"))
        {
            await output.WriteLineAsync(done).ConfigureAwait(false);
            if (evaluation.Length > 0)
                await output.WriteLineAsync("Evaluation ID: " + evaluation).ConfigureAwait(false);
            return 0;
        }

        return await new EvaluationMonitor(api, invocation.Cli, invocation.Flags.IsOn("verbose")).FollowAsync(evaluation, invocation.Cancellation).ConfigureAwait(false);
    }
}
