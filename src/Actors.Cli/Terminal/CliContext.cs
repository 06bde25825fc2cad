namespace Actors.Cli.Terminal;

/// <summary>The world of a command: its streams, its environment, its clock. Tests make their own.</summary>
internal sealed class CliContext
{
    /// <summary>Standard output.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Standard error.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Standard input.</summary>
    public required TextReader In { get; init; }

    /// <summary>Opens standard input for bytes.</summary>
    public Func<Stream> OpenInput { get; init; } = Console.OpenStandardInput;

    /// <summary>Opens standard output for bytes.</summary>
    public Func<Stream> OpenOutput { get; init; } = Console.OpenStandardOutput;

    /// <summary>Opens standard error for bytes.</summary>
    public Func<Stream> OpenError { get; init; } = Console.OpenStandardError;

    /// <summary>Environment variables by name; null when not set.</summary>
    public required Func<string, string?> Variable { get; init; }

    /// <summary>Where relative paths start.</summary>
    public required string WorkingDirectory { get; init; }

    /// <summary>Standard output is a terminal, so that a live view makes sense.</summary>
    public bool IsTerminal { get; init; }

    /// <summary>Someone can type answers.</summary>
    public bool IsInteractive { get; init; }

    /// <summary>Colours are wanted and can be shown.</summary>
    public bool UseColor { get; set; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The process's own streams and environment.</summary>
    public static CliContext OfProcess()
    {
        var isTerminal = !Console.IsOutputRedirected;
        return new CliContext
        {
            Out = Console.Out,
            Error = Console.Error,
            In = Console.In,
            Variable = Environment.GetEnvironmentVariable,
            WorkingDirectory = Environment.CurrentDirectory,
            IsTerminal = isTerminal,
            IsInteractive = isTerminal && !Console.IsInputRedirected,
            UseColor = isTerminal && Environment.GetEnvironmentVariable("NO_COLOR") is null or "" && Environment.GetEnvironmentVariable("TERM") != "dumb",
        };
    }

    /// <summary>A path as the caller means it.</summary>
    public string FullPath(string path) => Path.GetFullPath(path, WorkingDirectory);

    /// <summary>The text in a colour, when colours are wanted.</summary>
    public string Paint(Paint paint, string text) => UseColor ? $"\e[{(int)paint}m{text}\e[0m" : text;
}

/// <summary>A colour or weight, by its ANSI code.</summary>
internal enum Paint
{
    Bold = 1,
    Faint = 2,
    Red = 31,
    Green = 32,
    Yellow = 33,
    Cyan = 36,
}
