using Actors.JobSpec.Evaluation;
using Actors.JobSpec.Tests.Evaluation;
using CsCheck;
using Xunit;

namespace Actors.JobSpec.Tests.Properties;

/// <summary>Every function, with arguments that nobody would give it.</summary>
public sealed class FunctionProperties
{
    private static readonly Gen<string> Value = Gen.Frequency(
        (6, Gen.OneOf(
            "null", "true", "0", "-1", "1", "0.5", "-0.5", "2147483648", "1e300", "1e-300", "64", "\"\"", "\"a\"", "\"é🙂\\u0301\"", "\"\\n\\t \\r\\n\"",
            "\"1\"", "\"-7\"", "\"1e999\"", "\"true\"", "\"10.0.0.0/8\"", "\"fd00::/8\"", "\"2026-01-31T10:00:00Z\"", "\"1h30m\"", "\"YYYY-MM-DD'T'\"", "\"'\"",
            "\"%s %d %v %[2]q %-8.3f|%05d\"", "\"%\"", "\"%[9]s\"", "\"%999s\"", "\"(a|b)*\"", "\"[\"", "\"/x+/\"", "\"$${1}$$\"", "\"aGk=\"", "\"{\\\"a\\\":[1,null]}\"",
            "\"a,b\\n1,\\\"2\"", "\"- a\\n- {b: *c}\"", "\"&a [*a]\"", "\"dns\"", "list(string)", "object({ a = number })")),
        (2, Gen.OneOf("[]", "{}", "[null]", "[1, \"a\"]", "[[1], [2, [3]]]", "{ a = 1, b = null }", "[{ a = 1 }, { a = 2 }]", "convert([3, 1, 1], set(number))", "convert({ a = 1 }, map(string))", "range(1024)")),
        (1, Gen.OneOf("nope", "attr.kernel.name", "1 / 0", "\"${1 / 0}\"")));

    private static readonly Gen<string> Call = Gen.Recursive<string>((depth, inner) =>
        Gen.Select(Gen.OneOf([.. FunctionTable.Names]), (depth > 2 ? Value : Gen.Frequency((5, Value), (1, inner))).Array[0, 4], Gen.Int[0, 9], (name, arguments, expand) =>
            $"{name}({string.Join(", ", arguments)}{(expand == 0 && arguments.Length > 0 ? "..." : "")})"));

    [Fact]
    public void Any_call_gives_a_value_or_an_error() => Call.Sample(Ends, iter: 6000);

    /// <summary>ACTORS_FUZZ_SECONDS makes it run for so much of the processors' time; the suite runs it for a moment only.</summary>
    [Fact]
    public void A_long_run_of_calls_finds_nothing()
    {
        var seconds = double.TryParse(Environment.GetEnvironmentVariable("ACTORS_FUZZ_SECONDS"), out var given) ? given : 1;
        var start = Environment.CpuUsage.TotalTime;
        while ((Environment.CpuUsage.TotalTime - start).TotalSeconds < seconds) Call.Sample(Ends, iter: 2000, threads: 1);
    }

    private static void Ends(string call)
    {
        // Processors' time: a machine that is busy with other things makes no input slow.
        var start = Environment.CpuUsage.TotalTime;
        Assert.NotEmpty(Expressions.Evaluate(call));
        var took = Environment.CpuUsage.TotalTime - start;
        Assert.True(took < TimeSpan.FromSeconds(10), $"took {took}");
    }
}
