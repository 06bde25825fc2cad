using Actors.Contracts;
using Actors.Contracts.Log;
using Actors.Server.RegionLog;

namespace Actors.Server.Serialization;

/// <summary>
/// The binary formats of the log: its rows, and what servers tell each other about it.
/// Rows, positions and snapshots end with a CRC-32C. A changed format gets a new version in its manifest; the old ones stay readable.
/// </summary>
internal static class LogFormat
{
    /// <summary>Row, version 1: first index, term, the manifests used, then each event as (persistence id, number, manifest, term?, payload), CRC-32C.</summary>
    public static byte[] WriteBatch(LogBatch batch)
    {
        using var w = new ByteWriter(64 + AppendRequest.Size(batch.Events));
        Batch(w, batch);
        return w.ToCheckedArray();
    }

    public static LogBatch ReadBatch(ReadOnlySpan<byte> bytes)
    {
        var r = ByteReader.Checked(bytes, "a row of the region's log");
        return Batch(ref r);
    }

    public static byte[] Write(LogPush push)
    {
        using var w = new ByteWriter(64 + AppendRequest.Size(push.Batch.Events));
        w.Signed(push.RowNr);
        Batch(w, push.Batch);
        return w.ToArray();
    }

    public static LogPush ReadPush(ReadOnlySpan<byte> bytes)
    {
        var r = new ByteReader(bytes, "a pushed row");
        return new LogPush(r.Signed(), Batch(ref r));
    }

    public static byte[] Write(LogPosition position)
    {
        using var w = new ByteWriter(64 + position.Recent.Count * 64);
        w.Unsigned(position.Index);
        w.Signed(position.Term);
        w.Unsigned((ulong)position.Recent.Count);
        foreach (var e in position.Recent)
        {
            w.Text(e.PersistenceId);
            w.Signed(e.SequenceNr);
            w.Unsigned(e.Index);
            w.Unsigned(e.Fingerprint);
        }

        return w.ToCheckedArray();
    }

    public static LogPosition ReadPosition(ReadOnlySpan<byte> bytes)
    {
        var r = ByteReader.Checked(bytes, "the log's position");
        var index = r.Unsigned();
        var term = r.Signed();
        var recent = new RecentEvent[r.Count()];
        for (var i = 0; i < recent.Length; i++)
            recent[i] = new RecentEvent(r.Text(), r.Signed(), r.Unsigned(), r.Unsigned());
        return new LogPosition(index, term, recent);
    }

    public static byte[] Write(SnapshotManifest manifest)
    {
        using var w = new ByteWriter();
        w.Unsigned(manifest.Index);
        w.Signed(manifest.RowNr);
        w.Unsigned((ulong)manifest.Slot);
        w.Unsigned((ulong)manifest.Chunks);
        w.Signed(manifest.Bytes);
        w.Unsigned((ulong)manifest.OtherChunks);
        return w.ToCheckedArray();
    }

    public static SnapshotManifest ReadManifest(ReadOnlySpan<byte> bytes)
    {
        var r = ByteReader.Checked(bytes, "a snapshot's manifest");
        return new SnapshotManifest(r.Unsigned(), r.Signed(), checked((int)r.Unsigned()), checked((int)r.Unsigned()), r.Signed(), checked((int)r.Unsigned()));
    }

    public static byte[] Write(SnapshotChunk chunk)
    {
        using var w = new ByteWriter(chunk.Bytes.Length + 64);
        w.Text(chunk.Manifest);
        w.Run(chunk.Bytes);
        return w.ToCheckedArray();
    }

    public static SnapshotChunk ReadChunk(ReadOnlySpan<byte> bytes)
    {
        var r = ByteReader.Checked(bytes, "a chunk of a snapshot");
        return new SnapshotChunk(r.Text(), r.Run());
    }

    public static byte[] Write(LogRequests requests)
    {
        var size = 16;
        foreach (var request in requests.Requests)
            size += 64 + ((request as AppendRequest)?.Bytes ?? 0);

        using var w = new ByteWriter(size);
        w.Unsigned((ulong)requests.Requests.Count);
        foreach (var request in requests.Requests)
        {
            w.Signed(request.Id);
            w.Signed(request.TimeoutMilliseconds);
            switch (request)
            {
                case AppendRequest append:
                    w.Byte(1);
                    Events(w, append.Events);
                    break;
                case PositionRequest position:
                    w.Byte(2);
                    w.Text(position.PersistenceId);
                    break;
                case CommittedRequest:
                    w.Byte(3);
                    break;
                default:
                    throw new ArgumentException($"{request.GetType()} has no binary format", nameof(requests));
            }
        }

        return w.ToArray();
    }

    public static LogRequests ReadRequests(ReadOnlySpan<byte> bytes)
    {
        var r = new ByteReader(bytes, "a request to the log");
        var requests = new LogRequest[r.Count()];
        for (var i = 0; i < requests.Length; i++)
        {
            var id = r.Signed();
            var timeout = checked((int)r.Signed());
            var kind = r.Byte();
            requests[i] = kind switch
            {
                1 => new AppendRequest(id, timeout, Events(ref r)),
                2 => new PositionRequest(id, timeout, r.Text()),
                3 => new CommittedRequest(id, timeout),
                _ => throw new InvalidDataException($"a request to the log has the unknown kind {kind} (was it sent by a newer version?)"),
            };
        }

        return new LogRequests(requests);
    }

    public static byte[] Write(LogAnswers answers)
    {
        using var w = new ByteWriter(16 + answers.Answers.Count * 16);
        w.Unsigned((ulong)answers.Answers.Count);
        foreach (var a in answers.Answers)
        {
            w.Signed(a.Id);
            w.Byte((byte)a.Outcome);
            w.Unsigned(a.Index);
            w.Signed(a.SequenceNr);
            if (a.Outcome == LogOutcome.Done)
                continue;
            w.Byte((byte)a.Kind);
            w.Text(a.Message ?? "");
        }

        return w.ToArray();
    }

    public static LogAnswers ReadAnswers(ReadOnlySpan<byte> bytes)
    {
        var r = new ByteReader(bytes, "an answer of the log");
        var answers = new LogAnswer[r.Count()];
        for (var i = 0; i < answers.Length; i++)
        {
            var answer = new LogAnswer(r.Signed(), (LogOutcome)r.Byte(), r.Unsigned(), r.Signed());
            answers[i] = answer.Outcome == LogOutcome.Done ? answer : answer with { Kind = (RefusalKind)r.Byte(), Message = r.Text() };
        }

        return new LogAnswers(answers);
    }

    public static byte[] Write(LogRequestPart part)
    {
        using var w = new ByteWriter(part.Bytes.Length + 32);
        w.Signed(part.Id);
        w.Unsigned((ulong)part.Part);
        w.Unsigned((ulong)part.Parts);
        w.Run(part.Bytes);
        return w.ToArray();
    }

    public static LogRequestPart ReadPart(ReadOnlySpan<byte> bytes)
    {
        var r = new ByteReader(bytes, "a part of a request to the log");
        return new LogRequestPart(r.Signed(), checked((int)r.Unsigned()), checked((int)r.Unsigned()), r.Run());
    }

    public static byte[] Write(LogBeat beat)
    {
        using var w = new ByteWriter();
        w.Signed(beat.Term);
        w.Unsigned(beat.Index);
        return w.ToArray();
    }

    public static LogBeat ReadBeat(ReadOnlySpan<byte> bytes)
    {
        var r = new ByteReader(bytes, "a beat of the log");
        return new LogBeat(r.Signed(), r.Unsigned());
    }

    public static byte[] Write(LogReady ready)
    {
        using var w = new ByteWriter();
        w.Signed(ready.Term);
        return w.ToArray();
    }

    public static LogReady ReadReady(ReadOnlySpan<byte> bytes)
    {
        var r = new ByteReader(bytes, "the log's greeting");
        return new LogReady(r.Signed());
    }

    private static void Batch(ByteWriter w, LogBatch batch)
    {
        w.Unsigned(batch.FirstIndex);
        w.Signed(batch.Term);
        Events(w, batch.Events);
    }

    private static LogBatch Batch(ref ByteReader r) => new(r.Unsigned(), r.Signed(), Events(ref r));

    private static void Events(ByteWriter w, IReadOnlyList<SerializedEvent> events)
    {
        var manifests = new List<string>();
        var numbers = new Dictionary<string, int>();
        foreach (var e in events)
        {
            if (numbers.TryAdd(e.Manifest, manifests.Count))
                manifests.Add(e.Manifest);
        }

        w.Unsigned((ulong)manifests.Count);
        foreach (var manifest in manifests)
            w.Text(manifest);

        w.Unsigned((ulong)events.Count);
        foreach (var e in events)
        {
            w.Text(e.PersistenceId);
            w.Signed(e.SequenceNr);
            w.Unsigned((ulong)numbers[e.Manifest]);
            w.Bool(e.Term is not null);
            if (e.Term is { } term)
                w.Signed(term);
            w.Run(e.Payload);
        }
    }

    private static SerializedEvent[] Events(ref ByteReader r)
    {
        var manifests = new string[r.Count()];
        for (var i = 0; i < manifests.Length; i++)
            manifests[i] = r.Text();

        var events = new SerializedEvent[r.Count()];
        for (var i = 0; i < events.Length; i++)
        {
            var persistenceId = r.Text();
            var sequenceNr = r.Signed();
            var manifest = r.Unsigned();
            if (manifest >= (ulong)manifests.Length)
                throw new InvalidDataException($"event {i} names manifest {manifest} of {manifests.Length}");

            long? term = r.Bool() ? r.Signed() : null;
            events[i] = new SerializedEvent(persistenceId, sequenceNr, manifests[manifest], r.Run(), term);
        }

        return events;
    }
}
