using System.Text.Json.Serialization;
using Actors.Contracts.Collections;

namespace Actors.Contracts.Jobs;

/// <summary>What a node, or a device, must fulfil.</summary>
public sealed record Constraint
{
    /// <summary>Left side: a literal or a reference such as <c>${attr.kernel.name}</c>.</summary>
    [JsonPropertyName("LTarget"), JsonConverter(typeof(TextConverter))]
    public string LeftTarget { get; init => field = value ?? ""; } = "";

    /// <summary>Right side: the value to compare with.</summary>
    [JsonPropertyName("RTarget"), JsonConverter(typeof(TextConverter))]
    public string RightTarget { get; init => field = value ?? ""; } = "";

    /// <summary>One of <see cref="Operands"/>; default "=".</summary>
    [JsonConverter(typeof(TextConverter))]
    public string Operand { get; init => field = value ?? ""; } = "";
}

/// <summary>What a node, or a device, should fulfil, and how much that counts.</summary>
public sealed record Affinity
{
    /// <summary>Left side: a literal or a reference such as <c>${attr.kernel.name}</c>.</summary>
    [JsonPropertyName("LTarget"), JsonConverter(typeof(TextConverter))]
    public string LeftTarget { get; init => field = value ?? ""; } = "";

    /// <summary>Right side: the value to compare with.</summary>
    [JsonPropertyName("RTarget"), JsonConverter(typeof(TextConverter))]
    public string RightTarget { get; init => field = value ?? ""; } = "";

    /// <summary>One of <see cref="Operands"/> but the distinct ones; default "=".</summary>
    [JsonConverter(typeof(TextConverter))]
    public string Operand { get; init => field = value ?? ""; } = "";

    /// <summary>−100 (avoid) to 100 (seek), not 0; default 50.</summary>
    public int? Weight { get; init; }
}

/// <summary>The comparisons of constraints and affinities.</summary>
public static class Operands
{
    /// <summary>Text is equal; also written "==" and "is".</summary>
    public const string Equal = "=";

    /// <summary>Text differs, or the attribute is missing; also written "not".</summary>
    public const string NotEqual = "!=";

    /// <summary>Before: as integers, else as floats, else as text.</summary>
    public const string Less = "<";

    /// <summary>Before or equal.</summary>
    public const string LessOrEqual = "<=";

    /// <summary>After.</summary>
    public const string Greater = ">";

    /// <summary>After or equal.</summary>
    public const string GreaterOrEqual = ">=";

    /// <summary>Matches a regular expression (RE2 syntax).</summary>
    public const string Regexp = "regexp";

    /// <summary>Fulfils version constraints such as ">= 1.2, &lt; 2".</summary>
    public const string Version = "version";

    /// <summary>Fulfils version constraints by the strict rules of semantic versions.</summary>
    public const string Semver = "semver";

    /// <summary>Comma-separated list contains all of another; the same as <see cref="SetContainsAll"/>.</summary>
    public const string SetContains = "set_contains";

    /// <summary>Comma-separated list contains all of another.</summary>
    public const string SetContainsAll = "set_contains_all";

    /// <summary>Comma-separated list contains one of another.</summary>
    public const string SetContainsAny = "set_contains_any";

    /// <summary>The attribute is there.</summary>
    public const string IsSet = "is_set";

    /// <summary>The attribute is missing.</summary>
    public const string IsNotSet = "is_not_set";

    /// <summary>No two allocations of the job (group) on one node.</summary>
    public const string DistinctHosts = "distinct_hosts";

    /// <summary>At most so many allocations per value of the attribute.</summary>
    public const string DistinctProperty = "distinct_property";
}

/// <summary>An attribute over whose values placements spread.</summary>
public sealed record Spread
{
    /// <summary>Reference such as <c>${node.datacenter}</c>.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string Attribute { get; init => field = value ?? ""; } = "";

    /// <summary>1 to 100; default 50.</summary>
    public int? Weight { get; init; }

    /// <summary>Wanted shares; none means evenly.</summary>
    [JsonPropertyName("SpreadTarget")]
    public EquatableList<SpreadTarget> SpreadTargets { get; init => field = value ?? []; } = [];
}

/// <summary>The share of placements one value of the attribute should get.</summary>
public sealed record SpreadTarget
{
    /// <summary>The value.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string Value { get; init => field = value ?? ""; } = "";

    /// <summary>0 to 100; the targets of a spread sum to at most 100.</summary>
    [JsonConverter(typeof(IntegerConverter))]
    public int Percent { get; init; }
}
