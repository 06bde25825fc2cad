using System.Collections.Concurrent;
using Actors.Contracts.Link;
using Google.Protobuf;

namespace Actors.Client.Streams;

/// <summary>A question can't be answered: ends its stream with a status of HTTP.</summary>
/// <param name="status">Such as 404.</param>
/// <param name="message">Why, for people.</param>
internal sealed class StreamException(int status, string message) : Exception(message)
{
    /// <summary>HTTP's status.</summary>
    public int Status { get; } = status;
}

/// <summary>Takes the bytes of an answer; waits while the caller is slow.</summary>
/// <param name="data">The bytes.</param>
/// <param name="cancellationToken">The caller is gone.</param>
internal delegate Task AnswerWriter(ReadOnlyMemory<byte> data, CancellationToken cancellationToken);

/// <summary>The questions under way over one connection. An answer may be 256 KiB ahead of its caller (see the link's <c>StreamCredit</c>).</summary>
internal sealed class StreamHub : IDisposable
{
    private const int Window = 256 * 1024;
    private const int MaxPiece = 64 * 1024;
    private const int MaxStreams = 256;
    private const int CallerGone = 499;

    private readonly StreamService _service;
    private readonly Action<ClientFrame> _send;
    private readonly CancellationTokenSource _end;
    private readonly ConcurrentDictionary<string, Answering> _streams = new(StringComparer.Ordinal);

    /// <summary>Begins with no questions.</summary>
    /// <param name="service">Knows the answers.</param>
    /// <param name="send">Sends a frame.</param>
    /// <param name="connectionEnded">The connection is gone: so are the callers.</param>
    public StreamHub(StreamService service, Action<ClientFrame> send, CancellationToken connectionEnded)
    {
        (_service, _send) = (service, send);
        _end = CancellationTokenSource.CreateLinkedTokenSource(connectionEnded);
    }

    /// <summary>Takes a frame about a question. Never waits.</summary>
    public void Handle(ServerFrame frame)
    {
        switch (frame.BodyCase)
        {
            case ServerFrame.BodyOneofCase.StreamOpen when _streams.Count >= MaxStreams:
                End(frame.StreamOpen.StreamId, 429, $"the client answers {MaxStreams} questions at once already");
                break;
            case ServerFrame.BodyOneofCase.StreamOpen:
                Open(frame.StreamOpen);
                break;
            case ServerFrame.BodyOneofCase.StreamData when _streams.TryGetValue(frame.StreamData.StreamId, out var stream):
                if (!stream.Input.Take(frame.StreamData.Data.Memory) && _streams.TryRemove(frame.StreamData.StreamId, out _))
                {
                    stream.Cancel();
                    End(frame.StreamData.StreamId, 429, "more was sent into the request than the client gave credit for");
                }

                break;
            case ServerFrame.BodyOneofCase.StreamEnd when frame.StreamEnd.Status != CallerGone && _streams.TryGetValue(frame.StreamEnd.StreamId, out var stream):
                stream.Input.End();
                break;
            case ServerFrame.BodyOneofCase.StreamCredit when _streams.TryGetValue(frame.StreamCredit.StreamId, out var stream):
                stream.Grant(frame.StreamCredit.Bytes);
                break;
            case ServerFrame.BodyOneofCase.StreamEnd when frame.StreamEnd.Status == CallerGone && _streams.TryRemove(frame.StreamEnd.StreamId, out var gone):
                gone.Cancel();
                break;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _end.Cancel();

    private void Open(StreamOpen open)
    {
        var input = new AnswerInput(Window, bytes => _send(new ClientFrame { StreamCredit = new StreamCredit { StreamId = open.StreamId, Bytes = bytes } }));
        var stream = new Answering(CancellationTokenSource.CreateLinkedTokenSource(_end.Token), input);
        if (!_streams.TryAdd(open.StreamId, stream)) return;
        if (open.DeadlineUnixMs > 0)
        {
            var left = open.DeadlineUnixMs - _service.Now.ToUnixTimeMilliseconds();
            // A deadline is about the beginning of an answer's life, in the server's clock: never trust it for less than a moment.
            if (left < TimeSpan.FromDays(1).TotalMilliseconds) stream.CancelAfter(TimeSpan.FromMilliseconds(Math.Max(left, 1000)));
        }

        _ = Task.Run(async () =>
        {
            var (status, error) = await AnswerAsync(open, stream).ConfigureAwait(false);
            if (_streams.TryRemove(open.StreamId, out _)) End(open.StreamId, status, error);
            stream.Dispose();
        });
    }

    private async Task<(int Status, string Error)> AnswerAsync(StreamOpen open, Answering stream)
    {
        try
        {
            await _service.AnswerAsync(open.Method, open.ArgumentsJson.Memory, stream.Input, WriteAsync, stream.Ended).ConfigureAwait(false);
            return (200, "");
        }
        catch (StreamException e)
        {
            return (e.Status, e.Message);
        }
        catch (OperationCanceledException)
        {
            return (504, "the time for the answer is up");
        }
        catch (Exception e)
        {
            // Whatever went wrong with one question must not end the connection, and its caller wants to know.
            return (500, e.Message);
        }

        async Task WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
        {
            while (data.Length > 0)
            {
                var size = await stream.TakeAsync(Math.Min(data.Length, MaxPiece)).ConfigureAwait(false);
                _send(new ClientFrame { StreamData = new StreamData { StreamId = open.StreamId, Data = ByteString.CopyFrom(data.Span[..size]) } });
                data = data[size..];
            }
        }
    }

    private void End(string id, int status, string error) =>
        _send(new ClientFrame { StreamEnd = new StreamEnd { StreamId = id, Status = status, Error = error } });

    private sealed class Answering(CancellationTokenSource end, AnswerInput input) : IDisposable
    {
        private readonly Lock _gate = new();
        private long _credit = Window;
        private TaskCompletionSource? _waiting;
        private bool _disposed;

        public CancellationToken Ended { get; } = end.Token;

        public AnswerInput Input { get; } = input;

        public void Cancel()
        {
            lock (_gate)
            {
                if (!_disposed) end.Cancel();
            }
        }

        public void CancelAfter(TimeSpan time) => end.CancelAfter(time);

        public void Grant(long bytes)
        {
            lock (_gate)
            {
                _credit += bytes;
                _waiting?.TrySetResult();
                _waiting = null;
            }
        }

        /// <summary>Takes credit for up to so many bytes; waits while there is none.</summary>
        public async Task<int> TakeAsync(int wanted)
        {
            while (true)
            {
                Task granted;
                lock (_gate)
                {
                    if (_credit > 0)
                    {
                        var size = (int)Math.Min(wanted, _credit);
                        _credit -= size;
                        return size;
                    }

                    _waiting ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                    granted = _waiting.Task;
                }

                await granted.WaitAsync(Ended).ConfigureAwait(false);
            }
        }

        public void Dispose()
        {
            lock (_gate)
            {
                _disposed = true;
                end.Dispose();
            }
        }
    }
}
