using Actors.Client.Allocations;
using Actors.Client.Hosting;
using Actors.Client.Networks;
using Actors.Client.State;
using Actors.Client.Volumes;
using Actors.Drivers;

namespace Actors.Client;

/// <summary>What the client's actors share.</summary>
internal sealed record ClientContext
{
    /// <summary>How the client is set up.</summary>
    public required ClientOptions Options { get; init; }

    /// <summary>The drivers, by name.</summary>
    public required IReadOnlyDictionary<string, ITaskDriver> Drivers { get; init; }

    /// <summary>What is remembered on disk.</summary>
    public required ClientStore Store { get; init; }

    /// <summary>The allocations' directories.</summary>
    public required AllocationDirectory Directories { get; init; }

    /// <summary>The logs of allocations that are gone.</summary>
    public required KeptLogs KeptLogs { get; init; }

    /// <summary>The allocations, for questions from outside.</summary>
    public required AllocationRegistry Registry { get; init; }

    /// <summary>The allocations' networks.</summary>
    public required NetworkManager Networks { get; init; }

    /// <summary>The node's host volumes.</summary>
    public required NodeVolumes Volumes { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>The agent's own environment.</summary>
    public required IReadOnlyDictionary<string, string> HostEnvironment { get; init; }
}
