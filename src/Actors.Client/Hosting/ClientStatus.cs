using Actors.Contracts;
using Actors.Contracts.Nodes;

namespace Actors.Client.Hosting;

/// <summary>What this client is, for the agent that hosts it: a singleton, safe to read from any thread.</summary>
public sealed class ClientStatus
{
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Node? _node;
    private volatile string _server = "";
    private volatile IReadOnlyList<string> _servers = [];

    /// <summary>This node's identity; null before the client has started.</summary>
    public NodeId? NodeId { get; internal set; }

    /// <summary>The node as it last registered; null before it was fingerprinted.</summary>
    public Node? Node
    {
        get => _node;
        internal set => _node = value;
    }

    /// <summary>The name of the server that the client is connected to; "" when there is none.</summary>
    public string ConnectedServer
    {
        get => _server;
        internal set => _server = value;
    }

    /// <summary>The link addresses of all servers that it knows, <c>host:port</c>.</summary>
    public IReadOnlyList<string> Servers
    {
        get => _servers;
        internal set => _servers = value;
    }

    /// <summary>The last time that the servers answered; null before the first.</summary>
    public DateTimeOffset? LastHeartbeat { get; internal set; }

    /// <summary>How many allocations are on this machine, ended ones included.</summary>
    public int Allocations { get; internal set; }

    /// <summary>Completes when the node is registered for the first time since the agent started; fails when the client can't start.</summary>
    public Task Ready => _ready.Task;

    /// <summary>Whether the client is connected to a server now.</summary>
    public bool IsConnected => _server.Length > 0;

    internal void BecameReady() => _ready.TrySetResult();

    internal void Failed(Exception cause) => _ready.TrySetException(cause);
}
