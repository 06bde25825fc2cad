using Actors.Api.Http;
using Actors.Contracts.Jobs;
using Actors.Contracts.Nodes;
using Actors.JobSpec;

namespace Actors.Api.Jobs;

/// <summary>
/// What the drivers say of a job's tasks before any client has seen them. Only drivers that are healthy somewhere in the
/// region have a say: a job may be there before the nodes that it is for. Of a name that is a plugin's anywhere, only that
/// plugin knows what it takes.
/// </summary>
internal static class DriverRules
{
    /// <summary>All that the tasks' drivers would refuse, or take with a warning.</summary>
    /// <param name="request">The request that carries the job.</param>
    /// <param name="job">The job, canonical.</param>
    /// <param name="locate">Finds the place of a path in the source.</param>
    public static IEnumerable<Diagnostic> Check(ApiRequest request, Job job, Func<string, SourceSpan?>? locate = null)
    {
        if (request.Options.DriverConfig is not { } check) yield break;
        var known = job.TaskGroups.SelectMany(g => g.Tasks).Select(t => t.Driver).Distinct(StringComparer.Ordinal).Where(d => IsKnown(request, d)).ToHashSet(StringComparer.Ordinal);
        foreach (var (g, group) in job.TaskGroups.Index())
        {
            foreach (var (t, task) in group.Tasks.Index().Where(t => known.Contains(t.Item.Driver)))
            {
                foreach (var finding in check(task.Driver, task.Config))
                {
                    var path = $"TaskGroups[{g}].Tasks[{t}].{char.ToUpperInvariant(finding.Place[0])}{finding.Place[1..]}";
                    yield return new Diagnostic(
                        finding.IsWarning ? DiagnosticSeverity.Warning : DiagnosticSeverity.Error, DiagnosticCodes.DriverConfig,
                        $"task \"{task.Name}\" of group \"{group.Name}\": {finding.Place} ({task.Driver}): {finding.Message}", locate?.Invoke(path), path);
                }
            }
        }
    }

    private static bool IsKnown(ApiRequest request, string driver)
    {
        var healthy = request.Region.State.Nodes.Select(n => n.Drivers.GetValueOrDefault(driver)).Where(d => d is { Healthy: true }).ToList();
        return healthy.Count > 0 && !healthy.Exists(d => d!.Attributes.ContainsKey(DriverInfo.PluginAttribute(driver)));
    }
}
