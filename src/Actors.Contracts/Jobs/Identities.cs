using System.Text.Json.Serialization;
using Actors.Contracts.Collections;

namespace Actors.Contracts.Jobs;

/// <summary>A task's access to Vault.</summary>
public sealed record Vault
{
    /// <summary>Deprecated: policies of the token.</summary>
    public EquatableList<string> Policies { get; init => field = value ?? []; } = [];

    /// <summary>Role of the identity's login.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string Role { get; init => field = value ?? ""; } = "";

    /// <summary>Vault namespace.</summary>
    [JsonConverter(typeof(OptionalTextConverter))]
    public string Namespace { get; init => field = value ?? ""; } = "";

    /// <summary>Which Vault; default "default".</summary>
    [JsonConverter(typeof(TextConverter))]
    public string Cluster { get; init => field = value ?? ""; } = "";

    /// <summary>Whether VAULT_TOKEN is set; default true.</summary>
    public bool? Env { get; init; }

    /// <summary>Whether the token's file is withheld; default false.</summary>
    public bool? DisableFile { get; init; }

    /// <summary>What a new token does: "restart", "signal" or "noop"; default "restart".</summary>
    [JsonConverter(typeof(OptionalTextConverter))]
    public string ChangeMode { get; init => field = value ?? ""; } = "";

    /// <summary>Signal of change mode "signal"; default "SIGHUP".</summary>
    [JsonConverter(typeof(OptionalTextConverter))]
    public string ChangeSignal { get; init => field = value ?? ""; } = "";

    /// <summary>Whether the token is not renewed; default false.</summary>
    public bool? AllowTokenExpiration { get; init; }
}

/// <summary>Which Consul a group or task uses.</summary>
public sealed record Consul
{
    /// <summary>Consul namespace.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string Namespace { get; init => field = value ?? ""; } = "";

    /// <summary>Which Consul; default "default".</summary>
    [JsonConverter(typeof(TextConverter))]
    public string Cluster { get; init => field = value ?? ""; } = "";

    /// <summary>Consul admin partition.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string Partition { get; init => field = value ?? ""; } = "";
}

/// <summary>A secret fetched for a task.</summary>
public sealed record Secret
{
    /// <summary>Name to refer to it.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>"nomad", "vault" or a plugin.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string Provider { get; init => field = value ?? ""; } = "";

    /// <summary>Where the provider finds it.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string Path { get; init => field = value ?? ""; } = "";

    /// <summary>The provider's configuration.</summary>
    public EquatableMap<ConfigValue> Config { get; init => field = value ?? EquatableMap<ConfigValue>.Empty; } = EquatableMap<ConfigValue>.Empty;

    /// <summary>The provider's environment.</summary>
    public EquatableMap<string> Env { get; init => field = value ?? EquatableMap<string>.Empty; } = EquatableMap<string>.Empty;
}

/// <summary>A signed identity of a task or service.</summary>
public sealed record WorkloadIdentity
{
    /// <summary>Unique in the task; "default" for the one always made.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>Who should accept it.</summary>
    public EquatableList<string> Audience { get; init => field = value ?? []; } = [];

    /// <summary>What a new token does: "noop", "restart" or "signal".</summary>
    [JsonConverter(typeof(TextConverter))]
    public string ChangeMode { get; init => field = value ?? ""; } = "";

    /// <summary>Signal of change mode "signal".</summary>
    [JsonConverter(typeof(TextConverter))]
    public string ChangeSignal { get; init => field = value ?? ""; } = "";

    /// <summary>Whether an environment variable holds it.</summary>
    [JsonConverter(typeof(FlagConverter))]
    public bool Env { get; init; }

    /// <summary>Whether a file holds it.</summary>
    [JsonConverter(typeof(FlagConverter))]
    public bool File { get; init; }

    /// <summary>Path of that file.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string Filepath { get; init => field = value ?? ""; } = "";

    /// <summary>Service it belongs to; "" for the task.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string ServiceName { get; init => field = value ?? ""; } = "";

    /// <summary>How long it is valid; 0 is as long as the allocation.</summary>
    [JsonPropertyName("TTL"), JsonConverter(typeof(GoDurationConverter))]
    public TimeSpan Ttl { get; init; }

    /// <summary>Names of further claims.</summary>
    public EquatableList<string> ExtraClaims { get; init => field = value ?? []; } = [];
}
