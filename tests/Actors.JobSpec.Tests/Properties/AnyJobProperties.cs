using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Actors.Contracts.Jobs;
using Actors.JobSpec.Tests.Golden;
using CsCheck;
using Xunit;

namespace Actors.JobSpec.Tests.Properties;

/// <summary>What the HTTP API may be sent: jobs whose JSON is well-formed and whose values are anything.</summary>
public sealed class AnyJobProperties
{
    private static readonly string[] Jobs = [.. Directory.EnumerateFiles(GoldenFile.Corpus, "*.nomad.*", SearchOption.AllDirectories)
        .Order(StringComparer.Ordinal)
        .Select(path => JobFile.Parse(File.ReadAllText(path)).Job)
        .OfType<Job>()
        .SelectMany(job => new[] { job, JobCanonicalizer.Canonicalize(job) })
        .Select(job => JsonSerializer.Serialize(job, JobJson.Default.Job))];

    private static readonly Gen<string> Piece = Gen.OneOf(
        "null", "0", "-1", "1", "2147483647", "-2147483648", "9223372036854775807", "-9223372036854775808", "1.5", "1e30", "true", "false",
        "\"\"", "\"x\"", "\"${attr.x}\"", "\"$attr.y\"", "\"${\"", "\"a b\"", "\"\\u0000\"", "\"1h\"", "\"../..\"", "\"constant\"", "\"fibonacci\"",
        "\"exponential\"", "\"nomad\"", "\"script\"", "\"system\"", "\"batch\"", "[]", "{}", "[null]", "[{}]", "[{},{}]", "{\"\":\"\"}", "{\"a\":{}}");

    private static readonly Gen<string> AnyJob = Gen.Select(
        Gen.OneOf(Jobs),
        Gen.Select(Gen.Int[0, 1_000_000], Piece).Array[1, 8],
        (text, edits) =>
        {
            var root = JsonNode.Parse(text)!;
            foreach (var (place, piece) in edits)
            {
                var slots = new List<Action<JsonNode?>>();
                Slots(root, slots);
                slots[place % slots.Count](JsonNode.Parse(piece));
            }

            return root.ToJsonString();
        });

    [Fact]
    public void A_job_of_any_JSON_is_read_canonicalized_validated_compared_and_written() =>
        AnyJob.Sample(
            text =>
            {
                var clock = Stopwatch.StartNew();
                var result = JobFile.Parse(text);
                Assert.Equal(result.HasErrors, result.Job is null);
                if (result.Job is { } job)
                {
                    var canonical = JobCanonicalizer.Canonicalize(job);
                    Assert.Equal(canonical, JobCanonicalizer.Canonicalize(canonical));
                    JobValidator.Validate(canonical, result.Locate);
                    JobValidator.Validate(job);
                    JobDiffer.Annotate(JobDiffer.Diff(job, canonical, contextual: true), new Dictionary<string, IReadOnlyDictionary<string, ulong>>());
                    Assert.DoesNotContain(JobFile.Parse(JobHcl.Write(canonical)).Diagnostics, diagnostic => diagnostic.Code.StartsWith("ACT1", StringComparison.Ordinal));
                }

                Assert.True(clock.Elapsed < TimeSpan.FromSeconds(30), $"took {clock.Elapsed}");
            },
            iter: 3000);

    private static void Slots(JsonNode node, List<Action<JsonNode?>> slots)
    {
        switch (node)
        {
            case JsonObject item:
                foreach (var (name, value) in item.ToList())
                {
                    slots.Add(replacement => item[name] = replacement);
                    if (value is not null) Slots(value, slots);
                }

                break;
            case JsonArray array:
                for (var i = 0; i < array.Count; i++)
                {
                    var at = i;
                    slots.Add(replacement => array[at] = replacement);
                    if (array[i] is { } value) Slots(value, slots);
                }

                break;
        }
    }
}
