using Actors.Contracts;
using Actors.Contracts.Log;
using Actors.Server.RegionLog;
using Actors.Server.Serialization;
using CsCheck;
using Xunit;

namespace Actors.Server.Tests.Serialization;

public sealed class LogFormatTests
{
    private static readonly Gen<SerializedEvent> Events = Gen.Select(
        Gen.String, Gen.Long, Gen.Int[0, 2].Select(i => (new[] { "job-registered/1", "plan-committed/1", "node-status-changed/1" })[i]), Gen.Byte.Array[0, 200], Gen.Long.Nullable(),
        (id, number, manifest, payload, term) => new SerializedEvent(id, number, manifest, payload, term));

    private static readonly Gen<LogBatch> Batches = Gen.Select(Gen.ULong, Gen.Long, Events.Array[0, 20], (first, term, events) => new LogBatch(first, term, events));

    [Fact]
    public void Rows_read_back_as_they_were_written() => Batches.Sample(batch => AssertSame(batch, LogFormat.ReadBatch(LogFormat.WriteBatch(batch))));

    [Fact]
    public void Pushed_rows_read_back_as_they_were_written() => Gen.Select(Gen.Long, Batches).Sample((row, batch) =>
    {
        var read = LogFormat.ReadPush(LogFormat.Write(new LogPush(row, batch)));
        Assert.Equal(row, read.RowNr);
        AssertSame(batch, read.Batch);
    });

    [Fact]
    public void Requests_and_answers_read_back_as_they_were_written()
    {
        var e = new SerializedEvent("node-1", 7, "node-purged/1", [1, 2, 3]);
        var requests = LogFormat.ReadRequests(LogFormat.Write(new LogRequests([new AppendRequest(1, 10, [e]), new PositionRequest(2, 20, "job-default/web"), new CommittedRequest(-3, 30)])));
        Assert.Equal(e.Payload, Assert.IsType<AppendRequest>(requests.Requests[0]).Events[0].Payload);
        Assert.Equal(new PositionRequest(2, 20, "job-default/web"), requests.Requests[1]);
        Assert.Equal(new CommittedRequest(-3, 30), requests.Requests[2]);

        LogAnswer[] answers = [new(1, LogOutcome.Done, 99, 5), LogAnswer.Reject(2, RefusalKind.Overloaded, "later"), LogAnswer.Fail(3, RefusalKind.Conflict, "no")];
        Assert.Equal(answers, LogFormat.ReadAnswers(LogFormat.Write(new LogAnswers(answers))).Answers);

        var position = new LogPosition(12, 3, [new RecentEvent("node-1", 1, 12, ulong.MaxValue)]);
        Assert.Equal(position.Recent, LogFormat.ReadPosition(LogFormat.Write(position)).Recent);
        var manifest = new SnapshotManifest(12, 3, 1, 40, 1L << 40, 7);
        Assert.Equal(manifest, LogFormat.ReadManifest(LogFormat.Write(manifest)));
    }

    [Fact]
    public void A_row_with_any_changed_byte_is_refused() => Gen.Select(Batches, Gen.Int[0, int.MaxValue], Gen.Byte[1, 255]).Sample((batch, at, change) =>
    {
        var bytes = LogFormat.WriteBatch(batch);
        bytes[at % bytes.Length] ^= change;
        Assert.Throws<InvalidDataException>(() => LogFormat.ReadBatch(bytes));
    });

    [Fact]
    public void Any_bytes_at_all_are_read_or_refused_as_invalid_data() => Gen.Byte.Array[0, 300].Sample(bytes =>
    {
        foreach (var read in new Action[] { () => LogFormat.ReadRequests(bytes), () => LogFormat.ReadAnswers(bytes), () => LogFormat.ReadPush(bytes), () => LogFormat.ReadPart(bytes) })
        {
            try
            {
                read();
            }
            catch (Exception e) when (e is InvalidDataException or OverflowException)
            {
                // Refused: as it should be.
            }
        }
    });

    [Fact]
    public void Rows_of_version_1_stay_readable()
    {
        Assert.Equal(GoldenRow, Convert.ToHexString(LogFormat.WriteBatch(Golden)));
        AssertSame(Golden, LogFormat.ReadBatch(Convert.FromHexString(GoldenRow)));
    }

    private const string GoldenRow =
        "0506020D6E6F64652D7075726765642F3110706C616E2D636F6D6D69747465642F3102066E6F64652D310E000003010203066576616C2D310201010601041D4B1080";

    private static LogBatch Golden => new(5, 3, [new SerializedEvent("node-1", 7, "node-purged/1", [1, 2, 3]), new SerializedEvent("eval-1", 1, "plan-committed/1", [4], 3)]);

    private static void AssertSame(LogBatch expected, LogBatch actual)
    {
        Assert.Equal((expected.FirstIndex, expected.Term, expected.Events.Count), (actual.FirstIndex, actual.Term, actual.Events.Count));
        foreach (var (e, a) in expected.Events.Zip(actual.Events))
        {
            Assert.Equal((e.PersistenceId, e.SequenceNr, e.Manifest, e.Term), (a.PersistenceId, a.SequenceNr, a.Manifest, a.Term));
            Assert.Equal(e.Payload, a.Payload);
        }
    }
}
