using Actors.Api.Http;
using Actors.Api.Mapping;
using Actors.Api.Models;
using Actors.Contracts.Jobs;
using Actors.JobSpec;

namespace Actors.Api.Jobs;

/// <summary>Takes jobs in: looks at where they belong, makes them canonical, checks them.</summary>
internal static class JobIntake
{
    private const string SourceName = "job.nomad";

    /// <summary>A job as it may be registered.</summary>
    /// <param name="request">The request that carries it; its path may name the job.</param>
    /// <param name="job">The job as it came.</param>
    /// <param name="bodyNamespace">The namespace that the body names beside the job.</param>
    /// <exception cref="ApiException">It is not a job, belongs elsewhere, or is not valid: 400 with every reason.</exception>
    public static (Job Job, IReadOnlyList<string> Warnings) Accept(ApiRequest request, Job? job, string? bodyNamespace)
    {
        var (canonical, findings) = Check(request, job, bodyNamespace);
        var errors = Texts(findings, DiagnosticSeverity.Error);
        return errors.Count == 0 ? (canonical, Texts(findings, DiagnosticSeverity.Warning)) : throw ApiException.BadRequest(ErrorText(errors));
    }

    /// <summary>A job, canonical, with all that is wrong or doubtful about it.</summary>
    /// <inheritdoc cref="Accept"/>
    public static (Job Job, IReadOnlyList<Diagnostic> Findings) Check(ApiRequest request, Job? job, string? bodyNamespace)
    {
        var canonical = JobCanonicalizer.Canonicalize(Place(request, job, bodyNamespace));
        NodePools.Require(request.Region.State, canonical.NodePool);
        var forbidden = request.Region.State.Operator.FindNamespace(canonical.Namespace) is { } home ? NamespaceRules.Check(canonical, home) : [];
        return (canonical, [.. JobValidator.Validate(canonical), .. DriverRules.Check(request, canonical), .. OversubscriptionRules.Check(canonical, request.Region.State.SchedulerConfiguration), .. forbidden.Select(text => new Diagnostic(DiagnosticSeverity.Error, DiagnosticCodes.NotAllowed, text))]);
    }

    /// <summary>The job that a text says. Files of this machine are never read.</summary>
    /// <exception cref="ApiException">The text is not a job: 400 with every reason and its place.</exception>
    public static Job Parse(ApiRequest request, JobsParseRequest body)
    {
        var result = Read(request, body);
        if (result.Job is not { } job)
            throw ApiException.BadRequest(Rendered(result.Diagnostics, body));
        return body.Canonicalize ? JobCanonicalizer.Canonicalize(job) : job;
    }

    /// <summary>The job that a text says, if it says one, with all that is wrong or doubtful about it and where.</summary>
    /// <exception cref="ApiException">There is no text.</exception>
    public static JobsParseReport ParseWithDiagnostics(ApiRequest request, JobsParseRequest body)
    {
        var result = Read(request, body);
        var diagnostics = result.Diagnostics.ToList();
        var canonical = result.Job is { } job ? JobCanonicalizer.Canonicalize(job) : null;
        if (canonical is not null)
        {
            diagnostics.AddRange(JobValidator.Validate(canonical, result.Locate));
            diagnostics.AddRange(DriverRules.Check(request, canonical, result.Locate));
        }

        return new JobsParseReport
        {
            Job = (body.Canonicalize ? canonical : result.Job) is { } parsed ? new ParsedJobModel(parsed) : null,
            Error = Rendered(diagnostics, body),
            Diagnostics = [.. diagnostics.Select(DiagnosticModel.Of)],
        };
    }

    private static JobFileResult Read(ApiRequest request, JobsParseRequest body) =>
        string.IsNullOrWhiteSpace(body.JobHcl)
            ? throw ApiException.BadRequest("Job spec is empty")
            : JobFile.Parse(body.JobHcl, new JobFileOptions
            {
                FileName = SourceName,
                VariableFiles = string.IsNullOrEmpty(body.Variables) ? [] : [new VariableFile("variables", body.Variables)],
                AllowFileFunctions = false,
                MaxBytes = request.Options.MaxJobBytes,
                Clock = request.Time,
            });

    private static string Rendered(IEnumerable<Diagnostic> diagnostics, JobsParseRequest body) =>
        string.Join("\n\n", diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error).Select(d => d.Render(body.JobHcl, colour: false)));

    /// <summary>Several errors as one text, in the form that Nomad's tools show; "" for none.</summary>
    public static string ErrorText(IReadOnlyList<string> errors) => errors.Count switch
    {
        0 => "",
        1 => $"1 error occurred:\n\t* {errors[0]}\n\n",
        _ => $"{errors.Count} errors occurred:\n{string.Concat(errors.Select(e => $"\t* {e}\n"))}\n",
    };

    /// <summary>Those of one severity, each with its place in the job.</summary>
    public static List<string> Texts(IReadOnlyList<Diagnostic> findings, DiagnosticSeverity severity) =>
    [
        .. findings.Where(f => f.Severity == severity).Select(f =>
            (f.Path is { Length: > 0 } path ? $"{path}: " : "") + f.Message + (f.Suggestion is { Length: > 0 } suggestion ? $" ({suggestion})" : "")),
    ];

    private static Job Place(ApiRequest request, Job? job, string? bodyNamespace)
    {
        if (job is null)
            throw ApiException.BadRequest("Job must be specified");
        if (job.Id.Length == 0)
            throw ApiException.BadRequest("Job ID hasn't been provided");
        if (request.Id.Length > 0 && request.Id != job.Id)
            throw ApiException.BadRequest($"Job ID does not match name: the path names \"{request.Id}\", the job is \"{job.Id}\"");
        if (job.Region is { Length: > 0 } region && region != request.Region.Name)
            throw new ApiException(500, $"No path to region \"{region}\": this agent serves the region \"{request.Region.Name}\"");

        var home = job.Namespace.Length > 0 ? job.Namespace : bodyNamespace is { Length: > 0 } ? bodyNamespace : request.SingleNamespace;
        var operators = request.Region.State.Operator;
        return operators.FindNamespace(home) is not null
            ? job with { Namespace = home, Region = request.Region.Name }
            : throw ApiException.BadRequest($"nonexistent namespace \"{home}\": there is {string.Join(", ", operators.AllNamespaces.Select(n => $"\"{n.Name}\""))}");
    }
}
