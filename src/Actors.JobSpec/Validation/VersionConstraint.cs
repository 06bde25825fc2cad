using System.Text.RegularExpressions;

namespace Actors.JobSpec.Validation;

/// <summary>The syntax of version constraints: comma-separated comparisons.</summary>
internal static partial class VersionConstraint
{
    /// <param name="text">The constraint.</param>
    /// <param name="strict">Versions must be semantic ones; else 1, 1.2 and more than three parts are versions too.</param>
    public static bool IsValid(string text, bool strict) =>
        text.Length is > 0 and < 1000 && text.Split(',').All(part => (strict ? Semantic() : Loose()).IsMatch(part.Trim()));

    [GeneratedRegex(@"^(=|!=|>|<|>=|<=|~>)?\s*v?\d+(\.\d+)*(-[0-9A-Za-z.~-]+)?(\+[0-9A-Za-z.~-]+)?$", RegexOptions.CultureInvariant, 250)]
    private static partial Regex Loose();

    [GeneratedRegex(@"^(=|!=|>|<|>=|<=)?\s*v?\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$", RegexOptions.CultureInvariant, 250)]
    private static partial Regex Semantic();
}
