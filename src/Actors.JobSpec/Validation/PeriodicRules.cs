using Actors.Contracts.Jobs;
using Actors.Contracts.Periodic;

namespace Actors.JobSpec.Validation;

/// <summary>Rules of periodic jobs.</summary>
internal static class PeriodicRules
{
    public static void Check(Job job, Findings found)
    {
        var periodic = job.Periodic!;
        if (job.Type is not (JobTypes.Batch or JobTypes.SysBatch))
            found.Error(DiagnosticCodes.NotForThisJob, "Periodic", $"only batch and sysbatch jobs can be periodic; this is a {job.Type} job");
        if (periodic.Enabled == false) return;
        if (periodic.Spec.Length > 0 && !periodic.Specs.IsEmpty) found.Error(DiagnosticCodes.InvalidSchedule, "Periodic", "periodic has either cron or crons, not both");
        if (periodic.Spec.Length == 0 && periodic.Specs.IsEmpty) found.Error(DiagnosticCodes.Required, "Periodic", "periodic needs crons", "for example crons = [\"*/15 * * * *\"]");
        if (periodic.Spec.Length > 0)
        {
            found.Warning(DiagnosticCodes.Deprecated, "Periodic.Spec", "cron is deprecated", $"write crons = [\"{periodic.Spec}\"]");
            Cron(periodic.Spec, "Periodic.Spec", found);
        }

        for (var i = 0; i < periodic.Specs.Count; i++) Cron(periodic.Specs[i], $"Periodic.Specs[{i}]", found);
        found.OneOf(periodic.SpecType, ["", "cron"], "Periodic.SpecType", "the schedule's type");
        if (periodic.TimeZone.Length > 0 && !TimeZoneInfo.TryFindSystemTimeZoneById(periodic.TimeZone, out _))
            found.Error(DiagnosticCodes.InvalidSchedule, "Periodic.TimeZone", $"there is no time zone \"{periodic.TimeZone}\"", "use a name of the IANA database such as \"Europe/Berlin\"");
    }

    private static void Cron(string text, string path, Findings found)
    {
        if (!CronExpression.TryParse(text, out _, out var problem))
            found.Error(DiagnosticCodes.InvalidSchedule, path, $"\"{text}\" is not a cron expression: {problem}", "its fields are minute hour day-of-month month day-of-week, for example \"0 4 * * *\"");
    }
}
