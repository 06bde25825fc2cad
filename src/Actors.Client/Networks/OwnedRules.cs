using System.Text.RegularExpressions;

namespace Actors.Client.Networks;

/// <summary>
/// Finds, in what <c>iptables-save</c> shows of a table, the rules and chains that CNI plugins made for an id (their
/// comments hold it) or for an address, and says how to remove them.
/// </summary>
internal static partial class OwnedRules
{
    /// <summary>The ids in the comments of a table's rules.</summary>
    public static IReadOnlySet<string> Ids(string table) => Id().Matches(table).Select(m => m.Groups["id"].Value).ToHashSet(StringComparer.Ordinal);

    /// <summary>The arguments of <c>iptables</c> that remove what belongs to an id: rules that lead to its chains first, then the chains.</summary>
    /// <param name="table">What <c>iptables-save</c> shows.</param>
    /// <param name="id">The id.</param>
    /// <param name="addresses">Its addresses: rules of CNI's forwarding chain know nothing else.</param>
    public static IReadOnlyList<IReadOnlyList<string>> Removal(string table, string id, IReadOnlyCollection<string> addresses)
    {
        var rules = table.Split('\n').Where(line => line.StartsWith("-A ", StringComparison.Ordinal)).Select(Words).ToList();
        var owned = rules.Where(words => words.Any(word => word.EndsWith($"id: \"{id}\"", StringComparison.Ordinal)) || IsForward(words, addresses)).ToList();
        var chains = owned.Select(words => After(words, "-j")).OfType<string>().Where(IsOwnChain).Concat(owned.Select(words => words[1]).Where(IsOwnChain)).Distinct(StringComparer.Ordinal).ToList();
        return
        [
            .. owned.Where(words => !chains.Contains(words[1])).Select(words => (IReadOnlyList<string>)["-D", .. words.Skip(1)]),
            .. chains.Select(chain => (IReadOnlyList<string>)["-F", chain]),
            .. chains.Select(chain => (IReadOnlyList<string>)["-X", chain]),
        ];
    }

    // Chains of one namespace end with a part of a hash: CNI-553898716728b562d8cb2a63, CNI-DN-553898716728b562d8cb2.
    private static bool IsOwnChain(string chain) => OwnChain().IsMatch(chain);

    private static bool IsForward(IReadOnlyList<string> words, IReadOnlyCollection<string> addresses) =>
        words[1] == "CNI-FORWARD" && (addresses.Contains(Host(After(words, "-s"))) || addresses.Contains(Host(After(words, "-d"))));

    private static string Host(string? network) => network?.EndsWith("/32", StringComparison.Ordinal) == true ? network[..^3] : "";

    private static string? After(IReadOnlyList<string> words, string flag)
    {
        for (var i = 0; i < words.Count - 1; i++)
        {
            if (words[i] == flag) return words[i + 1];
        }

        return null;
    }

    /// <summary>Words as the shell would read them: what is quoted is one, with its escapes undone.</summary>
    private static List<string> Words(string line) =>
        [.. Word().Matches(line).Select(m => m.Value.StartsWith('"') ? m.Value[1..^1].Replace("\\\"", "\"", StringComparison.Ordinal) : m.Value)];

    [GeneratedRegex("""id: \\"(?<id>[A-Za-z0-9_.-]+)\\"(?=")""")]
    private static partial Regex Id();

    [GeneratedRegex("^CNI-(DN-|SN-|UN-)?[0-9a-f]{16,}$")]
    private static partial Regex OwnChain();

    [GeneratedRegex("""
        "(?:\\.|[^"\\])*"|\S+
        """)]
    private static partial Regex Word();
}
