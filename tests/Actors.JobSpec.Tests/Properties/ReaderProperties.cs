using System.Text.Json;
using Actors.Contracts.Collections;
using Actors.Contracts.Jobs;
using Actors.JobSpec.Diagnostics;
using Actors.JobSpec.Syntax;
using Actors.JobSpec.Tests.Golden;
using CsCheck;
using Xunit;

namespace Actors.JobSpec.Tests.Properties;

public sealed class ReaderProperties
{
    private static readonly string[] Inputs = [.. Directory.EnumerateFiles(GoldenFile.Corpus, "*.nomad.*", SearchOption.AllDirectories)
        .Concat(Directory.EnumerateFiles(Path.Combine(GoldenFile.Repository, "samples", "jobs"), "*.hcl"))
        .Order(StringComparer.Ordinal).Select(File.ReadAllText)];

    private static readonly Gen<string> AnyText = Gen.Frequency(
        (3, HclGen.Body),
        (3, HclGen.Damaged(Gen.OneOf(Inputs))),
        (2, HclGen.Damaged(HclGen.Body)),
        (2, HclGen.Body.Select(body => $"job \"j\" {{\n{body}}}\nlocals {{\n{body}}}\n")),
        (2, HclGen.Expression.Select(expression => $"locals {{\n  l = {expression}\n  b = [1, 2]\n  k = \"k\"\n  q = 2\n}}\nvariable \"a\" {{ default = {{ id = 1 }} }}\njob \"j\" {{}}\n")),
        (1, Gen.String[Gen.Char[" \n\"${}[]()=ab<%~\\#/*.,?:!&|-'0"], 0, 60]));

    [Fact]
    public void Reading_any_text_reports_and_never_throws() =>
        AnyText.Sample(Survives, iter: 4000);

    [Fact]
    public void Formatting_twice_changes_nothing_more() =>
        HclGen.Body.Sample(
            body =>
            {
                var once = JobFormatter.Format(body);
                return JobFormatter.Format(once) == once;
            },
            iter: 3000);

    [Fact]
    public void A_formatted_text_means_the_same() =>
        HclGen.Body.Sample(body => Tree(body, out var valid) == Tree(JobFormatter.Format(body), out _) || !valid, iter: 3000);

    [Fact]
    public void A_formatted_text_keeps_its_comments()
    {
        HclGen.Body.Sample(body => Assert.Equal(Comments(body), Comments(JobFormatter.Format(body))), iter: 2000);
        foreach (var text in Inputs) Assert.Equal(Comments(text), Comments(JobFormatter.Format(text)));
    }

    [Fact]
    public void Generated_texts_are_well_formed() =>
        HclGen.Body.Sample(
            body =>
            {
                Tree(body, out var valid);
                return valid;
            },
            iter: 1000);

    [Fact]
    public void Every_valid_input_means_the_same_when_formatted()
    {
        foreach (var text in Inputs)
        {
            var formatted = JobFormatter.Format(text);
            Assert.Equal(formatted, JobFormatter.Format(formatted));
            var tree = Tree(text, out var valid);
            if (valid) Assert.Equal(tree, Tree(formatted, out _));
        }
    }

    [Fact]
    public void Canonicalizing_twice_changes_nothing_more()
    {
        foreach (var job in Jobs())
        {
            var once = JobCanonicalizer.Canonicalize(job);
            Assert.Equal(once, JobCanonicalizer.Canonicalize(once));
        }
    }

    [Fact]
    public void A_job_of_any_input_survives_its_JSON()
    {
        foreach (var job in Jobs().SelectMany(job => new[] { job, JobCanonicalizer.Canonicalize(job) }))
        {
            var json = JsonSerializer.Serialize(job, JobJson.Default.Job);
            Assert.Equal(job, JsonSerializer.Deserialize(json, JobJson.Default.Job));
            Assert.Equal(job, JobFile.Parse($"{{\"Job\": {json}}}").Job);
        }
    }

    [Fact]
    public void A_job_written_as_HCL_reads_back_the_same()
    {
        foreach (var job in Jobs().SelectMany(job => new[] { job, JobCanonicalizer.Canonicalize(job) }))
        {
            var text = JobHcl.Write(job);
            var back = JobFile.Parse(text, new JobFileOptions { FileName = job.Id });
            Assert.True(back.Job is not null, string.Join("\n", back.Diagnostics.Select(diagnostic => diagnostic.Render(text, false))) + text);
            Assert.Equal(AsWritten(job), AsWritten(back.Job));
        }
    }

    /// <summary>Without what a job file can't say.</summary>
    private static Job AsWritten(Job job) => job with
    {
        Stop = null,
        Stable = null,
        VaultToken = "",
        Name = job.Name.Length == 0 ? job.Id : job.Name,
        Periodic = job.Periodic is null ? null : job.Periodic with { SpecType = "cron" },
        TaskGroups = job.TaskGroups.Map(group => group with
        {
            Scaling = group.Scaling is null ? null : group.Scaling with { Target = EquatableMap<string>.Empty },
            Tasks = group.Tasks.Map(task => task with { ScalingPolicies = task.ScalingPolicies.Map(policy => policy with { Target = EquatableMap<string>.Empty }) }),
        }),
    };

    /// <summary>ACTORS_FUZZ_SECONDS makes it run for so much of the processors' time; the suite runs it for a moment only.</summary>
    [Fact]
    public void A_long_run_of_damaged_inputs_finds_nothing()
    {
        var seconds = double.TryParse(Environment.GetEnvironmentVariable("ACTORS_FUZZ_SECONDS"), out var given) ? given : 2;
        var start = Environment.CpuUsage.TotalTime;
        while ((Environment.CpuUsage.TotalTime - start).TotalSeconds < seconds) AnyText.Sample(Survives, iter: 500, threads: 1);
    }

    private static void Survives(string text)
    {
        // Processors' time: a machine that is busy with other things makes no input slow.
        var start = Environment.CpuUsage.TotalTime;
        var result = JobFile.Parse(text);
        foreach (var diagnostic in result.Diagnostics)
        {
            Assert.NotEmpty(diagnostic.Render(text, colour: true));
            Assert.Matches("^ACT[1-5][0-9]{3}$", diagnostic.Code);
        }

        Assert.Equal(result.HasErrors, result.Job is null);
        if (result.Job is not null)
        {
            var canonical = JobCanonicalizer.Canonicalize(result.Job);
            Assert.Equal(canonical, JobCanonicalizer.Canonicalize(canonical));
            JobValidator.Validate(canonical, result.Locate);
            Assert.Equal(DiffTypes.None, JobDiffer.Diff(canonical, canonical).Type);
        }

        var formatted = JobFormatter.Format(text);
        Assert.Equal(formatted, JobFormatter.Format(formatted));
        var took = Environment.CpuUsage.TotalTime - start;
        Assert.True(took < TimeSpan.FromSeconds(30), $"took {took} for {text.Length} characters");
    }

    private static IEnumerable<Job> Jobs() => Inputs.Select(text => JobFile.Parse(text).Job).OfType<Job>();

    private static List<string> Comments(string text) =>
        [.. Lexer.Tokenize(new DiagnosticBag(new SourceText("", text))).Where(token => token.Kind == TokenKind.Comment).Select(token => text[token.Start..token.End].Trim())];

    private static string Tree(string text, out bool valid)
    {
        var bag = new DiagnosticBag(new SourceText("", text));
        var tree = SyntaxText.Of(Parser.ParseFile(bag));
        valid = bag.ErrorCount == 0;
        return tree;
    }
}
