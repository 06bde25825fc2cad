using System.Text.Json.Serialization;
using Actors.Client.Tasks;
using Actors.Contracts.Allocations;
using Actors.Drivers;

namespace Actors.Client.State;

/// <summary>The JSON of what only the client itself reads again.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RestartTracker))]
[JsonSerializable(typeof(TaskHandle))]
[JsonSerializable(typeof(AllocationReport))]
internal sealed partial class StoreJson : JsonSerializerContext;
