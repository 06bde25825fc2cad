using System.Text.Json.Serialization;
using Actors.Contracts.Collections;

namespace Actors.Contracts.Jobs;

/// <summary>A service that a group or task offers, registered for discovery.</summary>
public sealed record Service
{
    /// <summary>Name for discovery; default "job-group" or "job-group-task".</summary>
    [JsonConverter(typeof(TextConverter))]
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>Tags.</summary>
    public EquatableList<string> Tags { get; init => field = value ?? []; } = [];

    /// <summary>Tags while the allocation is a canary.</summary>
    public EquatableList<string> CanaryTags { get; init => field = value ?? []; } = [];

    /// <summary>Whether others may change the tags in Consul.</summary>
    [JsonConverter(typeof(FlagConverter))]
    public bool EnableTagOverride { get; init; }

    /// <summary>Label of the port, or a number.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string PortLabel { get; init => field = value ?? ""; } = "";

    /// <summary>"auto", "host", "driver", "alloc" or "alloc_ipv6"; default "auto".</summary>
    [JsonConverter(typeof(TextConverter))]
    public string AddressMode { get; init => field = value ?? ""; } = "";

    /// <summary>Address to advertise instead.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string Address { get; init => field = value ?? ""; } = "";

    /// <summary>Health checks.</summary>
    public EquatableList<ServiceCheck> Checks { get; init => field = value ?? []; } = [];

    /// <summary>When failing checks restart the task; merged into each check.</summary>
    public CheckRestart? CheckRestart { get; init; }

    /// <summary>Consul service mesh.</summary>
    public ConsulConnect? Connect { get; init; }

    /// <summary>Metadata.</summary>
    public EquatableMap<string> Meta { get; init => field = value ?? EquatableMap<string>.Empty; } = EquatableMap<string>.Empty;

    /// <summary>Metadata while the allocation is a canary.</summary>
    public EquatableMap<string> CanaryMeta { get; init => field = value ?? EquatableMap<string>.Empty; } = EquatableMap<string>.Empty;

    /// <summary>Further addresses by tag.</summary>
    public EquatableMap<string> TaggedAddresses { get; init => field = value ?? EquatableMap<string>.Empty; } = EquatableMap<string>.Empty;

    /// <summary>Task that a group's service belongs to.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string TaskName { get; init => field = value ?? ""; } = "";

    /// <summary>"require_healthy", "ignore_warnings" or "ignore"; default "require_healthy".</summary>
    [JsonConverter(typeof(TextConverter))]
    public string OnUpdate { get; init => field = value ?? ""; } = "";

    /// <summary>Identity for Consul.</summary>
    public WorkloadIdentity? Identity { get; init; }

    /// <summary>Weights in DNS answers.</summary>
    public ServiceWeights? Weights { get; init; }

    /// <summary>"consul" or "nomad"; default "consul".</summary>
    [JsonConverter(typeof(TextConverter))]
    public string Provider { get; init => field = value ?? ""; } = "";

    /// <summary>Which Consul; default "default".</summary>
    [JsonConverter(typeof(TextConverter))]
    public string Cluster { get; init => field = value ?? ""; } = "";

    /// <summary>Consul's kind of service.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string Kind { get; init => field = value ?? ""; } = "";
}

/// <summary>Weights of a service in DNS answers.</summary>
public sealed record ServiceWeights
{
    /// <summary>While checks pass.</summary>
    [JsonConverter(typeof(IntegerConverter))]
    public int Passing { get; init; }

    /// <summary>While checks warn.</summary>
    [JsonConverter(typeof(IntegerConverter))]
    public int Warning { get; init; }
}

/// <summary>A health check of a service.</summary>
public sealed record ServiceCheck
{
    /// <summary>Name; default made of the service's.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>"http", "tcp", "script" or "grpc".</summary>
    [JsonConverter(typeof(TextConverter))]
    public string Type { get; init => field = value ?? ""; } = "";

    /// <summary>Executable of a script check.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string Command { get; init => field = value ?? ""; } = "";

    /// <summary>Its arguments.</summary>
    public EquatableList<string> Args { get; init => field = value ?? []; } = [];

    /// <summary>Path of an http check.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string Path { get; init => field = value ?? ""; } = "";

    /// <summary>"http" or "https".</summary>
    [JsonConverter(typeof(TextConverter))]
    public string Protocol { get; init => field = value ?? ""; } = "";

    /// <summary>Label of the port, or a number; default the service's.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string PortLabel { get; init => field = value ?? ""; } = "";

    /// <summary>Whether the mesh proxy exposes the path.</summary>
    [JsonConverter(typeof(FlagConverter))]
    public bool Expose { get; init; }

    /// <summary>"host", "driver" or "alloc".</summary>
    [JsonConverter(typeof(TextConverter))]
    public string AddressMode { get; init => field = value ?? ""; } = "";

    /// <summary>Address to advertise.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string Advertise { get; init => field = value ?? ""; } = "";

    /// <summary>Time between checks, at least 1 s.</summary>
    [JsonConverter(typeof(GoDurationConverter))]
    public TimeSpan Interval { get; init; }

    /// <summary>How long a check may take, at least 1 s.</summary>
    [JsonConverter(typeof(GoDurationConverter))]
    public TimeSpan Timeout { get; init; }

    /// <summary>"", "passing", "warning" or "critical".</summary>
    [JsonConverter(typeof(TextConverter))]
    public string InitialStatus { get; init => field = value ?? ""; } = "";

    /// <summary>Free text, at most 255 characters.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string Notes { get; init => field = value ?? ""; } = "";

    /// <summary>Name to verify a certificate against.</summary>
    [JsonPropertyName("TLSServerName"), JsonConverter(typeof(TextConverter))]
    public string TlsServerName { get; init => field = value ?? ""; } = "";

    /// <summary>Whether certificates go unchecked.</summary>
    [JsonPropertyName("TLSSkipVerify"), JsonConverter(typeof(FlagConverter))]
    public bool TlsSkipVerify { get; init; }

    /// <summary>HTTP headers.</summary>
    public EquatableMap<EquatableList<string>> Header { get; init => field = value ?? EquatableMap<EquatableList<string>>.Empty; } = EquatableMap<EquatableList<string>>.Empty;

    /// <summary>HTTP method; "" is GET.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string Method { get; init => field = value ?? ""; } = "";

    /// <summary>When failures restart the task.</summary>
    public CheckRestart? CheckRestart { get; init; }

    /// <summary>gRPC service to ask about.</summary>
    [JsonPropertyName("GRPCService"), JsonConverter(typeof(TextConverter))]
    public string GrpcService { get; init => field = value ?? ""; } = "";

    /// <summary>Whether gRPC goes over TLS.</summary>
    [JsonPropertyName("GRPCUseTLS"), JsonConverter(typeof(FlagConverter))]
    public bool GrpcUseTls { get; init; }

    /// <summary>Task in which a script check runs.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string TaskName { get; init => field = value ?? ""; } = "";

    /// <summary>Successes before it passes.</summary>
    [JsonConverter(typeof(IntegerConverter))]
    public int SuccessBeforePassing { get; init; }

    /// <summary>Failures before it is critical.</summary>
    [JsonConverter(typeof(IntegerConverter))]
    public int FailuresBeforeCritical { get; init; }

    /// <summary>Failures before it warns.</summary>
    [JsonConverter(typeof(IntegerConverter))]
    public int FailuresBeforeWarning { get; init; }

    /// <summary>HTTP body.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string Body { get; init => field = value ?? ""; } = "";

    /// <summary>"require_healthy", "ignore_warnings" or "ignore"; default the service's.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string OnUpdate { get; init => field = value ?? ""; } = "";
}

/// <summary>When failing checks restart a task.</summary>
public sealed record CheckRestart
{
    /// <summary>Failures in a row; 0 is never.</summary>
    [JsonConverter(typeof(IntegerConverter))]
    public int Limit { get; init; }

    /// <summary>Time after a start in which failures don't count; default 1 s.</summary>
    [JsonConverter(typeof(GoDurationConverter))]
    public TimeSpan? Grace { get; init; }

    /// <summary>Whether warnings are no failures.</summary>
    [JsonConverter(typeof(FlagConverter))]
    public bool IgnoreWarnings { get; init; }
}
