using System.Text.Json.Serialization;
using Actors.Contracts.Collections;

namespace Actors.Contracts.Jobs;

/// <summary>A service's part in Consul's service mesh; exactly one of native, sidecar and gateway.</summary>
public sealed record ConsulConnect
{
    /// <summary>Whether the task speaks mesh TLS itself.</summary>
    [JsonConverter(typeof(FlagConverter))]
    public bool Native { get; init; }

    /// <summary>Makes the service a gateway.</summary>
    public ConsulGateway? Gateway { get; init; }

    /// <summary>The proxy's registration.</summary>
    public ConsulSidecarService? SidecarService { get; init; }

    /// <summary>How the proxy's task differs from the default.</summary>
    public SidecarTask? SidecarTask { get; init; }
}

/// <summary>Registration of a mesh proxy.</summary>
public sealed record ConsulSidecarService
{
    /// <summary>Tags.</summary>
    public EquatableList<string> Tags { get; init => field = value ?? []; } = [];

    /// <summary>Port label.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string Port { get; init => field = value ?? ""; } = "";

    /// <summary>The proxy's configuration.</summary>
    public ConsulProxy? Proxy { get; init; }

    /// <summary>Whether the default TCP check is left out.</summary>
    [JsonPropertyName("DisableDefaultTCPCheck"), JsonConverter(typeof(FlagConverter))]
    public bool DisableDefaultTcpCheck { get; init; }

    /// <summary>Metadata.</summary>
    public EquatableMap<string> Meta { get; init => field = value ?? EquatableMap<string>.Empty; } = EquatableMap<string>.Empty;
}

/// <summary>How a mesh proxy's task differs from the default.</summary>
public sealed record SidecarTask
{
    /// <summary>Name.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>Driver.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string Driver { get; init => field = value ?? ""; } = "";

    /// <summary>User.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string User { get; init => field = value ?? ""; } = "";

    /// <summary>The driver's configuration.</summary>
    public EquatableMap<ConfigValue> Config { get; init => field = value ?? EquatableMap<ConfigValue>.Empty; } = EquatableMap<ConfigValue>.Empty;

    /// <summary>Environment variables.</summary>
    public EquatableMap<string> Env { get; init => field = value ?? EquatableMap<string>.Empty; } = EquatableMap<string>.Empty;

    /// <summary>Resources.</summary>
    public Resources? Resources { get; init; }

    /// <summary>Metadata.</summary>
    public EquatableMap<string> Meta { get; init => field = value ?? EquatableMap<string>.Empty; } = EquatableMap<string>.Empty;

    /// <summary>Time between signal and kill.</summary>
    [JsonConverter(typeof(GoDurationConverter))]
    public TimeSpan? KillTimeout { get; init; }

    /// <summary>How much log is kept.</summary>
    public LogConfig? LogConfig { get; init; }

    /// <summary>Time between deregistering and stopping.</summary>
    [JsonConverter(typeof(GoDurationConverter))]
    public TimeSpan? ShutdownDelay { get; init; }

    /// <summary>Signal to stop.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string KillSignal { get; init => field = value ?? ""; } = "";

    /// <summary>Volumes.</summary>
    public EquatableList<VolumeMount> VolumeMounts { get; init => field = value ?? []; } = [];

    /// <summary>Identities.</summary>
    public EquatableList<WorkloadIdentity> Identities { get; init => field = value ?? []; } = [];
}

/// <summary>A mesh proxy's configuration.</summary>
public sealed record ConsulProxy
{
    /// <summary>Address of the service.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string LocalServiceAddress { get; init => field = value ?? ""; } = "";

    /// <summary>Port of the service.</summary>
    [JsonConverter(typeof(IntegerConverter))]
    public int LocalServicePort { get; init; }

    /// <summary>Paths reachable without mesh TLS.</summary>
    public ConsulExposeConfig? Expose { get; init; }

    /// <summary>Services reached through the proxy.</summary>
    public EquatableList<ConsulUpstream> Upstreams { get; init => field = value ?? []; } = [];

    /// <summary>Redirects all traffic through the proxy.</summary>
    public ConsulTransparentProxy? TransparentProxy { get; init; }

    /// <summary>Passed to the proxy as it is.</summary>
    public EquatableMap<ConfigValue> Config { get; init => field = value ?? EquatableMap<ConfigValue>.Empty; } = EquatableMap<ConfigValue>.Empty;
}

/// <summary>Paths reachable without mesh TLS.</summary>
public sealed record ConsulExposeConfig
{
    /// <summary>The paths.</summary>
    public EquatableList<ConsulExposePath> Paths { get; init => field = value ?? []; } = [];
}

/// <summary>A path reachable without mesh TLS.</summary>
public sealed record ConsulExposePath
{
    /// <summary>The path.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string Path { get; init => field = value ?? ""; } = "";

    /// <summary>"http" or "http2".</summary>
    [JsonConverter(typeof(TextConverter))]
    public string Protocol { get; init => field = value ?? ""; } = "";

    /// <summary>Port of the service.</summary>
    [JsonConverter(typeof(IntegerConverter))]
    public int LocalPathPort { get; init; }

    /// <summary>Port label of the listener.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string ListenerPort { get; init => field = value ?? ""; } = "";
}

/// <summary>A service reached through the mesh proxy.</summary>
public sealed record ConsulUpstream
{
    /// <summary>Its name.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string DestinationName { get; init => field = value ?? ""; } = "";

    /// <summary>Its Consul namespace.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string DestinationNamespace { get; init => field = value ?? ""; } = "";

    /// <summary>Its peer.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string DestinationPeer { get; init => field = value ?? ""; } = "";

    /// <summary>Its partition.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string DestinationPartition { get; init => field = value ?? ""; } = "";

    /// <summary>"service" or "prepared_query".</summary>
    [JsonConverter(typeof(TextConverter))]
    public string DestinationType { get; init => field = value ?? ""; } = "";

    /// <summary>Local port it is reached at.</summary>
    [JsonConverter(typeof(IntegerConverter))]
    public int LocalBindPort { get; init; }

    /// <summary>Its datacenter.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string Datacenter { get; init => field = value ?? ""; } = "";

    /// <summary>Local address it is reached at.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string LocalBindAddress { get; init => field = value ?? ""; } = "";

    /// <summary>Unix socket it is reached at.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string LocalBindSocketPath { get; init => field = value ?? ""; } = "";

    /// <summary>Mode of that socket.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string LocalBindSocketMode { get; init => field = value ?? ""; } = "";

    /// <summary>How gateways are used.</summary>
    public ConsulMeshGateway? MeshGateway { get; init; }

    /// <summary>Passed to the proxy as it is.</summary>
    public EquatableMap<ConfigValue> Config { get; init => field = value ?? EquatableMap<ConfigValue>.Empty; } = EquatableMap<ConfigValue>.Empty;
}

/// <summary>How mesh gateways are used.</summary>
public sealed record ConsulMeshGateway
{
    /// <summary>"none", "local" or "remote".</summary>
    [JsonConverter(typeof(TextConverter))]
    public string Mode { get; init => field = value ?? ""; } = "";
}

/// <summary>Redirects all traffic through the proxy.</summary>
public sealed record ConsulTransparentProxy
{
    /// <summary>User id of the proxy.</summary>
    [JsonPropertyName("UID"), JsonConverter(typeof(TextConverter))]
    public string Uid { get; init => field = value ?? ""; } = "";

    /// <summary>Port of outbound traffic.</summary>
    [JsonConverter(typeof(IntegerConverter))]
    public int OutboundPort { get; init; }

    /// <summary>Inbound ports left alone.</summary>
    public EquatableList<string> ExcludeInboundPorts { get; init => field = value ?? []; } = [];

    /// <summary>Outbound ports left alone.</summary>
    public EquatableList<int> ExcludeOutboundPorts { get; init => field = value ?? []; } = [];

    /// <summary>Outbound address blocks left alone.</summary>
    [JsonPropertyName("ExcludeOutboundCIDRs")]
    public EquatableList<string> ExcludeOutboundCidrs { get; init => field = value ?? []; } = [];

    /// <summary>User ids left alone.</summary>
    [JsonPropertyName("ExcludeUIDs")]
    public EquatableList<string> ExcludeUids { get; init => field = value ?? []; } = [];

    /// <summary>Whether names are not redirected to Consul.</summary>
    [JsonPropertyName("NoDNS"), JsonConverter(typeof(FlagConverter))]
    public bool NoDns { get; init; }
}

/// <summary>A mesh gateway; exactly one of ingress, terminating and mesh.</summary>
public sealed record ConsulGateway
{
    /// <summary>The gateway's proxy.</summary>
    public ConsulGatewayProxy? Proxy { get; init; }

    /// <summary>Traffic into the mesh.</summary>
    public ConsulIngressConfigEntry? Ingress { get; init; }

    /// <summary>Traffic out of the mesh.</summary>
    public ConsulTerminatingConfigEntry? Terminating { get; init; }

    /// <summary>Traffic between meshes.</summary>
    public ConsulMeshConfigEntry? Mesh { get; init; }
}

/// <summary>The proxy of a gateway.</summary>
public sealed record ConsulGatewayProxy
{
    /// <summary>How long connecting may take; default 5 s.</summary>
    [JsonConverter(typeof(GoDurationConverter))]
    public TimeSpan? ConnectTimeout { get; init; }

    /// <summary>Whether it binds the tagged addresses.</summary>
    [JsonConverter(typeof(FlagConverter))]
    public bool EnvoyGatewayBindTaggedAddresses { get; init; }

    /// <summary>Addresses it binds, by name.</summary>
    public EquatableMap<ConsulGatewayBindAddress> EnvoyGatewayBindAddresses { get; init => field = value ?? EquatableMap<ConsulGatewayBindAddress>.Empty; } = EquatableMap<ConsulGatewayBindAddress>.Empty;

    /// <summary>Whether it binds no default address.</summary>
    [JsonConverter(typeof(FlagConverter))]
    public bool EnvoyGatewayNoDefaultBind { get; init; }

    /// <summary>"LOGICAL_DNS" or "STRICT_DNS".</summary>
    [JsonPropertyName("EnvoyDNSDiscoveryType"), JsonConverter(typeof(TextConverter))]
    public string EnvoyDnsDiscoveryType { get; init => field = value ?? ""; } = "";

    /// <summary>Passed to the proxy as it is.</summary>
    public EquatableMap<ConfigValue> Config { get; init => field = value ?? EquatableMap<ConfigValue>.Empty; } = EquatableMap<ConfigValue>.Empty;
}

/// <summary>An address that a gateway binds.</summary>
public sealed record ConsulGatewayBindAddress
{
    /// <summary>Its name.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>The address.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string Address { get; init => field = value ?? ""; } = "";

    /// <summary>The port.</summary>
    [JsonConverter(typeof(IntegerConverter))]
    public int Port { get; init; }
}

/// <summary>TLS of a gateway.</summary>
public sealed record ConsulGatewayTlsConfig
{
    /// <summary>Whether TLS is on.</summary>
    [JsonConverter(typeof(FlagConverter))]
    public bool Enabled { get; init; }

    /// <summary>Oldest version.</summary>
    [JsonPropertyName("TLSMinVersion"), JsonConverter(typeof(TextConverter))]
    public string TlsMinVersion { get; init => field = value ?? ""; } = "";

    /// <summary>Newest version.</summary>
    [JsonPropertyName("TLSMaxVersion"), JsonConverter(typeof(TextConverter))]
    public string TlsMaxVersion { get; init => field = value ?? ""; } = "";

    /// <summary>Cipher suites.</summary>
    public EquatableList<string> CipherSuites { get; init => field = value ?? []; } = [];

    /// <summary>Certificates from a secret service.</summary>
    [JsonPropertyName("SDS")]
    public ConsulGatewayTlsSdsConfig? Sds { get; init; }
}

/// <summary>Certificates from a secret service.</summary>
public sealed record ConsulGatewayTlsSdsConfig
{
    /// <summary>The service.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string ClusterName { get; init => field = value ?? ""; } = "";

    /// <summary>The certificate.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string CertResource { get; init => field = value ?? ""; } = "";
}

/// <summary>Changes of HTTP headers.</summary>
public sealed record ConsulHttpHeaderModifiers
{
    /// <summary>Added.</summary>
    public EquatableMap<string> Add { get; init => field = value ?? EquatableMap<string>.Empty; } = EquatableMap<string>.Empty;

    /// <summary>Set.</summary>
    public EquatableMap<string> Set { get; init => field = value ?? EquatableMap<string>.Empty; } = EquatableMap<string>.Empty;

    /// <summary>Removed.</summary>
    public EquatableList<string> Remove { get; init => field = value ?? []; } = [];
}

/// <summary>Traffic into the mesh.</summary>
public sealed record ConsulIngressConfigEntry
{
    /// <summary>TLS of all listeners.</summary>
    [JsonPropertyName("TLS")]
    public ConsulGatewayTlsConfig? Tls { get; init; }

    /// <summary>The listeners.</summary>
    public EquatableList<ConsulIngressListener> Listeners { get; init => field = value ?? []; } = [];
}

/// <summary>A listener of an ingress gateway.</summary>
public sealed record ConsulIngressListener
{
    /// <summary>The port.</summary>
    [JsonConverter(typeof(IntegerConverter))]
    public int Port { get; init; }

    /// <summary>"tcp", "http", "http2" or "grpc".</summary>
    [JsonConverter(typeof(TextConverter))]
    public string Protocol { get; init => field = value ?? ""; } = "";

    /// <summary>The services behind it.</summary>
    public EquatableList<ConsulIngressService> Services { get; init => field = value ?? []; } = [];
}

/// <summary>A service behind an ingress listener.</summary>
public sealed record ConsulIngressService
{
    /// <summary>Its name, or "*".</summary>
    [JsonConverter(typeof(TextConverter))]
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>Host names that select it.</summary>
    public EquatableList<string> Hosts { get; init => field = value ?? []; } = [];

    /// <summary>TLS of this service.</summary>
    [JsonPropertyName("TLS")]
    public ConsulGatewayTlsConfig? Tls { get; init; }

    /// <summary>Changes of request headers.</summary>
    public ConsulHttpHeaderModifiers? RequestHeaders { get; init; }

    /// <summary>Changes of response headers.</summary>
    public ConsulHttpHeaderModifiers? ResponseHeaders { get; init; }

    /// <summary>Most connections.</summary>
    public uint? MaxConnections { get; init; }

    /// <summary>Most waiting requests.</summary>
    public uint? MaxPendingRequests { get; init; }

    /// <summary>Most requests at once.</summary>
    public uint? MaxConcurrentRequests { get; init; }
}

/// <summary>Traffic out of the mesh.</summary>
public sealed record ConsulTerminatingConfigEntry
{
    /// <summary>The services outside.</summary>
    public EquatableList<ConsulLinkedService> Services { get; init => field = value ?? []; } = [];
}

/// <summary>A service outside the mesh.</summary>
public sealed record ConsulLinkedService
{
    /// <summary>Its name.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>Certificate authority.</summary>
    [JsonPropertyName("CAFile"), JsonConverter(typeof(TextConverter))]
    public string CaFile { get; init => field = value ?? ""; } = "";

    /// <summary>Certificate.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string CertFile { get; init => field = value ?? ""; } = "";

    /// <summary>Key.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string KeyFile { get; init => field = value ?? ""; } = "";

    /// <summary>Server name sent.</summary>
    [JsonPropertyName("SNI"), JsonConverter(typeof(TextConverter))]
    public string Sni { get; init => field = value ?? ""; } = "";
}

/// <summary>Traffic between meshes; it has nothing to configure.</summary>
public sealed record ConsulMeshConfigEntry;
