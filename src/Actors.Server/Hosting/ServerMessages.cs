using System.Collections.Frozen;
using System.Runtime.Serialization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Actors.Server.Link;
using Actors.Server.Liveness;
using Actors.Server.Scheduler;
using Akka.Actor;
using Akka.Serialization;

namespace Actors.Server.Hosting;

/// <summary>A message between the servers of a region that is no command and no event: what a server tells another about itself and its clients.</summary>
internal interface IServerMessage;

/// <summary>The JSON of what servers tell each other.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ServerInfo))]
[JsonSerializable(typeof(WhoAreYou))]
[JsonSerializable(typeof(NodeBeats))]
[JsonSerializable(typeof(CollectGarbage))]
[JsonSerializable(typeof(GarbageCollected))]
[JsonSerializable(typeof(LocateSession))]
[JsonSerializable(typeof(SessionHeld))]
[JsonSerializable(typeof(SessionUnknown))]
[JsonSerializable(typeof(SessionOpened))]
[JsonSerializable(typeof(OpenCall))]
[JsonSerializable(typeof(CallData))]
[JsonSerializable(typeof(CallCredit))]
[JsonSerializable(typeof(CallEnd))]
[JsonSerializable(typeof(CallInput))]
[JsonSerializable(typeof(CallInputTaken))]
internal sealed partial class ServerJson : JsonSerializerContext;

/// <summary>Writes <see cref="IServerMessage"/>s under names with versions, so that servers of two releases understand each other while one is replaced.</summary>
internal sealed class ServerMessageSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    private static readonly (string Manifest, JsonTypeInfo Type)[] Known =
    [
        ("server-info/1", ServerJson.Default.ServerInfo),
        ("who-are-you/1", ServerJson.Default.WhoAreYou),
        ("node-beats/1", ServerJson.Default.NodeBeats),
        ("collect-garbage/1", ServerJson.Default.CollectGarbage),
        ("garbage-collected/1", ServerJson.Default.GarbageCollected),
        ("locate-session/1", ServerJson.Default.LocateSession),
        ("session-held/1", ServerJson.Default.SessionHeld),
        ("session-unknown/1", ServerJson.Default.SessionUnknown),
        ("session-opened/1", ServerJson.Default.SessionOpened),
        ("open-call/1", ServerJson.Default.OpenCall),
        ("call-data/1", ServerJson.Default.CallData),
        ("call-credit/1", ServerJson.Default.CallCredit),
        ("call-end/1", ServerJson.Default.CallEnd),
        ("call-input/1", ServerJson.Default.CallInput),
        ("call-input-taken/1", ServerJson.Default.CallInputTaken),
    ];

    private static readonly FrozenDictionary<Type, (string Manifest, JsonTypeInfo Type)> ByType = Known.ToFrozenDictionary(k => k.Type.Type);

    private static readonly FrozenDictionary<string, JsonTypeInfo> ByManifest = Known.ToFrozenDictionary(k => k.Manifest, k => k.Type);

    /// <summary>Never changed: it is on the wire.</summary>
    public override int Identifier => 2203;

    /// <summary>The types that it can write.</summary>
    public static IEnumerable<Type> Types => ByType.Keys;

    /// <inheritdoc/>
    public override string Manifest(object o) => Find(o).Manifest;

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj) => JsonSerializer.SerializeToUtf8Bytes(obj, Find(obj).Type);

    /// <inheritdoc/>
    public override object FromBinary(byte[] bytes, string manifest) => ByManifest.TryGetValue(manifest, out var type)
        ? JsonSerializer.Deserialize(bytes, type) ?? throw new SerializationException($"\"{manifest}\" is null")
        : throw new SerializationException($"no such manifest: \"{manifest}\" (was it sent by a newer version?)");

    private static (string Manifest, JsonTypeInfo Type) Find(object o) => ByType.TryGetValue(o.GetType(), out var known)
        ? known
        : throw new SerializationException($"{o.GetType()} has no manifest: add it to {nameof(ServerMessageSerializer)} before it is sent");
}
