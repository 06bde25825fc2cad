using Actors.Contracts.Collections;
using Actors.Contracts.Nodes;

namespace Actors.Api.Hosting;

/// <summary>How an agent serves the HTTP API.</summary>
public sealed record ApiOptions
{
    /// <summary>The agent's name.</summary>
    public required string Name { get; init; }

    /// <summary>The agent's region.</summary>
    public string Region { get; init; } = "global";

    /// <summary>The agent's datacenter.</summary>
    public string Datacenter { get; init; } = "dc1";

    /// <summary>The agent's version, such as <c>0.1.0</c>.</summary>
    public string Version { get; init; } = "0.1.0";

    /// <summary>The revision it was built from, or "".</summary>
    public string Revision { get; init; } = "";

    /// <summary>Where this agent's HTTP API is reached, <c>host:port</c>.</summary>
    public string HttpAddress { get; init; } = "127.0.0.1:4646";

    /// <summary>Its data folder, "" when it keeps none.</summary>
    public string DataDir { get; init; } = "";

    /// <summary>It is a server of the region: the API answers from it. Otherwise every request is forwarded.</summary>
    public bool ServerEnabled { get; init; } = true;

    /// <summary>It runs allocations.</summary>
    public bool ClientEnabled { get; init; }

    /// <summary>The node that this agent's client half is, asked on each use; null as long as it isn't known, or without a client half.</summary>
    public Func<Guid?>? LocalNode { get; init; }

    /// <summary>How the client half is, asked on each use; null without one.</summary>
    public Func<ComponentHealth>? ClientHealth { get; init; }

    /// <summary>The servers that an agent without a server half forwards to, best first, asked on each use.</summary>
    public Func<IReadOnlyList<Uri>>? ForwardTo { get; init; }

    /// <summary>The servers are spoken to with HTTP/2 without TLS (their RPC port), not with HTTP/1.1.</summary>
    public bool ForwardWithHttp2 { get; init; }

    /// <summary>
    /// What a driver would refuse, or take with a warning, of a task's <c>config</c>: by the driver's name, and by what a node
    /// told of it when it is a plugin there (<see cref="DriverInfo.TaskSchema"/>). Null: nothing is known of drivers.
    /// </summary>
    public Func<string, string?, EquatableMap<ConfigValue>, IReadOnlyList<DriverConfigFinding>>? DriverConfig { get; init; }

    /// <summary>How long a request that changes something may take before it is answered with 504.</summary>
    public TimeSpan WriteTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a read that doesn't wait for a change may take before it is answered with 504.</summary>
    public TimeSpan ReadTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a stream without data sends a sign of life.</summary>
    public TimeSpan StreamHeartbeat { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The caller of a command inside a task is gone when nothing is heard of it for so long; Nomad's tools send a sign of life every 10 s.</summary>
    public TimeSpan ExecSilence { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The largest job that may be registered, planned, validated or parsed, in bytes.</summary>
    public int MaxJobBytes { get; init; } = 10 * 1024 * 1024;

    /// <summary>The largest body of any other request, in bytes.</summary>
    public int MaxBodyBytes { get; init; } = 1024 * 1024;
}

/// <summary>Something in a task's <c>config</c> that its driver would refuse, or take with a warning.</summary>
/// <param name="Place">Where, from <c>config</c> on: <c>config.port_map.db</c>.</param>
/// <param name="Message">What was found, and what was expected.</param>
/// <param name="IsWarning">It works all the same.</param>
public sealed record DriverConfigFinding(string Place, string Message, bool IsWarning);

/// <summary>Whether a half of the agent works.</summary>
/// <param name="Ok">It does.</param>
/// <param name="Message">Why not; <c>ok</c> otherwise.</param>
public sealed record ComponentHealth(bool Ok, string Message);
