using System.Text.Json;
using Actors.Cli.CommandLine;
using Actors.Cli.Terminal;
using Actors.Templates;

namespace Actors.Cli.Commands;

/// <summary>What many commands print alike.</summary>
internal static class Output
{
    /// <summary>How many characters of an id are shown unless all are asked for.</summary>
    private const int ShortId = 8;

    /// <summary>The flag for whole ids.</summary>
    public static Flag Verbose { get; } = Flag.Switch("verbose", "Show more, and ids in full.");

    /// <summary>The flag for JSON.</summary>
    public static Flag Json { get; } = Flag.Switch("json", "Show the API's answer as JSON.");

    /// <summary>The flag for a template.</summary>
    public static Flag Template { get; } = Flag.Text("t", "template", "Show the API's answer by a Go template, such as '{{range .}}{{.ID}}{{\"\\n\"}}{{end}}'.");

    /// <summary>An id as long as wanted.</summary>
    public static string Id(string id, bool whole) => whole || id.Length <= ShortId ? id : id[..ShortId];

    /// <summary>Prints the answer as JSON or by the template, if the flags ask for one of them.</summary>
    /// <returns>True when it was printed.</returns>
    /// <exception cref="UsageException">Both are asked for.</exception>
    public static bool TryRaw(Invocation invocation, JsonElement body)
    {
        var template = invocation.Flags.Text("t");
        if (invocation.Flags.IsOn("json"))
        {
            if (template is not null)
                throw new UsageException("-json and -t exclude each other");
            invocation.Cli.Out.WriteLine(body.Indented());
            return true;
        }

        if (template is null)
            return false;
        invocation.Cli.Out.WriteLine(GoTemplate.Parse(template).Render(body));
        return true;
    }

    /// <summary>A heading, in bold where that can be shown.</summary>
    public static string Heading(Invocation invocation, string text) => invocation.Cli.Paint(Paint.Bold, text);

    /// <summary>A row of a table.</summary>
    public static IReadOnlyList<string> Row(params string[] cells) => cells;

    /// <summary>Writes a JSON object's text member, if there is a text.</summary>
    public static void TextMember(Utf8JsonWriter writer, string name, string? value)
    {
        if (value is not null)
            writer.WriteString(name, value);
    }
}
