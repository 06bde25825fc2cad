using System.Globalization;
using System.Text;
using Actors.Cli.CommandLine;
using Actors.Cli.Terminal;
using Actors.Client.Simulation;

namespace Actors.Cli.Commands.Benches;

/// <summary>Shows how a fleet does: some lines that change in place, or with <c>-json</c> one line of JSON each time.</summary>
internal sealed class FleetView(Invocation invocation, SimulatedFleet fleet)
{
    private readonly LiveBlock _block = new(invocation.Cli);
    private readonly long _begun = invocation.Cli.Time.GetTimestamp();

    /// <summary>Shows how it is now.</summary>
    public void Show()
    {
        if (invocation.Flags.IsOn("json"))
        {
            invocation.Cli.Out.WriteLine(Json());
            invocation.Cli.Out.Flush();
            return;
        }

        _block.Show(Lines());
    }

    private string[] Lines()
    {
        var now = fleet.Statistics;
        return Columns.Pairs(
        [
            ("Clients", $"{Number(now.Connected)} of {Number(fleet.Options.Count)} connected, {Number(now.Disconnects)} connections lost"),
            ("Allocations", $"{Number(now.Received)} received, {Number(now.Running)} running on {Number(now.Occupied)} nodes, {Number(now.Ended)} ended"),
            ("Registration", Latency.Text(now.Registration)),
            ("Heartbeat", Latency.Text(now.Heartbeat)),
            ("Report", $"{Latency.Text(now.Report)}; {Number(now.Reports)} allocations reported"),
            ("Last problem", now.LastProblem ?? ""),
        ]).Split('\n');
    }

    private string Json()
    {
        var now = fleet.Statistics;
        return Encoding.UTF8.GetString(JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteNumber("Seconds", Math.Round(invocation.Cli.Time.GetElapsedTime(_begun).TotalSeconds, 3));
            writer.WriteNumber("Clients", fleet.Options.Count);
            writer.WriteNumber("Registered", now.Registered);
            writer.WriteNumber("Connected", now.Connected);
            writer.WriteNumber("Disconnects", now.Disconnects);
            writer.WriteNumber("Received", now.Received);
            writer.WriteNumber("Running", now.Running);
            writer.WriteNumber("Ended", now.Ended);
            writer.WriteNumber("Occupied", now.Occupied);
            writer.WriteNumber("Reports", now.Reports);
            Latency.Write(writer, "RegistrationMs", now.Registration);
            Latency.Write(writer, "HeartbeatMs", now.Heartbeat);
            Latency.Write(writer, "ReportMs", now.Report);
            writer.WriteString("LastProblem", now.LastProblem);
            writer.WriteEndObject();
        }));
    }

    private static string Number(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);
}
