namespace Actors.Templates;

/// <summary>Functions that a template has beside those of Go itself.</summary>
public interface ITemplateFunctions
{
    /// <summary>Their names.</summary>
    IReadOnlyCollection<string> Names { get; }

    /// <summary>Calls one; only ever one of <see cref="Names"/>.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="arguments">What it is given: text, long, double, bool, null, lists, maps, JSON.</param>
    /// <param name="line">The template's line, for errors.</param>
    /// <exception cref="TemplateException">It can't take these arguments.</exception>
    object? Call(string name, IReadOnlyList<object?> arguments, int line);
}
