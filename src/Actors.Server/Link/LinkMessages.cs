using Actors.Contracts;
using Actors.Server.Hosting;

namespace Actors.Server.Link;

/// <summary>Does this server hold a stream of the client? Answered with <see cref="SessionHeld"/> by the session itself, else with <see cref="SessionUnknown"/>.</summary>
internal sealed record LocateSession(NodeId NodeId) : IServerMessage;

/// <summary>The sender of this is the session that holds the client's stream.</summary>
/// <param name="NodeId">The client.</param>
/// <param name="RegisteredAt">The index of the registration that opened it: of two sessions, the later one is right.</param>
internal sealed record SessionHeld(NodeId NodeId, ulong RegisteredAt) : IServerMessage;

/// <summary>No stream of that client here.</summary>
internal sealed record SessionUnknown(NodeId NodeId) : IServerMessage;

/// <summary>Told to the other servers: an older session of the same client ends.</summary>
/// <param name="NodeId">The client.</param>
/// <param name="RegisteredAt">The index of the registration that opened it.</param>
internal sealed record SessionOpened(NodeId NodeId, ulong RegisteredAt) : IServerMessage;

/// <summary>Ask the client. The sender gets <see cref="CallData"/> and, last, <see cref="CallEnd"/>; it is watched: when it ends, so does the request.</summary>
/// <param name="CallId">Unique; also the stream's id on the client link.</param>
/// <param name="NodeId">The client.</param>
/// <param name="Method">As in the client link.</param>
/// <param name="Arguments">A JSON object.</param>
/// <param name="Deadline">The request ends then at the latest.</param>
internal sealed record OpenCall(string CallId, NodeId NodeId, string Method, byte[] Arguments, DateTimeOffset Deadline) : IServerMessage;

/// <summary>A piece of the answer, 64 KiB at most.</summary>
internal sealed record CallData(string CallId, byte[] Data) : IServerMessage;

/// <summary>The caller took so many bytes more: as many more may be sent to it.</summary>
internal sealed record CallCredit(string CallId, long Bytes) : IServerMessage;

/// <summary>Nothing more comes from the one who sends it.</summary>
/// <param name="CallId">The request.</param>
/// <param name="Status">HTTP's code; from the caller: 200 when it has sent all, <see cref="CallerGone"/> when it no longer wants the answer.</param>
/// <param name="Error">What went wrong, or "".</param>
internal sealed record CallEnd(string CallId, int Status, string Error) : IServerMessage
{
    /// <summary>The status of a caller that left (as web servers log it).</summary>
    public const int CallerGone = 499;
}

/// <summary>Something the caller sends into the request, 64 KiB at most; answered with <see cref="CallInputTaken"/> once it is on the client's stream.</summary>
internal sealed record CallInput(string CallId, byte[] Data) : IServerMessage;

/// <summary>The last <see cref="CallInput"/> is on the client's stream: the next may come.</summary>
internal sealed record CallInputTaken(string CallId) : IServerMessage;
