using System.Globalization;
using System.Text.Json;
using Actors.Cli.Terminal;

namespace Actors.Cli.Commands.Nodes;

/// <summary>A node for people.</summary>
internal static class NodeView
{
    /// <summary>The node's own facts.</summary>
    public static string Facts(JsonElement node)
    {
        var drivers = node.Members("Drivers").Where(driver => driver.Value.Flag("Detected")).Select(driver => driver.Name + (driver.Value.Flag("Healthy") ? "" : " (unhealthy)")).ToList();
        return Columns.Pairs([
            ("ID", node.Text("ID")),
            ("Name", node.Text("Name")),
            ("Node Pool", node.Text("NodePool")),
            ("Class", node.Text("NodeClass")),
            ("DC", node.Text("Datacenter")),
            ("Drain", node.Child("DrainStrategy") is { } drain ? $"true{Until(drain)}" : node.Flag("Drain") ? "true" : "false"),
            ("Eligibility", node.Text("SchedulingEligibility")),
            ("Status", node.Text("Status") + (node.Text("StatusDescription") is { Length: > 0 } why ? $" ({why})" : "")),
            ("Host Volumes", string.Join(",", node.Members("HostVolumes").Select(volume => volume.Name))),
            ("Drivers", string.Join(",", drivers)),
        ]);
    }

    /// <summary>The sections between the facts and the allocations: heading and text.</summary>
    public static IEnumerable<(string Heading, string Text)> Sections(JsonElement node, IReadOnlyList<JsonElement> allocations, bool verbose, TimeProvider clock)
    {
        if (verbose || node.Members("Drivers").Any(driver => driver.Value.Flag("Detected") && !driver.Value.Flag("Healthy")))
            yield return ("Drivers", Drivers(node, clock));
        if (Events(node, verbose, clock) is { } events)
            yield return ("Node Events", events);
        yield return ("Allocated Resources", Allocated(node, allocations));
        if (!verbose)
            yield break;
        yield return ("Attributes", Columns.Pairs(node.Members("Attributes").Select(attribute => (attribute.Name, attribute.Value.Show()))));
        yield return ("Meta", Columns.Pairs(node.Members("Meta").Select(entry => (entry.Name, entry.Value.Show()))));
    }

    private static string Until(JsonElement drain) => drain.Text("ForceDeadline") is { Length: > 0 } deadline && !deadline.StartsWith("0001", StringComparison.Ordinal) ? $"; until {deadline}" : "";

    private static string Drivers(JsonElement node, TimeProvider clock) => Columns.Table([
        ["Driver", "Detected", "Healthy", "Message", "Time"],
        .. node.Members("Drivers").Select(driver => Output.Row(
            driver.Name,
            driver.Value.Flag("Detected") ? "true" : "false",
            driver.Value.Flag("Healthy") ? "true" : "false",
            driver.Value.Text("HealthDescription"),
            Times.Show(driver.Value.Time("UpdateTime"), clock)))]);

    private static string? Events(JsonElement node, bool verbose, TimeProvider clock)
    {
        var events = node.Items("Events").Reverse().ToList();
        if (events.Count == 0)
            return null;
        return Columns.Table([
            verbose ? ["Time", "Subsystem", "Message", "Details"] : ["Time", "Subsystem", "Message"],
            .. events.Select(happened =>
            {
                string[] row = [Times.Show(happened.Time("Timestamp"), clock), happened.Text("Subsystem"), happened.Text("Message")];
                return verbose ? Output.Row([.. row, string.Join(",", happened.Members("Details").Select(detail => $"{detail.Name}: {detail.Value.Show()}"))]) : Output.Row(row);
            })]);
    }

    private static string Allocated(JsonElement node, IReadOnlyList<JsonElement> allocations)
    {
        long cpu = 0, memory = 0, disk = 0;
        foreach (var allocation in allocations.Where(allocation => allocation.Text("ClientStatus") is not ("complete" or "failed" or "lost")))
        {
            if (allocation.Child("AllocatedResources") is not { } resources)
                continue;
            disk += resources.Child("Shared")?.Number("DiskMB") ?? 0;
            foreach (var task in resources.Members("Tasks"))
            {
                cpu += task.Value.Child("Cpu")?.Number("CpuShares") ?? 0;
                memory += task.Value.Child("Memory")?.Number("MemoryMB") ?? 0;
            }
        }

        var whole = node.Child("NodeResources");
        var reserved = node.Child("ReservedResources");
        var totalCpu = (whole?.Child("Cpu")?.Number("CpuShares") ?? 0) - (reserved?.Child("Cpu")?.Number("CpuShares") ?? 0);
        var totalMemory = (whole?.Child("Memory")?.Number("MemoryMB") ?? 0) - (reserved?.Child("Memory")?.Number("MemoryMB") ?? 0);
        var totalDisk = (whole?.Child("Disk")?.Number("DiskMB") ?? 0) - (reserved?.Child("Disk")?.Number("DiskMB") ?? 0);
        return Columns.Table([
            ["CPU", "Memory", "Disk"],
            [$"{cpu}/{totalCpu} MHz", $"{Size(memory)}/{Size(totalMemory)}", $"{Size(disk)}/{Size(totalDisk)}"]]);
    }

    /// <summary>An amount of MiB in the unit that suits it.</summary>
    public static string Size(long mebibytes) => mebibytes switch
    {
        0 => "0 B",
        < 1024 => string.Create(CultureInfo.InvariantCulture, $"{mebibytes} MiB"),
        < 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{mebibytes / 1024.0:0.0#} GiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{mebibytes / (1024.0 * 1024):0.0#} TiB"),
    };
}
