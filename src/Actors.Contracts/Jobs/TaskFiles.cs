using System.Text.Json.Serialization;
using Actors.Contracts.Collections;

namespace Actors.Contracts.Jobs;

/// <summary>A file or archive fetched before a task starts.</summary>
public sealed record TaskArtifact
{
    /// <summary>Where it comes from.</summary>
    [JsonPropertyName("GetterSource"), JsonConverter(typeof(OptionalTextConverter))]
    public string Source { get; init => field = value ?? ""; } = "";

    /// <summary>Options of the getter, among them "checksum".</summary>
    [JsonPropertyName("GetterOptions")]
    public EquatableMap<string> Options { get; init => field = value ?? EquatableMap<string>.Empty; } = EquatableMap<string>.Empty;

    /// <summary>HTTP headers.</summary>
    [JsonPropertyName("GetterHeaders")]
    public EquatableMap<string> Headers { get; init => field = value ?? EquatableMap<string>.Empty; } = EquatableMap<string>.Empty;

    /// <summary>"any", "file" or "dir"; default "any".</summary>
    [JsonPropertyName("GetterMode"), JsonConverter(typeof(OptionalTextConverter))]
    public string Mode { get; init => field = value ?? ""; } = "";

    /// <summary>Whether certificates go unchecked; default false.</summary>
    [JsonPropertyName("GetterInsecure")]
    public bool? Insecure { get; init; }

    /// <summary>Path in the task's directory; default "local/".</summary>
    [JsonPropertyName("RelativeDest"), JsonConverter(typeof(OptionalTextConverter))]
    public string Destination { get; init => field = value ?? ""; } = "";

    /// <summary>Whether the files become the task user's.</summary>
    [JsonConverter(typeof(FlagConverter))]
    public bool Chown { get; init; }
}

/// <summary>A file rendered before a task starts and when its sources change.</summary>
public sealed record Template
{
    /// <summary>Path of the template's text; "" when <see cref="Data"/> is given.</summary>
    [JsonPropertyName("SourcePath"), JsonConverter(typeof(OptionalTextConverter))]
    public string Source { get; init => field = value ?? ""; } = "";

    /// <summary>Path of the result in the task's directory.</summary>
    [JsonPropertyName("DestPath"), JsonConverter(typeof(OptionalTextConverter))]
    public string Destination { get; init => field = value ?? ""; } = "";

    /// <summary>The template's text.</summary>
    [JsonPropertyName("EmbeddedTmpl"), JsonConverter(typeof(OptionalTextConverter))]
    public string Data { get; init => field = value ?? ""; } = "";

    /// <summary>What a change does: "restart", "signal", "script" or "noop"; default "restart".</summary>
    [JsonConverter(typeof(OptionalTextConverter))]
    public string ChangeMode { get; init => field = value ?? ""; } = "";

    /// <summary>Script of change mode "script".</summary>
    public ChangeScript? ChangeScript { get; init; }

    /// <summary>Signal of change mode "signal".</summary>
    [JsonConverter(typeof(OptionalTextConverter))]
    public string ChangeSignal { get; init => field = value ?? ""; } = "";

    /// <summary>Whether it is rendered only once; default false.</summary>
    public bool? Once { get; init; }

    /// <summary>Longest random wait before the change takes effect; default 5 s.</summary>
    [JsonConverter(typeof(GoDurationConverter))]
    public TimeSpan? Splay { get; init; }

    /// <summary>File mode in octal; default "0644".</summary>
    [JsonConverter(typeof(OptionalTextConverter))]
    public string Perms { get; init => field = value ?? ""; } = "";

    /// <summary>Owner; null is the task's.</summary>
    public int? Uid { get; init; }

    /// <summary>Group; null is the task's.</summary>
    public int? Gid { get; init; }

    /// <summary>Opens an action; default "{{".</summary>
    [JsonPropertyName("LeftDelim"), JsonConverter(typeof(OptionalTextConverter))]
    public string LeftDelimiter { get; init => field = value ?? ""; } = "";

    /// <summary>Closes an action; default "}}".</summary>
    [JsonPropertyName("RightDelim"), JsonConverter(typeof(OptionalTextConverter))]
    public string RightDelimiter { get; init => field = value ?? ""; } = "";

    /// <summary>Whether the result is read as environment variables; default false.</summary>
    [JsonPropertyName("Envvars")]
    public bool? Env { get; init; }

    /// <summary>Deprecated, without effect.</summary>
    [JsonConverter(typeof(GoDurationConverter))]
    public TimeSpan? VaultGrace { get; init; }

    /// <summary>How long changes may gather before one rendering.</summary>
    public WaitConfig? Wait { get; init; }

    /// <summary>Whether a missing key is an error; default false.</summary>
    [JsonPropertyName("ErrMissingKey")]
    public bool? ErrorOnMissingKey { get; init; }
}

/// <summary>How long changes may gather before one rendering.</summary>
public sealed record WaitConfig
{
    /// <summary>At least.</summary>
    [JsonConverter(typeof(GoDurationConverter))]
    public TimeSpan? Min { get; init; }

    /// <summary>At most; default four times the minimum.</summary>
    [JsonConverter(typeof(GoDurationConverter))]
    public TimeSpan? Max { get; init; }
}

/// <summary>A script run in the task when a template changes.</summary>
public sealed record ChangeScript
{
    /// <summary>Executable.</summary>
    [JsonConverter(typeof(OptionalTextConverter))]
    public string Command { get; init => field = value ?? ""; } = "";

    /// <summary>Its arguments.</summary>
    public EquatableList<string> Args { get; init => field = value ?? []; } = [];

    /// <summary>How long it may take; default 5 s.</summary>
    [JsonConverter(typeof(GoDurationConverter))]
    public TimeSpan? Timeout { get; init; }

    /// <summary>Whether its failure kills the task; default false.</summary>
    public bool? FailOnError { get; init; }

    /// <summary>Whether it runs after the first rendering too; default false.</summary>
    public bool? RunOnFirstRender { get; init; }
}
