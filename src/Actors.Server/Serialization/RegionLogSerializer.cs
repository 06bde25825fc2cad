using Actors.Contracts.Log;
using Actors.Server.RegionLog;
using Akka.Actor;
using Akka.Serialization;

namespace Actors.Server.Serialization;

/// <summary>The log's rows, positions and snapshots, and what servers tell each other about the log, in <see cref="LogFormat"/>.</summary>
/// <param name="system">The actor system.</param>
public sealed class RegionLogSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    /// <summary>The serializer's number in the journal and on the wire; never changed.</summary>
    public const int Id = 1402;

    private const string BatchManifest = "log-batch/1";
    private const string PositionManifest = "log-position/1";
    private const string SnapshotManifestManifest = "state-snapshot/1";
    private const string ChunkManifest = "state-chunk/1";
    private const string RequestsManifest = "log-requests/1";
    private const string PartManifest = "log-request-part/1";
    private const string AnswersManifest = "log-answers/1";
    private const string PushManifest = "log-push/1";
    private const string BeatManifest = "log-beat/1";
    private const string HelloManifest = "log-hello/1";
    private const string ReadyManifest = "log-ready/1";
    private const string NotReadyManifest = "log-not-ready/1";

    /// <inheritdoc/>
    public override int Identifier => Id;

    /// <inheritdoc/>
    public override string Manifest(object o) => o switch
    {
        LogBatch => BatchManifest,
        LogPosition => PositionManifest,
        SnapshotManifest => SnapshotManifestManifest,
        SnapshotChunk => ChunkManifest,
        LogRequests => RequestsManifest,
        LogRequestPart => PartManifest,
        LogAnswers => AnswersManifest,
        LogPush => PushManifest,
        LogBeat => BeatManifest,
        LogHello => HelloManifest,
        LogReady => ReadyManifest,
        LogNotReady => NotReadyManifest,
        _ => throw Unknown(o),
    };

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj) => obj switch
    {
        LogBatch batch => LogFormat.WriteBatch(batch),
        LogPosition position => LogFormat.Write(position),
        SnapshotManifest manifest => LogFormat.Write(manifest),
        SnapshotChunk chunk => LogFormat.Write(chunk),
        LogRequests requests => LogFormat.Write(requests),
        LogRequestPart part => LogFormat.Write(part),
        LogAnswers answers => LogFormat.Write(answers),
        LogPush push => LogFormat.Write(push),
        LogBeat beat => LogFormat.Write(beat),
        LogReady ready => LogFormat.Write(ready),
        LogHello or LogNotReady => [],
        _ => throw Unknown(obj),
    };

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">No such manifest: a newer version wrote it.</exception>
    /// <exception cref="InvalidDataException">The bytes are damaged.</exception>
    public override object FromBinary(byte[] bytes, string manifest) => manifest switch
    {
        BatchManifest => LogFormat.ReadBatch(bytes),
        PositionManifest => LogFormat.ReadPosition(bytes),
        SnapshotManifestManifest => LogFormat.ReadManifest(bytes),
        ChunkManifest => LogFormat.ReadChunk(bytes),
        RequestsManifest => LogFormat.ReadRequests(bytes),
        PartManifest => LogFormat.ReadPart(bytes),
        AnswersManifest => LogFormat.ReadAnswers(bytes),
        PushManifest => LogFormat.ReadPush(bytes),
        BeatManifest => LogFormat.ReadBeat(bytes),
        HelloManifest => new LogHello(),
        ReadyManifest => LogFormat.ReadReady(bytes),
        NotReadyManifest => new LogNotReady(),
        _ => throw new NotSupportedException($"the region's log has something of the format \"{manifest}\", this version reads up to \"{BatchManifest}\" and its like: it was written by a newer version"),
    };

    private static ArgumentException Unknown(object o) => new($"{o.GetType()} is no message of the region's log");
}
