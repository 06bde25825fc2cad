using Actors.Cli.Commands;
using Actors.Cli.Terminal;

namespace Actors.Cli.Tests;

/// <summary>A command run within the test: what it wrote, and how it ended.</summary>
internal sealed record PbmRun(int ExitCode, string Output, string Error)
{
    /// <summary>The time at which everything happens.</summary>
    public static readonly DateTimeOffset Now = new(2026, 8, 1, 12, 0, 0, TimeSpan.Zero);

    public static async Task<PbmRun> InProcessAsync(IReadOnlyList<string> args, string input = "", IReadOnlyDictionary<string, string>? environment = null, string? workingDirectory = null, CancellationToken cancellation = default)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var cli = new CliContext
        {
            Out = output,
            Error = error,
            In = new StringReader(input),
            Variable = name => environment?.GetValueOrDefault(name),
            WorkingDirectory = workingDirectory ?? Environment.CurrentDirectory,
            Time = new FixedTime(),
        };
        var code = await Pbm.RunAsync(args, cli, cancellation);
        return new PbmRun(code, output.ToString().ReplaceLineEndings("\n"), error.ToString().ReplaceLineEndings("\n"));
    }

    private sealed class FixedTime : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
