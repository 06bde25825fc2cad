using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;

namespace Actors.Cli.Tests.Build;

/// <summary>build.ps1, in PowerShell itself (as a library, so that none has to be installed).</summary>
public sealed class BuildScriptSpecs
{
    private static readonly string Script = Path.Combine(AppContext.BaseDirectory, "build.ps1");
    private static readonly string[] Targets = ["restore", "build", "test", "pack", "publish", "quickstart"];

    [Fact]
    public void It_parses_without_a_mistake()
    {
        Parser.ParseFile(Script, out _, out var mistakes);
        Assert.Empty(mistakes.Select(mistake => mistake.Message));
    }

    [Theory]
    [InlineData("restore", "dotnet restore {root}/Actors.sln")]
    [InlineData("build", "dotnet build {root}/Actors.sln -c Release")]
    [InlineData("test", "bash {root}/tests/run")]
    [InlineData("pack", "dotnet pack {root}/Actors.sln -c Release -o artifacts/packages")]
    [InlineData("publish", "dotnet publish {root}/src/Actors.Cli -c Release -r linux-x64 --self-contained false -p:PublishReadyToRun=true -o artifacts/pbm-linux-x64")]
    [InlineData("quickstart", "dotnet run -c Release --project {root}/src/Actors.Cli -- quickstart")]
    public void Each_target_only_calls_what_anyone_could_type(string target, string call)
    {
        var (calls, errors) = Run(target, exitCode: 0);
        Assert.Empty(errors);
        Assert.Equal([call.Replace("{root}", AppContext.BaseDirectory.TrimEnd('/'), StringComparison.Ordinal)], calls);
    }

    [Fact]
    public void A_call_that_fails_fails_the_target()
    {
        var (_, errors) = Run("build", exitCode: 3);
        Assert.Contains(errors, error => error.Contains("dotnet build ended with 3", StringComparison.Ordinal));
    }

    [Fact]
    public void An_unknown_target_is_refused_with_those_that_there_are()
    {
        var (calls, errors) = Run("deploy", exitCode: 0);
        Assert.Empty(calls);
        Assert.All(Targets, target => Assert.Contains(target, string.Concat(errors), StringComparison.Ordinal));
    }

    [Fact]
    public void It_really_runs_dotnet()
    {
        using var folder = new Testing.TemporaryFolder("build-");
        File.Copy(Script, folder.At("build.ps1"));
        File.WriteAllText(folder.At("Actors.sln"), "Microsoft Visual Studio Solution File, Format Version 12.00\nGlobal\nEndGlobal\n");
        using var shell = NewShell();
        shell.AddCommand(folder.At("build.ps1")).AddParameter("Target", "restore");
        var output = shell.Invoke().Select(line => line.ToString()).ToList();
        Assert.True(!shell.HadErrors, string.Join('\n', shell.Streams.Error.Select(error => error.ToString()).Concat(output)));
    }

    // The programs are replaced by functions of the same names, which PowerShell prefers, and which keep what they are called with.
    private static (IReadOnlyList<string> Calls, IReadOnlyList<string> Errors) Run(string target, int exitCode)
    {
        using var shell = NewShell();
        shell.AddScript($$"""
            $global:calls = [System.Collections.Generic.List[string]]::new()
            function global:dotnet { $global:calls.Add("dotnet $args"); $global:LASTEXITCODE = {{exitCode}} }
            function global:bash { $global:calls.Add("bash $args"); $global:LASTEXITCODE = {{exitCode}} }
            """).Invoke();
        shell.Commands.Clear();
        var errors = new List<string>();
        try
        {
            shell.AddCommand(Script).AddParameter("Target", target).Invoke();
        }
        catch (RuntimeException e)
        {
            errors.Add(e.Message);
        }

        errors.AddRange(shell.Streams.Error.Select(error => error.ToString()));
        var calls = (IEnumerable<string>)shell.Runspace.SessionStateProxy.GetVariable("calls");
        return ([.. calls], errors);
    }

    private static PowerShell NewShell()
    {
        var runspace = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());
        runspace.Open();
        var shell = PowerShell.Create(runspace);
        shell.AddScript("Set-ExecutionPolicy -Scope Process Bypass -ErrorAction SilentlyContinue").Invoke();
        shell.Commands.Clear();
        shell.Streams.ClearStreams();
        return shell;
    }
}
