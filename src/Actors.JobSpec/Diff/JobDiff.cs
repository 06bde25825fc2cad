using System.Text.Json.Serialization;

namespace Actors.JobSpec;

/// <summary>How something differs between two versions; the words of Nomad's JSON.</summary>
public static class DiffTypes
{
    /// <summary>It is the same in both.</summary>
    public const string None = "None";

    /// <summary>It is only in the later one.</summary>
    public const string Added = "Added";

    /// <summary>It is only in the earlier one.</summary>
    public const string Deleted = "Deleted";

    /// <summary>It is in both, and differs.</summary>
    public const string Edited = "Edited";
}

/// <summary>How two versions of a job differ, in the shape of Nomad's JSON.</summary>
public sealed record JobDiff
{
    /// <summary>One of <see cref="DiffTypes"/>.</summary>
    public required string Type { get; init; }

    /// <summary>The job's id.</summary>
    [JsonPropertyName("ID")]
    public required string Id { get; init; }

    /// <summary>Changed scalars, by name; a map's entries are <c>Meta[key]</c>.</summary>
    public IReadOnlyList<FieldDiff> Fields { get; init; } = [];

    /// <summary>Changed blocks and lists.</summary>
    public IReadOnlyList<ObjectDiff> Objects { get; init; } = [];

    /// <summary>Changed groups, by name.</summary>
    public IReadOnlyList<TaskGroupDiff> TaskGroups { get; init; } = [];
}

/// <summary>How two versions of a group differ.</summary>
public sealed record TaskGroupDiff
{
    /// <summary>One of <see cref="DiffTypes"/>.</summary>
    public required string Type { get; init; }

    /// <summary>The group.</summary>
    public required string Name { get; init; }

    /// <summary>Changed scalars.</summary>
    public IReadOnlyList<FieldDiff> Fields { get; init; } = [];

    /// <summary>Changed blocks and lists.</summary>
    public IReadOnlyList<ObjectDiff> Objects { get; init; } = [];

    /// <summary>Changed tasks, by name.</summary>
    public IReadOnlyList<TaskDiff> Tasks { get; init; } = [];

    /// <summary>What the scheduler would do, such as "create" → 2; filled by <see cref="JobDiffer.Annotate"/>.</summary>
    public IReadOnlyDictionary<string, ulong>? Updates { get; init; }
}

/// <summary>How two versions of a task differ.</summary>
public sealed record TaskDiff
{
    /// <summary>One of <see cref="DiffTypes"/>.</summary>
    public required string Type { get; init; }

    /// <summary>The task.</summary>
    public required string Name { get; init; }

    /// <summary>Changed scalars.</summary>
    public IReadOnlyList<FieldDiff> Fields { get; init; } = [];

    /// <summary>Changed blocks and lists.</summary>
    public IReadOnlyList<ObjectDiff> Objects { get; init; } = [];

    /// <summary>What the change means for running allocations; filled by <see cref="JobDiffer.Annotate"/>.</summary>
    public IReadOnlyList<string>? Annotations { get; init; }
}

/// <summary>How two versions of a block or list differ.</summary>
public sealed record ObjectDiff
{
    /// <summary>One of <see cref="DiffTypes"/>.</summary>
    public required string Type { get; init; }

    /// <summary>Kind of block, such as "Constraint".</summary>
    public required string Name { get; init; }

    /// <summary>Changed scalars.</summary>
    public IReadOnlyList<FieldDiff> Fields { get; init; } = [];

    /// <summary>Changed blocks within.</summary>
    public IReadOnlyList<ObjectDiff> Objects { get; init; } = [];
}

/// <summary>How two versions of a scalar differ. Durations are nanoseconds, as in the job's JSON.</summary>
public sealed record FieldDiff
{
    /// <summary>One of <see cref="DiffTypes"/>.</summary>
    public required string Type { get; init; }

    /// <summary>Name in the job's JSON.</summary>
    public required string Name { get; init; }

    /// <summary>Before; "" when unset.</summary>
    public string Old { get; init; } = "";

    /// <summary>After; "" when unset.</summary>
    public string New { get; init; } = "";

    /// <summary>What the change means for running allocations; filled by <see cref="JobDiffer.Annotate"/>.</summary>
    public IReadOnlyList<string>? Annotations { get; init; }
}

/// <summary>JSON of a <see cref="JobDiff"/> without reflection.</summary>
[JsonSerializable(typeof(JobDiff))]
public sealed partial class JobDiffJson : JsonSerializerContext;
