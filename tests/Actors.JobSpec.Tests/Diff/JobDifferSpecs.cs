using System.Text.Json;
using Actors.Contracts.Jobs;
using Actors.JobSpec.Tests.Golden;
using Xunit;

namespace Actors.JobSpec.Tests.Diff;

public sealed class JobDifferSpecs
{
    private const string Before = """
        job "web" {
          datacenters = ["dc1", "dc2"]
          meta {
            owner = "a"
          }
          group "app" {
            count = 2
            network {
              port "http" {
                to = 80
              }
            }
            service {
              name = "web"
              port = "http"
              tags = ["v1"]
            }
            task "main" {
              driver = "docker"
              config {
                image = "app:1"
                args  = ["-a", "-b"]
                port_map {
                  http = 80
                }
              }
              env {
                MODE = "slow"
              }
              resources {
                memory = 128
              }
            }
            task "gone" {
              driver = "raw_exec"
            }
          }
          group "dropped" {
            task "t" {
              driver = "raw_exec"
            }
          }
        }
        """;

    private static readonly string After = Before
        .Replace("\"dc2\"", "\"dc3\"", StringComparison.Ordinal)
        .Replace("count = 2", "count = 5", StringComparison.Ordinal)
        .Replace("app:1", "app:2", StringComparison.Ordinal)
        .Replace("\"-b\"", "\"-c\"", StringComparison.Ordinal)
        .Replace("MODE = \"slow\"", "MODE = \"fast\"\nNEW = \"x\"", StringComparison.Ordinal)
        .Replace("memory = 128", "memory = 256", StringComparison.Ordinal)
        .Replace("\"v1\"", "\"v2\"", StringComparison.Ordinal)
        .Replace("task \"gone\"", "task \"added\"", StringComparison.Ordinal)
        .Replace("group \"dropped\"", "group \"fresh\"", StringComparison.Ordinal);

    private static Job Read(string text) => JobCanonicalizer.Canonicalize(JobFile.Parse(text).Job!);

    [Fact]
    public void Two_versions_differ_in_fields_blocks_tasks_and_groups()
    {
        var diff = JobDiffer.Diff(Read(Before), Read(After));

        Assert.Equal(DiffTypes.Edited, diff.Type);
        Assert.Equal(["app", "dropped", "fresh"], diff.TaskGroups.Select(group => group.Name));
        Assert.Equal([DiffTypes.Edited, DiffTypes.Deleted, DiffTypes.Added], diff.TaskGroups.Select(group => group.Type));
        var app = diff.TaskGroups[0];
        Assert.Contains(new FieldDiff { Type = DiffTypes.Edited, Name = "Count", Old = "2", New = "5" }, app.Fields);
        Assert.Equal([("added", DiffTypes.Added), ("gone", DiffTypes.Deleted), ("main", DiffTypes.Edited)], app.Tasks.Select(task => (task.Name, task.Type)));
        var main = app.Tasks[2];
        Assert.Contains(new FieldDiff { Type = DiffTypes.Edited, Name = "Env[MODE]", Old = "slow", New = "fast" }, main.Fields);
        Assert.Contains(new FieldDiff { Type = DiffTypes.Added, Name = "Env[NEW]", New = "x" }, main.Fields);
        var config = Assert.Single(main.Objects, change => change.Name == "Config");
        Assert.Equal(["args[1]", "image"], config.Fields.Select(field => field.Name));
    }

    [Fact]
    public void The_JSON_of_a_diff_is_Nomads() =>
        GoldenFile.Matches(
            Path.Combine(GoldenFile.Corpus, "diff.expected.json"),
            JsonSerializer.Serialize(
                JobDiffer.Annotate(
                    JobDiffer.Diff(Read(Before), Read(After)),
                    new Dictionary<string, IReadOnlyDictionary<string, ulong>> { ["app"] = new Dictionary<string, ulong> { ["create"] = 3, ["create/destroy update"] = 2 } }),
                new JobDiffJson(new JsonSerializerOptions { WriteIndented = true }).JobDiff));

    [Fact]
    public void The_same_job_does_not_differ_whatever_the_server_keeps_of_it()
    {
        var job = Read(Before);

        Assert.Equal(DiffTypes.None, JobDiffer.Diff(job, job with { Version = 7, JobModifyIndex = 9, Status = "running", SubmitTime = 1 }).Type);
    }

    [Fact]
    public void A_new_job_is_added_whole_and_a_missing_one_deleted()
    {
        var job = Read(Before);

        Assert.Equal(DiffTypes.Added, JobDiffer.Diff(null, job).Type);
        Assert.All(JobDiffer.Diff(null, job).TaskGroups, group => Assert.Equal(DiffTypes.Added, group.Type));
        Assert.Equal(DiffTypes.Deleted, JobDiffer.Diff(job, null).Type);
        Assert.Equal(DiffTypes.None, JobDiffer.Diff(null, null).Type);
    }

    [Fact]
    public void Annotations_say_what_a_change_forces()
    {
        var before = Read(Before);
        var inPlace = Read(Before.Replace("\"v1\"", "\"v2\"", StringComparison.Ordinal).Replace("driver = \"docker\"", "driver = \"docker\"\nkill_timeout = \"9s\"", StringComparison.Ordinal));
        var replaced = Read(Before.Replace("app:1", "app:2", StringComparison.Ordinal).Replace("count = 2", "count = 1", StringComparison.Ordinal));
        var none = new Dictionary<string, IReadOnlyDictionary<string, ulong>>();

        Assert.Equal(["forces in-place update"], JobDiffer.Annotate(JobDiffer.Diff(before, inPlace), none).TaskGroups[0].Tasks[0].Annotations);
        var forced = JobDiffer.Annotate(JobDiffer.Diff(before, replaced), none).TaskGroups[0];
        Assert.Equal(["forces create/destroy update"], forced.Tasks[0].Annotations);
        Assert.Equal(["forces destroy"], forced.Fields.Single(field => field.Name == "Count").Annotations);
    }

    [Fact]
    public void Context_shows_what_stayed_the_same_in_a_changed_block()
    {
        var diff = JobDiffer.Diff(Read(Before), Read(After), contextual: true);

        Assert.Contains(diff.TaskGroups[0].Tasks[2].Fields, field => field is { Type: DiffTypes.None, Name: "Driver", Old: "docker" });
    }

    [Fact]
    public void The_order_of_arguments_matters()
    {
        var swapped = Read(Before.Replace("\"-a\", \"-b\"", "\"-b\", \"-a\"", StringComparison.Ordinal));

        Assert.Equal(DiffTypes.Edited, JobDiffer.Diff(Read(Before), swapped).Type);
    }
}
