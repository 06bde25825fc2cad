using System.Globalization;
using System.Text.Json;
using Actors.Cli.Http;
using Actors.Cli.Terminal;

namespace Actors.Cli.Commands;

/// <summary>What is in use, for people.</summary>
internal static class UsageView
{
    /// <summary>What an allocation uses now, as its client says.</summary>
    /// <param name="api">The agent.</param>
    /// <param name="id">The allocation's whole id.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task<JsonElement> OfAllocationAsync(ApiClient api, string id, CancellationToken cancellation) =>
        (await api.GetAsync($"/v1/client/allocation/{id}/stats", cancellation).ConfigureAwait(false)).Body;

    /// <summary>What each task of an allocation uses.</summary>
    public static string Tasks(JsonElement usage) => Columns.Table([
        ["Task", "CPU", "Memory", "RSS", "Cache"],
        .. usage.Members("Tasks").Select(task =>
        {
            var (cpu, memory) = (task.Value.Child("ResourceUsage")?.Child("CpuStats"), task.Value.Child("ResourceUsage")?.Child("MemoryStats"));
            return Output.Row(task.Name, $"{Rounded(cpu?.Real("TotalTicks"))} MHz ({Rounded(cpu?.Real("Percent"))} %)", Size(memory?.Number("Usage")), Size(memory?.Number("RSS")), Size(memory?.Number("Cache")));
        })]);

    /// <summary>What of a machine is in use: headings and texts.</summary>
    public static IEnumerable<(string Heading, string Text)> Host(JsonElement usage)
    {
        yield return ("Host Resource Utilization", Columns.Pairs([
            ("CPU", $"{Rounded(usage.Real("CPUTicksConsumed"))} MHz"),
            ("Memory", $"{Size(usage.Child("Memory")?.Number("Used"))} of {Size(usage.Child("Memory")?.Number("Total"))}"),
            ("Uptime", TimeSpan.FromSeconds(usage.Number("Uptime")).ToString("c", CultureInfo.InvariantCulture)),
        ]));
        yield return ("CPU Stats", Columns.Table([
            ["CPU", "User", "System", "Idle"],
            .. usage.Items("CPU").Select(core => Output.Row(core.Text("CPU"), $"{Rounded(core.Real("User"))} %", $"{Rounded(core.Real("System"))} %", $"{Rounded(core.Real("Idle"))} %"))]));
        yield return ("Disk Stats", Columns.Table([
            ["Mountpoint", "Size", "Used", "Available", "Used Percent", "Inodes Percent"],
            .. usage.Items("DiskStats").Select(disk => Output.Row(
                disk.Text("Mountpoint"), Size(disk.Number("Size")), Size(disk.Number("Used")), Size(disk.Number("Available")), $"{Rounded(disk.Real("UsedPercent"))} %", $"{Rounded(disk.Real("InodesUsedPercent"))} %"))]));
    }

    private static string Rounded(double? number) => (number ?? 0).ToString("0.#", CultureInfo.InvariantCulture);

    private static string Size(long? bytes) => (bytes ?? 0) switch
    {
        < 1024L * 1024 and var small => string.Create(CultureInfo.InvariantCulture, $"{small / 1024.0:0.#} KiB"),
        < 1024L * 1024 * 1024 and var middle => string.Create(CultureInfo.InvariantCulture, $"{middle / 1048576.0:0.#} MiB"),
        var large => string.Create(CultureInfo.InvariantCulture, $"{large / 1073741824.0:0.#} GiB"),
    };
}
