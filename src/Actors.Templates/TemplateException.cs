namespace Actors.Templates;

/// <summary>A template can't be read or carried out. The message names the line and what was found.</summary>
public sealed class TemplateException(int line, string message) : Exception($"template line {line}: {message}");
