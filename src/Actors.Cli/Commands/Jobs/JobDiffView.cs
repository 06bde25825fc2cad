using System.Text.Json;
using Actors.Cli.Terminal;

namespace Actors.Cli.Commands.Jobs;

/// <summary>
/// Shows a job's difference as a plan gives it: + for what comes, - for what goes, +/- for what changes, with annotations in
/// parentheses. What stays the same shows only when it is asked for.
/// </summary>
internal static class JobDiffView
{
    /// <summary>The lines of a job's difference.</summary>
    /// <param name="diff">The API's JobDiff.</param>
    /// <param name="cli">Says whether there are colours.</param>
    /// <param name="verbose">Also show every field of what comes or goes as a whole.</param>
    public static IReadOnlyList<string> Lines(JsonElement diff, CliContext cli, bool verbose)
    {
        var lines = new List<string> { $"{Mark(diff, cli)}Job: \"{diff.Text("ID")}\"" };
        if (verbose || diff.Text("Type") == "Edited")
            AddContent(lines, diff, "  ", cli);
        foreach (var group in diff.Items("TaskGroups"))
            AddGroup(lines, group, cli, verbose);
        return lines;
    }

    private static void AddGroup(List<string> lines, JsonElement group, CliContext cli, bool verbose)
    {
        var updates = group.Members("Updates").Where(update => update.Value.ValueKind == JsonValueKind.Number && update.Value.GetInt64() > 0).Select(update =>
        {
            var text = $"{update.Value.Show()} {update.Name}";
            return update.Name switch
            {
                "create" or "in-place update" => cli.Paint(Paint.Green, text),
                "destroy" => cli.Paint(Paint.Red, text),
                "migrate" or "create/destroy update" or "canary" => cli.Paint(Paint.Yellow, text),
                _ => text,
            };
        }).ToList();
        lines.Add($"{Mark(group, cli)}Task Group: \"{group.Text("Name")}\"{(updates.Count == 0 ? "" : $" ({string.Join(", ", updates)})")}");
        if (verbose || group.Text("Type") == "Edited")
            AddContent(lines, group, "  ", cli);
        foreach (var task in group.Items("Tasks"))
        {
            if (task.Text("Type") == "None" && !verbose)
                continue;
            var annotations = task.Items("Annotations").Select(annotation => annotation.Show()).ToList();
            lines.Add($"  {Mark(task, cli)}Task: \"{task.Text("Name")}\"{(annotations.Count == 0 ? "" : $" ({string.Join(", ", annotations)})")}");
            if (verbose || task.Text("Type") == "Edited" || group.Text("Type") == "Edited")
                AddContent(lines, task, "    ", cli);
        }
    }

    private static void AddContent(List<string> lines, JsonElement diff, string indent, CliContext cli)
    {
        var fields = diff.Items("Fields").Where(field => field.Text("Type") != "None" || field.Items("Annotations").Any()).ToList();
        var width = fields.Count == 0 ? 0 : fields.Max(field => field.Text("Name").Length);
        foreach (var field in fields)
        {
            var annotations = field.Items("Annotations").Select(annotation => annotation.Show()).ToList();
            var value = field.Text("Type") switch
            {
                "Added" => $"\"{field.Text("New")}\"",
                "Deleted" => $"\"{field.Text("Old")}\"",
                "Edited" => $"\"{field.Text("Old")}\" => \"{field.Text("New")}\"",
                _ => $"\"{field.Text("New")}\"",
            };
            lines.Add($"{indent}{Mark(field, cli)}{(field.Text("Name") + ":").PadRight(width + 1)} {value}{(annotations.Count == 0 ? "" : $" ({string.Join(", ", annotations)})")}");
        }

        foreach (var child in diff.Items("Objects").Where(child => child.Text("Type") != "None"))
        {
            lines.Add($"{indent}{Mark(child, cli)}{child.Text("Name")} {{");
            AddContent(lines, child, indent + "  ", cli);
            lines.Add($"{indent}{Blank(child)}}}");
        }
    }

    private static string Mark(JsonElement diff, CliContext cli) => diff.Text("Type") switch
    {
        "Added" => cli.Paint(Paint.Green, "+") + " ",
        "Deleted" => cli.Paint(Paint.Red, "-") + " ",
        "Edited" => cli.Paint(Paint.Yellow, "+/-") + " ",
        _ => "",
    };

    private static string Blank(JsonElement diff) => diff.Text("Type") switch
    {
        "Added" or "Deleted" => "  ",
        "Edited" => "    ",
        _ => "",
    };
}
