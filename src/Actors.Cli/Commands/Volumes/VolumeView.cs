using System.Text.Json;
using Actors.Cli.CommandLine;
using Actors.Cli.Terminal;

namespace Actors.Cli.Commands.Volumes;

/// <summary>Shows host volumes.</summary>
internal static class VolumeView
{
    /// <summary>Several, in a table.</summary>
    public static string Table(IEnumerable<JsonElement> volumes, bool whole) => Columns.Table([
        ["ID", "Name", "Namespace", "Plugin ID", "Node ID", "Node Pool", "State"],
        .. volumes.Select(volume => Output.Row(
            Output.Id(volume.Text("ID"), whole), volume.Text("Name"), volume.Text("Namespace"), volume.Text("PluginID"), Output.Id(volume.Text("NodeID"), whole), volume.Text("NodePool"), volume.Text("State")))]);

    /// <summary>One, with how it may be used and who uses it.</summary>
    public static string Whole(Invocation invocation, JsonElement volume)
    {
        var whole = invocation.Flags.IsOn("verbose");
        var text = Columns.Pairs([
            ("ID", volume.Text("ID")),
            ("Name", volume.Text("Name")),
            ("Namespace", volume.Text("Namespace")),
            ("Plugin ID", volume.Text("PluginID")),
            ("Node ID", volume.Text("NodeID")),
            ("Node Pool", volume.Text("NodePool")),
            ("Capacity", volume.Number("CapacityBytes") is > 0 and var bytes ? $"{bytes} B" : ""),
            ("State", volume.Text("State")),
            ("Host Path", volume.Text("HostPath")),
        ]);
        text += "\n\n" + Output.Heading(invocation, "Capabilities") + "\n" + Columns.Table([
            ["Access Mode", "Attachment Mode"],
            .. volume.Items("RequestedCapabilities").Select(capability => Output.Row(capability.Text("AccessMode"), capability.Text("AttachmentMode")))]);
        var claims = volume.Items("Allocations").ToList();
        return text + "\n\n" + Output.Heading(invocation, "Allocations") + "\n" + (claims.Count == 0 ? "No allocations placed" : Columns.Table([
            ["ID", "Node ID", "Job ID", "Task Group", "Desired", "Status"],
            .. claims.Select(claim => Output.Row(
                Output.Id(claim.Text("ID"), whole), Output.Id(claim.Text("NodeID"), whole), claim.Text("JobID"), claim.Text("TaskGroup"), claim.Text("DesiredStatus"), claim.Text("ClientStatus")))]));
    }
}
