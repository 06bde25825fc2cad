using System.Text.Json;
using Actors.Drivers;

namespace Actors.Client.Streams;

/// <summary>What an allocation uses, as Nomad's API shows it.</summary>
internal static class UsageJson
{
    /// <summary>Writes the usage of all tasks and of each.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="tasks">By task.</param>
    /// <param name="now">The time.</param>
    /// <param name="mhzPerCore">What one core is worth, in MHz.</param>
    public static void Write(Utf8JsonWriter json, IReadOnlyDictionary<string, TaskUsage> tasks, DateTimeOffset now, double mhzPerCore)
    {
        json.WriteStartObject();
        json.WritePropertyName("ResourceUsage");
        WriteUsage(json, [.. tasks.Values], mhzPerCore);
        json.WriteStartObject("Tasks");
        foreach (var (name, usage) in tasks)
        {
            json.WriteStartObject(name);
            json.WriteNull("Pids");
            json.WritePropertyName("ResourceUsage");
            WriteUsage(json, [usage], mhzPerCore);
            json.WriteNumber("Timestamp", Nanoseconds(usage.At));
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteNumber("Timestamp", Nanoseconds(now));
        json.WriteEndObject();
    }

    private static void WriteUsage(Utf8JsonWriter json, IReadOnlyList<TaskUsage> usages, double mhzPerCore)
    {
        json.WriteStartObject();
        json.WriteStartObject("CpuStats");
        json.WriteNumber("Percent", usages.Sum(u => u.CpuPercent));
        json.WriteNumber("SystemMode", usages.Sum(u => u.CpuSystemPercent));
        json.WriteNumber("UserMode", usages.Sum(u => u.CpuUserPercent));
        json.WriteNumber("TotalTicks", usages.Sum(u => u.CpuPercent) / 100 * mhzPerCore);
        json.WriteNumber("ThrottledPeriods", 0);
        json.WriteNumber("ThrottledTime", 0);
        WriteMeasured(json, "System Mode", "User Mode", "Total Ticks", "Percent");
        json.WriteEndObject();
        json.WriteStartArray("DeviceStats");
        json.WriteEndArray();
        json.WriteStartObject("MemoryStats");
        json.WriteNumber("RSS", usages.Sum(u => u.MemoryRss));
        json.WriteNumber("Cache", usages.Sum(u => u.MemoryCache));
        json.WriteNumber("Usage", usages.Sum(u => u.MemoryUsage));
        json.WriteNumber("MaxUsage", 0);
        json.WriteNumber("Swap", 0);
        json.WriteNumber("KernelUsage", 0);
        json.WriteNumber("KernelMaxUsage", 0);
        WriteMeasured(json, "RSS", "Cache", "Usage");
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteMeasured(Utf8JsonWriter json, params ReadOnlySpan<string> names)
    {
        json.WriteStartArray("Measured");
        foreach (var name in names) json.WriteStringValue(name);
        json.WriteEndArray();
    }

    private static long Nanoseconds(DateTimeOffset at) => (at - DateTimeOffset.UnixEpoch).Ticks * 100;
}
