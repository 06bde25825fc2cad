using System.Globalization;
using System.Text.Json;
using Actors.Cli.Terminal;

namespace Actors.Cli.Commands.Deployments;

/// <summary>A deployment for people.</summary>
internal static class DeploymentView
{
    /// <summary>The deployment with its groups, as <c>deployment status</c> and the monitor show it.</summary>
    public static IEnumerable<string> Lines(JsonElement deployment, bool wholeIds, TimeProvider clock)
    {
        var head = Columns.Pairs([
            ("ID", Output.Id(deployment.Text("ID"), wholeIds)),
            ("Job ID", deployment.Text("JobID")),
            ("Job Version", deployment.Text("JobVersion")),
            ("Status", deployment.Text("Status")),
            ("Description", deployment.Text("StatusDescription")),
        ]);
        return [.. head.Split('\n'), "", "Deployed", .. Groups(deployment, clock).Split('\n')];
    }

    /// <summary>The table of its groups; the columns for canaries only where there are some.</summary>
    public static string Groups(JsonElement deployment, TimeProvider clock)
    {
        var groups = deployment.Members("TaskGroups");
        var canaries = groups.Any(group => group.Value.Number("DesiredCanaries") > 0);
        var autoRevert = groups.Any(group => group.Value.Flag("AutoRevert"));
        var deadline = groups.Any(group => group.Value.Time("RequireProgressBy") is not null);
        List<string> header = ["Task Group"];
        if (autoRevert)
            header.Add("Auto Revert");
        if (canaries)
            header.Add("Promoted");
        header.Add("Desired");
        if (canaries)
            header.Add("Canaries");
        header.AddRange(["Placed", "Healthy", "Unhealthy"]);
        if (deadline)
            header.Add("Progress Deadline");
        List<IReadOnlyList<string>> rows = [header];
        foreach (var group in groups)
        {
            var state = group.Value;
            var wanted = state.Number("DesiredCanaries");
            List<string> row = [group.Name];
            if (autoRevert)
                row.Add(Word(state.Flag("AutoRevert")));
            if (canaries)
                row.Add(wanted > 0 ? Word(state.Flag("Promoted")) : "N/A");
            row.Add(Whole(state.Number("DesiredTotal")));
            if (canaries)
                row.Add(wanted > 0 ? Whole(wanted) : "N/A");
            row.AddRange([Whole(state.Number("PlacedAllocs")), Whole(state.Number("HealthyAllocs")), Whole(state.Number("UnhealthyAllocs"))]);
            if (deadline)
                row.Add(Times.Show(state.Time("RequireProgressBy"), clock));
            rows.Add(row);
        }

        return Columns.Table(rows);
    }

    private static string Word(bool flag) => flag ? "true" : "false";

    private static string Whole(long number) => number.ToString(CultureInfo.InvariantCulture);
}
