using Actors.Cli.Commands;

namespace Actors.Cli.Tests.CommandLine;

public sealed class CommandSpecs
{
    public static TheoryData<string> Names => [.. Catalogue.All.Select(entry => entry.Name)];

    [Theory]
    [InlineData("jobb", "unknown command \"jobb\"; did you mean \"job\"?")]
    [InlineData("stats", "unknown command \"stats\"; did you mean \"status\"?")]
    [InlineData("qwertzuiop", "unknown command \"qwertzuiop\"; pbm -help lists the commands")]
    public async Task An_unknown_command_ends_with_1_and_the_nearest_one(string command, string message)
    {
        var run = await PbmRun.InProcessAsync([command]);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_command_of_a_group_ends_with_1_and_the_nearest_one()
    {
        var run = await PbmRun.InProcessAsync(["job", "rnu", "x.hcl"]);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("unknown command \"job rnu\"; did you mean \"job run\"?", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_flag_ends_with_1_and_the_nearest_one()
    {
        var run = await PbmRun.InProcessAsync(["job", "stop", "-prug", "web"]);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("unknown flag -prug; did you mean -purge?", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plan_that_cannot_be_made_ends_with_255()
    {
        var run = await PbmRun.InProcessAsync(["plan", "there-is-no-such-file.hcl"]);
        Assert.Equal(255, run.ExitCode);
        Assert.Contains("there is no file there-is-no-such-file.hcl", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_many_arguments_are_counted()
    {
        var run = await PbmRun.InProcessAsync(["job", "inspect", "a", "b"]);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("found 2 argument(s), expected 1: <job>", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_command_the_commands_are_listed()
    {
        var run = await PbmRun.InProcessAsync([]);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("quickstart", run.Output, StringComparison.Ordinal);
        Assert.Contains("job ", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Every_command_tells_its_usage_and_all_its_flags(string name)
    {
        var run = await PbmRun.InProcessAsync([.. name.Split(' '), "-help"]);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("Usage: pbm ", run.Output, StringComparison.Ordinal);
        var command = Catalogue.Find(name.Split(' ')).Entry!.Make();
        foreach (var flag in command.AllFlags.Where(flag => flag.Name != "h"))
            Assert.Contains($"  -{flag.Name}", run.Output, StringComparison.Ordinal);
        Assert.Equal(command.AllFlags.Count, command.AllFlags.Select(flag => flag.Name).Distinct().Count());
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("many")]
    public async Task A_count_that_is_no_count_is_refused(string count)
    {
        var run = await PbmRun.InProcessAsync(["job", "scale", "web", count]);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"found count \"{count}\", expected a whole number, 0 or more", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_agent_that_does_not_answer_is_named_with_what_to_do()
    {
        var run = await PbmRun.InProcessAsync(["job", "status", "-address", "127.0.0.1:1"]);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("can't reach an agent at http://127.0.0.1:1/", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sample_is_written_and_never_over_another_file()
    {
        using var folder = new Testing.TemporaryFolder("pbm-init-");
        var first = await PbmRun.InProcessAsync(["init"], workingDirectory: folder.Path);
        Assert.Equal(0, first.ExitCode);
        Assert.Contains("job \"example\"", await File.ReadAllTextAsync(Path.Combine(folder.Path, "example.nomad.hcl")), StringComparison.Ordinal);
        var second = await PbmRun.InProcessAsync(["init"], workingDirectory: folder.Path);
        Assert.Equal(1, second.ExitCode);
        Assert.Contains("is there already", second.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_sample_is_a_valid_job()
    {
        using var folder = new Testing.TemporaryFolder("pbm-samples-");
        foreach (var name in Quickstart.Samples.Names)
        {
            var file = Path.Combine(folder.Path, name + ".nomad.hcl");
            await File.WriteAllTextAsync(file, Quickstart.Samples.Find(name));
            var valid = await PbmRun.InProcessAsync(["validate", file]);
            Assert.True(valid.ExitCode == 0, $"{name}: {valid.Error}");
        }
    }

    [Fact]
    public async Task A_broken_job_file_ends_with_1_and_shows_the_place()
    {
        using var folder = new Testing.TemporaryFolder("pbm-broken-");
        var file = Path.Combine(folder.Path, "broken.hcl");
        await File.WriteAllTextAsync(file, "job \"web\" {\n  group \"a\" {\n    cuont = 3\n  }\n}\n");
        var run = await PbmRun.InProcessAsync(["validate", file]);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(":3:", run.Error, StringComparison.Ordinal);
        Assert.Contains("cuont", run.Error, StringComparison.Ordinal);
        Assert.Contains("count", run.Error, StringComparison.Ordinal);
    }
}
