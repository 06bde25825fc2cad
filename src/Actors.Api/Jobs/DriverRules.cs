using Actors.Api.Http;
using Actors.Contracts.Jobs;
using Actors.JobSpec;

namespace Actors.Api.Jobs;

/// <summary>
/// What the drivers say of a job's tasks before any client has seen them. Only drivers that are healthy somewhere in the
/// region have a say: a job may be there before the nodes that it is for. Where nodes have different drivers of one name
/// (a plugin, in another version, or in place of the agent's own), it is enough that one of them takes the task.
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
        var schemas = job.TaskGroups.SelectMany(g => g.Tasks).Select(t => t.Driver).Distinct(StringComparer.Ordinal).ToDictionary(d => d, d => request.Drivers.Of(request.Region.State, d), StringComparer.Ordinal);
        foreach (var (g, group) in job.TaskGroups.Index())
        {
            foreach (var (t, task) in group.Tasks.Index())
            {
                var findings = schemas[task.Driver].Select(schema => check(task.Driver, schema, task.Config)).MinBy(found => found.Count(f => !f.IsWarning));
                foreach (var finding in findings ?? [])
                {
                    var path = $"TaskGroups[{g}].Tasks[{t}].{char.ToUpperInvariant(finding.Place[0])}{finding.Place[1..]}";
                    yield return new Diagnostic(
                        finding.IsWarning ? DiagnosticSeverity.Warning : DiagnosticSeverity.Error, DiagnosticCodes.DriverConfig,
                        $"task \"{task.Name}\" of group \"{group.Name}\": {finding.Place} ({task.Driver}): {finding.Message}", locate?.Invoke(path), path);
                }
            }
        }
    }
}
