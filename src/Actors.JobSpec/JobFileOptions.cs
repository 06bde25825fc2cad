namespace Actors.JobSpec;

/// <summary>How a job file is read.</summary>
public sealed record JobFileOptions
{
    /// <summary>Name shown in diagnostics.</summary>
    public string FileName { get; init; } = "job.nomad";

    /// <summary>Values of variables by name, as given by <c>-var name=value</c>; they win over all other sources.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// Variable files (<c>name = value</c> lines, or a JSON object), as given by <c>-var-file</c>; of two that set
    /// the same variable the later wins. They win over the environment.
    /// </summary>
    public IReadOnlyList<VariableFile> VariableFiles { get; init; } = [];

    /// <summary>
    /// Whether <c>file</c>, <c>templatefile</c> and the like may read files. Only for the user's own machine: a server must
    /// never set it.
    /// </summary>
    public bool AllowFileFunctions { get; init; }

    /// <summary>Environment; <c>NOMAD_VAR_name</c> sets a variable and wins over its default.</summary>
    public IReadOnlyDictionary<string, string> EnvironmentVariables { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether a value for a variable that the file does not declare is an error; else it is a warning.</summary>
    public bool Strict { get; init; }

    /// <summary>Folder that relative paths of file functions start from; null is the current one.</summary>
    public string? BaseDirectory { get; init; }

    /// <summary>Largest text accepted, in UTF-16 units. Default 16 Mi.</summary>
    public int MaxBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Clock of the function <c>timestamp</c>.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Source of the function <c>uuidv4</c>.</summary>
    public Func<Guid> NewGuid { get; init; } = Guid.NewGuid;
}

/// <summary>A file that gives variables their values.</summary>
/// <param name="Name">Its name, as diagnostics show it.</param>
/// <param name="Text">Its text.</param>
public sealed record VariableFile(string Name, string Text);
