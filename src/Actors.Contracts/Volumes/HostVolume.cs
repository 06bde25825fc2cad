using System.Text.Json.Serialization;
using Actors.Contracts.Collections;
using Actors.Contracts.Jobs;

namespace Actors.Contracts.Volumes;

/// <summary>
/// A directory on one node that someone asked for while the node runs (a dynamic host volume), under Nomad's names. Whether it is
/// ready is no fact of its own: it is when its node shows it.
/// </summary>
public sealed record HostVolume
{
    /// <summary>The plugin that makes plain directories; the only one.</summary>
    public const string Mkdir = "mkdir";

    /// <summary>The attribute by which a node says that it has <see cref="Mkdir"/>: its version.</summary>
    public const string MkdirAttribute = "plugins.host_volume.mkdir.version";

    /// <summary>A UUID; "" in a wish for a new one.</summary>
    [JsonPropertyName("ID"), JsonConverter(typeof(TextConverter))]
    public string Id { get; init => field = value ?? ""; } = "";

    /// <summary>The namespace whose jobs may use it.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string Namespace { get; init => field = value ?? ""; } = "";

    /// <summary>By which jobs ask for it; one of a name on a node.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>What makes it: <see cref="Mkdir"/>; "" when it was there and only registered.</summary>
    [JsonPropertyName("PluginID"), JsonConverter(typeof(TextConverter))]
    public string PluginId { get; init => field = value ?? ""; } = "";

    /// <summary>The pool of its node; in a wish: where to look for one, "" being anywhere.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string NodePool { get; init => field = value ?? ""; } = "";

    /// <summary>The node that it is on; "" in a wish that leaves the choice to the servers.</summary>
    [JsonPropertyName("NodeID"), JsonConverter(typeof(TextConverter))]
    public string NodeId { get; init => field = value ?? ""; } = "";

    /// <summary>What its node had to fulfil when it was made.</summary>
    public EquatableList<Constraint> Constraints { get; init => field = value ?? []; } = [];

    /// <summary>The room it should have at least, in bytes; a plain directory has all that the disk has.</summary>
    public long RequestedCapacityMinBytes { get; init; }

    /// <summary>The room it should have at most, in bytes; 0: no bound.</summary>
    public long RequestedCapacityMaxBytes { get; init; }

    /// <summary>The room it is known to have, in bytes; 0: not known.</summary>
    public long CapacityBytes { get; init; }

    /// <summary>The ways in which jobs may use it.</summary>
    public EquatableList<HostVolumeCapability> RequestedCapabilities { get; init => field = value ?? []; } = [];

    /// <summary>For the plugin: <c>mode</c>, <c>uid</c> and <c>gid</c> of <see cref="Mkdir"/>.</summary>
    public EquatableMap<string> Parameters { get; init => field = value ?? EquatableMap<string>.Empty; } = EquatableMap<string>.Empty;

    /// <summary>Where it is on the host, when it was there and only registered; "": its node chooses.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string HostPath { get; init => field = value ?? ""; } = "";

    /// <summary>When it was made, in nanoseconds since 1970.</summary>
    public long CreateTime { get; init; }

    /// <summary>When it was last changed, in nanoseconds since 1970.</summary>
    public long ModifyTime { get; init; }

    /// <summary>The index that created it; set by applying.</summary>
    public ulong CreateIndex { get; init; }

    /// <summary>The index that last changed it; set by applying.</summary>
    public ulong ModifyIndex { get; init; }
}

/// <summary>A way of using a host volume.</summary>
/// <param name="AttachmentMode">One of <see cref="VolumeModes.Attachment"/>.</param>
/// <param name="AccessMode">One of <see cref="VolumeModes.Access"/>.</param>
public sealed record HostVolumeCapability(string AttachmentMode, string AccessMode);

/// <summary>How host volumes may be used.</summary>
public static class VolumeModes
{
    /// <summary>Only for reading, by any number.</summary>
    public const string Reader = "single-node-reader-only";

    /// <summary>For writing, by any number.</summary>
    public const string Writer = "single-node-writer";

    /// <summary>For writing, by one allocation at a time.</summary>
    public const string SingleWriter = "single-node-single-writer";

    /// <summary>For writing, by several at once.</summary>
    public const string MultiWriter = "single-node-multi-writer";

    /// <summary>As a directory.</summary>
    public const string FileSystem = "file-system";

    /// <summary>As a device.</summary>
    public const string BlockDevice = "block-device";

    /// <summary>All access modes.</summary>
    public static IReadOnlyList<string> Access { get; } = [Reader, Writer, SingleWriter, MultiWriter];

    /// <summary>All attachment modes.</summary>
    public static IReadOnlyList<string> Attachment { get; } = [FileSystem, BlockDevice];
}
