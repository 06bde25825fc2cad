using Actors.Contracts.Nodes;

namespace Actors.Client.Fingerprints;

/// <summary>What the machine is and has.</summary>
/// <param name="Attributes">By Nomad's names.</param>
/// <param name="CpuMhz">Cores × frequency.</param>
/// <param name="Cores">Logical cores.</param>
/// <param name="MemoryMb">In MiB.</param>
/// <param name="DiskMb">Free where allocations lie, in MiB.</param>
/// <param name="Networks">The first is the default.</param>
internal sealed record HostFacts(
    IReadOnlyDictionary<string, string> Attributes, int CpuMhz, int Cores, int MemoryMb, int DiskMb, IReadOnlyList<NodeNetwork> Networks);
