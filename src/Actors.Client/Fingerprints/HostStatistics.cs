using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Actors.Client.Fingerprints;

/// <summary>What the machine uses, as Nomad's API shows it: shares of processor time since the measurement before.</summary>
/// <param name="dataDir">Where allocations lie.</param>
internal sealed class HostStatistics(string dataDir)
{
    private readonly Lock _gate = new();
    private Dictionary<string, long[]> _before = ReadCpu();

    /// <summary>What one core is worth, in MHz; set when the machine is fingerprinted.</summary>
    public double MhzPerCore { get; set; } = 1000;

    /// <summary>Measures now, as JSON.</summary>
    public ReadOnlyMemory<byte> Measure(DateTimeOffset now)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            var busy = WriteCpu(json);
            json.WriteNumber("CPUTicksConsumed", busy / 100 * MhzPerCore);
            WriteMemory(json);
            WriteDisks(json);
            json.WriteStartArray("DeviceStats");
            json.WriteEndArray();
            var uptime = File.ReadAllText("/proc/uptime").Split(' ', '.')[0];
            json.WriteNumber("Uptime", long.Parse(uptime, CultureInfo.InvariantCulture));
            json.WriteNumber("Timestamp", (now - DateTimeOffset.UnixEpoch).Ticks * 100);
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    /// <summary>Writes each core's shares; returns the sum of the busy shares, in percent of one core.</summary>
    private double WriteCpu(Utf8JsonWriter json)
    {
        var busy = 0d;
        lock (_gate)
        {
            var now = ReadCpu();
            json.WriteStartArray("CPU");
            foreach (var (name, ticks) in now)
            {
                var before = _before.GetValueOrDefault(name) ?? new long[ticks.Length];
                var spent = ticks.Zip(before, (a, b) => (double)Math.Max(0, a - b)).ToArray();
                var total = Math.Max(1, spent.Sum());
                var idle = 100 * (spent[3] + spent[4]) / total;
                busy += 100 - idle;
                json.WriteStartObject();
                json.WriteString("CPU", name);
                json.WriteNumber("User", 100 * (spent[0] + spent[1]) / total);
                json.WriteNumber("System", 100 * spent[2] / total);
                json.WriteNumber("Idle", idle);
                json.WriteNumber("TotalPercent", 100 - idle);
                json.WriteNumber("TotalTicks", (100 - idle) / 100 * MhzPerCore);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            _before = now;
        }

        return busy;
    }

    private static void WriteMemory(Utf8JsonWriter json)
    {
        var memory = MemoryInfo.Read();
        json.WriteStartObject("Memory");
        json.WriteNumber("Total", memory.Total);
        json.WriteNumber("Available", memory.Available);
        json.WriteNumber("Free", memory.Free);
        json.WriteNumber("Used", memory.Total - memory.Available);
        json.WriteEndObject();
    }

    private void WriteDisks(Utf8JsonWriter json)
    {
        var drive = new DriveInfo(Path.GetFullPath(dataDir));
        json.WriteStartArray("DiskStats");
        WriteDisk(json, drive);
        json.WriteEndArray();
        json.WritePropertyName("AllocDirStats");
        WriteDisk(json, drive);
    }

    private static void WriteDisk(Utf8JsonWriter json, DriveInfo drive)
    {
        var used = drive.TotalSize - drive.TotalFreeSpace;
        json.WriteStartObject();
        json.WriteString("Device", drive.VolumeLabel);
        json.WriteString("Mountpoint", drive.Name);
        json.WriteNumber("Size", drive.TotalSize);
        json.WriteNumber("Used", used);
        json.WriteNumber("Available", drive.AvailableFreeSpace);
        json.WriteNumber("UsedPercent", drive.TotalSize > 0 ? 100d * used / drive.TotalSize : 0);
        json.WriteNumber("InodesUsedPercent", 100 * FileSystemUse.Of(drive.Name).Inodes);
        json.WriteEndObject();
    }

    /// <summary>Ticks by core: user, nice, system, idle, iowait …</summary>
    private static Dictionary<string, long[]> ReadCpu() => File.ReadLines("/proc/stat")
        .Where(line => line.StartsWith("cpu", StringComparison.Ordinal) && line.Length > 3 && char.IsAsciiDigit(line[3]))
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .ToDictionary(parts => parts[0], parts => parts.Skip(1).Take(8).Select(p => long.Parse(p, CultureInfo.InvariantCulture)).ToArray());
}
