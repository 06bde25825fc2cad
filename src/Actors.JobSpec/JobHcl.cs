using Actors.Contracts.Jobs;
using Actors.JobSpec.Writing;

namespace Actors.JobSpec;

/// <summary>Writes a job as a job file.</summary>
public static class JobHcl
{
    /// <summary>
    /// The job as HCL2, formatted: reading it gives the same job, but for what only the server keeps. What is unset is left
    /// out.
    /// </summary>
    public static string Write(Job job)
    {
        ArgumentNullException.ThrowIfNull(job);
        var writer = new HclWriter();
        JobWriter.Job(job, writer);
        return JobFormatter.Format(writer.ToString());
    }
}
