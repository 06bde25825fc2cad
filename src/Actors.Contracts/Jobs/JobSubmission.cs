using Actors.Contracts.Collections;

namespace Actors.Contracts.Jobs;

/// <summary>The text that a version of a job was made from, with what its variables were.</summary>
public sealed record JobSubmission
{
    /// <summary>The most characters of <see cref="Source"/> that are kept: 1 MB, as Nomad.</summary>
    public const int MaxSource = 1_000_000;

    /// <summary>The text.</summary>
    public string Source { get; init; } = "";

    /// <summary>"hcl2", "json" or "hcl1".</summary>
    public string Format { get; init; } = "hcl2";

    /// <summary>Variables given as flags.</summary>
    public EquatableMap<string> VariableFlags { get; init; } = EquatableMap<string>.Empty;

    /// <summary>The texts of variable files.</summary>
    public string Variables { get; init; } = "";
}
