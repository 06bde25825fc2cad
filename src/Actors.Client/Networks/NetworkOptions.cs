namespace Actors.Client.Networks;

/// <summary>How groups' networks are made on this machine.</summary>
public sealed record NetworkOptions
{
    /// <summary>Folders of CNI plugins, separated by ':'.</summary>
    public string CniPath { get; init; } = "/opt/cni/bin:/usr/lib/cni";

    /// <summary>The folder of the configurations that jobs ask for with <c>mode = "cni/name"</c>.</summary>
    public string CniConfigDir { get; init; } = "/opt/cni/config";

    /// <summary>The bridge that groups in mode <c>bridge</c> are connected to; made when it is not there.</summary>
    public string BridgeName { get; init; } = "nomad";

    /// <summary>The addresses of that bridge and of what is connected to it.</summary>
    public string BridgeSubnet { get; init; } = "172.26.64.0/20";

    /// <summary>Whether what is connected to the bridge can reach itself by a mapped port of the host.</summary>
    public bool BridgeHairpin { get; init; }
}
