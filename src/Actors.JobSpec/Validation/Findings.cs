namespace Actors.JobSpec.Validation;

/// <summary>Gathers what rules find.</summary>
internal sealed class Findings(Func<string, SourceSpan?>? locate)
{
    private readonly List<Diagnostic> _items = [];

    public IReadOnlyList<Diagnostic> Items => _items;

    public void Error(string code, string path, string message, string? suggestion = null) =>
        _items.Add(new Diagnostic(DiagnosticSeverity.Error, code, message, locate?.Invoke(path), path, suggestion));

    public void Warning(string code, string path, string message, string? suggestion = null) =>
        _items.Add(new Diagnostic(DiagnosticSeverity.Warning, code, message, locate?.Invoke(path), path, suggestion));

    /// <summary>Reports a value that is none of those allowed ("" among them means it may be unset).</summary>
    public void OneOf(string value, string[] allowed, string path, string what)
    {
        if (allowed.Contains(value, StringComparer.Ordinal)) return;
        Error(
            DiagnosticCodes.NotAllowed,
            path,
            $"{what} must be {string.Join(", ", allowed.Where(item => item.Length > 0).Select(item => $"\"{item}\""))}; found \"{value}\"",
            Diagnostics.NearestName.Suggest(value, allowed.Where(item => item.Length > 0)));
    }

    /// <summary>Reports a cluster of Consul or Vault that is not the default one.</summary>
    public void OneCluster(string? cluster, string path, string what)
    {
        if (cluster is not (null or "" or "default"))
            Error(DiagnosticCodes.NotSupported, path, $"{what}: only the cluster \"default\" is supported; found \"{cluster}\"");
    }

    /// <summary>Reports a duration or number below zero.</summary>
    public void NotNegative(TimeSpan? value, string path, string what)
    {
        if (value < TimeSpan.Zero) Error(DiagnosticCodes.RangeRule, path, $"{what} must not be negative; found {Contracts.Jobs.GoDuration.Format(value.Value)}");
    }

    public void AtLeast(long? value, long least, string path, string what)
    {
        if (value < least) Error(DiagnosticCodes.RangeRule, path, $"{what} must be at least {least}; found {value}");
    }
}
