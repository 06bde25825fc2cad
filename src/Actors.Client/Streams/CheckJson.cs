using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Actors.Client.Allocations;
using Actors.Contracts;

namespace Actors.Client.Streams;

/// <summary>How an allocation's checks last went, as Nomad's API shows it: by an id that stays the same.</summary>
internal static class CheckJson
{
    /// <summary>Writes the results.</summary>
    public static void Write(Utf8JsonWriter json, AllocationId id, RegisteredAllocation allocation)
    {
        json.WriteStartObject();
        foreach (var result in allocation.Checks?.Results ?? [])
        {
            var (check, task) = (result.Check, result.Check.Task);
            var name = check.Check.Name.Length > 0 ? check.Check.Name : $"service: \"{check.Service}\" check";
            var key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{id}/{allocation.Group.Name}/{task}/{check.Service}/{name}/{check.Port}")))[..32];
            json.WriteStartObject(key);
            json.WriteString("ID", key);
            json.WriteString("Check", name);
            json.WriteString("Group", allocation.Group.Name);
            json.WriteString("Mode", check.Counts ? "healthiness" : "readiness");
            json.WriteString("Output", result.Output);
            json.WriteString("Service", check.Service);
            json.WriteString("Status", result.Passes switch { true => "success", false => "failure", null => "pending" });
            json.WriteNumber("StatusCode", result.StatusCode);
            json.WriteString("Task", task);
            json.WriteNumber("Timestamp", result.At.ToUnixTimeSeconds());
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
