using System.Text.Json;

namespace Actors.Cli.Tests.Commands;

/// <summary>What is wrong with a job file, for people and for editors.</summary>
public sealed class DiagnosticsSpecs
{
    private const string Misspelt = "job \"a\" {\n  prority = 50\n  group \"g\" {\n    task \"t\" { driver = \"raw_exec\" }\n  }\n}\n";
    private const string Fine = "job \"a\" {\n  group \"g\" {\n    task \"t\" { driver = \"raw_exec\" }\n  }\n}\n";

    [Fact]
    public async Task A_mistake_is_shown_with_its_line_a_caret_and_the_nearest_name()
    {
        var run = await PbmRun.InProcessAsync(["job", "validate", "-"], Misspelt);

        Assert.Equal(1, run.ExitCode);
        Assert.Equal("", run.Output);
        Assert.StartsWith(
            """
            error[ACT3003]: job has no attribute "prority"
              --> stdin:2:3
              |
            2 |   prority = 50
              |   ^^^^^^^
              help: did you mean "priority"?
            """.ReplaceLineEndings("\n"),
            run.Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Validate_with_json_writes_one_document_for_an_editor()
    {
        var run = await PbmRun.InProcessAsync(["validate", "-json", "-"], Misspelt);
        var report = JsonDocument.Parse(run.Output).RootElement;
        var diagnostic = Assert.Single(report.GetProperty("Diagnostics").EnumerateArray());

        Assert.Equal(1, run.ExitCode);
        Assert.False(report.GetProperty("Valid").GetBoolean());
        Assert.Equal((1, 0), (report.GetProperty("ErrorCount").GetInt32(), report.GetProperty("WarningCount").GetInt32()));
        Assert.Equal(("error", "ACT3003", "did you mean \"priority\"?"), (diagnostic.GetProperty("Severity").GetString(), diagnostic.GetProperty("Code").GetString(), diagnostic.GetProperty("Suggestion").GetString()));
        Assert.Equal("""{"File":"stdin","Start":{"Line":2,"Column":3,"Offset":12},"End":{"Line":2,"Column":10,"Offset":19}}""", JsonSerializer.Serialize(diagnostic.GetProperty("Range")));
    }

    [Fact]
    public async Task A_valid_file_has_an_empty_document()
    {
        var run = await PbmRun.InProcessAsync(["validate", "-json", "-"], Fine);

        Assert.Equal(0, run.ExitCode);
        Assert.Equal("", run.Error);
        Assert.True(JsonDocument.Parse(run.Output).RootElement.GetProperty("Valid").GetBoolean());
    }

    [Theory]
    [InlineData("run", "-output")]
    [InlineData("plan", "-verbose")]
    [InlineData("fmt", "-check")]
    public async Task Other_commands_write_it_to_standard_error(string command, string flag)
    {
        var run = await PbmRun.InProcessAsync([command, flag, "-json", "-"], command == "fmt" ? "job \"a\" {" : Misspelt);
        var json = run.Error[..(run.Error.LastIndexOf("}\n", StringComparison.Ordinal) + 1)];

        Assert.NotEqual(0, run.ExitCode);
        Assert.Equal("", run.Output);
        Assert.Equal("stdin", JsonDocument.Parse(json).RootElement.GetProperty("Diagnostics")[0].GetProperty("Range").GetProperty("File").GetString());
    }

    [Fact]
    public async Task A_job_that_is_written_as_JSON_is_validated_all_the_same()
    {
        var run = await PbmRun.InProcessAsync(["validate", "-json", "-"], """{"Job": {"ID": "a", "TaskGroups": [{"Name": "g", "Tasks": [{"Name": "t"}]}]}}""");
        var diagnostic = Assert.Single(JsonDocument.Parse(run.Output).RootElement.GetProperty("Diagnostics").EnumerateArray());

        Assert.Equal(1, run.ExitCode);
        Assert.Equal("TaskGroups[0].Tasks[0].Driver", diagnostic.GetProperty("Path").GetString());
    }
}
