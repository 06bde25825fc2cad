using System.Diagnostics;
using System.Text;
using Actors.JobSpec;
using Actors.Testing;

namespace Actors.Benchmarks;

/// <summary>The job language: a usual job warm, a file of 10 MB, and formatting it.</summary>
internal sealed class JobSpecBenchmark : IBenchmark
{
    private const int LargeFile = 10_000_000;

    // The first ones read the program from the disk.
    private const int ValidateWarmUp = 3;

    /// <inheritdoc/>
    public string Name => "jobspec";

    /// <inheritdoc/>
    public string What => "job files: parse, canonicalize, validate, format";

    /// <inheritdoc/>
    public async Task RunAsync(Report report, CancellationToken cancellationToken)
    {
        report.Title("job files");
        var usual = File(5);
        report.Note($"a job of {usual.Count(c => c == '\n')} lines, {usual.Length} characters");
        for (var i = 0; i < 2000; i++) Whole(usual);
        report.AtMost("parse + canonicalize + validate, warm, p50", Milliseconds(() => Whole(usual), 2000, cancellationToken).Median, "ms", 1);
        report.AtMost("parse alone, warm, p50", Milliseconds(() => JobFile.Parse(usual), 2000, cancellationToken).Median, "ms");

        var large = File(LargeFile / Group(0).Length);
        Whole(large);
        report.Note($"a job of {large.Length / 1e6:0.0} MB, {large.Count(c => c == '\n')} lines");
        var runs = Milliseconds(() => JobFile.Parse(large), 5, cancellationToken);
        report.AtMost("parse a large file, best of 5", runs.Percentile(0), "ms", 1000);
        report.AtMost("parse a large file, p50 of 5", runs.Median, "ms");
        report.AtMost("parse + canonicalize + validate a large file, p50 of 5", Milliseconds(() => Whole(large), 5, cancellationToken).Median, "ms");
        report.AtMost("format a large file, p50 of 3", Milliseconds(() => JobFormatter.Format(large), 3, cancellationToken).Median, "ms");
        await ValidateAsync(report, cancellationToken);
    }

    /// <summary>A small job as a user has it validated, by a process of its own.</summary>
    private static async Task ValidateAsync(Report report, CancellationToken cancellationToken)
    {
        var program = await PublishedPbm.MakeAsync(cancellationToken);
        using var folder = new TemporaryFolder("actors-bench-");
        var file = folder.At("small.nomad.hcl");
        await System.IO.File.WriteAllTextAsync(file, File(1), cancellationToken);
        var samples = new Samples();
        for (var i = 0; i < ValidateWarmUp + 20; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var clock = Stopwatch.StartNew();
            await using var pbm = PbmProcess.StartProgram(program, ["validate", file]);
            if (await pbm.EndAsync(TimeSpan.FromSeconds(10)) != 0)
                throw new InvalidOperationException($"pbm validate failed:\n{pbm.Output}");
            if (i >= ValidateWarmUp)
                samples.Add(clock.Elapsed.TotalMilliseconds);
        }

        report.AtMost($"pbm validate of a small job, a process, p50 of {samples.Count}", samples.Median, "ms", 150);
        report.AtMost("pbm validate of a small job, a process, p90", samples.Percentile(0.9), "ms");
    }

    private static Samples Milliseconds(Action work, int times, CancellationToken cancellationToken)
    {
        var samples = new Samples();
        for (var i = 0; i < times; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var clock = Stopwatch.StartNew();
            work();
            samples.Add(clock.Elapsed.TotalMilliseconds);
        }

        return samples;
    }

    private static void Whole(string text)
    {
        var result = JobFile.Parse(text);
        var job = result.Job ?? throw new InvalidOperationException(result.Diagnostics[0].Message);
        JobValidator.Validate(JobCanonicalizer.Canonicalize(job), result.Locate);
    }

    private static string File(int groups)
    {
        var text = new StringBuilder("variable \"version\" {\n  default = \"1\"\n}\n\nlocals {\n  flag = \"x\"\n}\n\njob \"bench\" {\n");
        for (var i = 0; i < groups; i++) text.Append(Group(i));
        return text.Append("}\n").ToString();
    }

    private static string Group(int number) => $$$"""
          group "g{{{number}}}" {
            count = 2

            network {
              port "http" {
                to = 80
              }
            }

            service {
              name = "s{{{number}}}"
              port = "http"
              tags = ["a", "b", "${NOMAD_DC}"]

              check {
                type     = "http"
                path     = "/"
                interval = "10s"
                timeout  = "2s"
              }
            }

            task "main" {
              driver = "docker"

              config {
                image = "app:${var.version}"
                args  = ["-a", upper("x"), "${local.flag}-1"]
              }

              env {
                MODE   = "fast"
                KERNEL = "${attr.kernel.name}"
              }

              resources {
                cpu    = 100
                memory = 64
              }
            }
          }

        """;
}
