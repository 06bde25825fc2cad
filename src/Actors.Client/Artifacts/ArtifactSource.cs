using System.Text.RegularExpressions;

namespace Actors.Client.Artifacts;

/// <summary>How an artifact is fetched.</summary>
internal enum ArtifactGetter
{
    /// <summary>Over HTTP or HTTPS.</summary>
    Http,

    /// <summary>With git.</summary>
    Git,

    /// <summary>From an object store that speaks S3.</summary>
    S3,

    /// <summary>From the machine itself.</summary>
    File,
}

/// <summary>
/// Where an artifact comes from, in the forms of go-getter: <c>https://host/x.tar.gz?checksum=…</c>, <c>git::https://host/repo//sub?ref=v1</c>,
/// <c>s3::https://host/bucket/key</c>, <c>github.com/owner/repo</c>, <c>git@host:owner/repo</c>, <c>file:///x</c>.
/// </summary>
/// <param name="Getter">How.</param>
/// <param name="Address">The address without options and without the directory inside.</param>
/// <param name="Subdirectory">Only this part of it; "": all.</param>
/// <param name="Options">The options, from the address and beside it.</param>
internal sealed partial record ArtifactSource(ArtifactGetter Getter, string Address, string Subdirectory, IReadOnlyDictionary<string, string> Options)
{
    // What this client itself reads; anything else in an HTTP address is the server's.
    private static readonly HashSet<string> OwnOptions = new(StringComparer.Ordinal) { "archive", "checksum", "filename" };

    private static readonly Dictionary<ArtifactGetter, HashSet<string>> GetterOptions = new()
    {
        [ArtifactGetter.Http] = [],
        [ArtifactGetter.Git] = ["ref", "depth", "sshkey"],
        [ArtifactGetter.S3] = ["region", "version", "aws_access_key_id", "aws_access_key_secret", "aws_access_token"],
        [ArtifactGetter.File] = [],
    };

    /// <summary>An option; "" when there is none.</summary>
    public string Option(string name) => Options.GetValueOrDefault(name, "");

    /// <summary>Its last part: the name that a file gets when nothing else is said.</summary>
    public string FileName => Option("filename") is { Length: > 0 } asked ? asked : Uri.UnescapeDataString(Address.Split('?')[0].TrimEnd('/').Split('/', ':')[^1]);

    /// <summary>Reads a source.</summary>
    /// <param name="text">As the job has it, interpolated.</param>
    /// <param name="options">The job's options beside it; they win.</param>
    /// <exception cref="ArtifactException">It is none.</exception>
    public static ArtifactSource Parse(string text, IEnumerable<KeyValuePair<string, string>> options)
    {
        if (string.IsNullOrWhiteSpace(text)) throw new ArtifactException("source: expected an address, found \"\"");
        var (forced, rest) = Forced(Detect(text.Trim()));
        var getter = forced ?? GetterOf(rest, text);
        var (address, query) = SplitQuery(rest);
        (address, var subdirectory) = SplitSubdirectory(address);
        if (subdirectory.Split('/').Contains("..")) throw new ArtifactException($"source: \"//{subdirectory}\" leaves the artifact");

        var own = new Dictionary<string, string>(StringComparer.Ordinal);
        var passed = new List<string>();
        foreach (var pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var name = Uri.UnescapeDataString(pair.Split('=')[0]);
            if (OwnOptions.Contains(name) || GetterOptions[getter].Contains(name))
                own[name] = pair.Contains('=', StringComparison.Ordinal) ? Uri.UnescapeDataString(pair[(pair.IndexOf('=', StringComparison.Ordinal) + 1)..].Replace('+', ' ')) : "";
            else
                passed.Add(pair);
        }

        foreach (var (name, value) in options)
        {
            if (OwnOptions.Contains(name) || GetterOptions[getter].Contains(name)) own[name] = value;
            else passed.Add($"{Uri.EscapeDataString(name)}={Uri.EscapeDataString(value)}");
        }

        return new ArtifactSource(getter, passed.Count > 0 ? $"{address}?{string.Join('&', passed)}" : address, subdirectory, own);
    }

    private static (ArtifactGetter? Getter, string Remainder) Forced(string text)
    {
        if (ForcedGetter().Match(text) is not { Success: true } match) return (null, text);
        var rest = text[match.Length..];
        return match.Groups[1].Value switch
        {
            "http" or "https" => (ArtifactGetter.Http, rest),
            "git" => (ArtifactGetter.Git, rest),
            "s3" => (ArtifactGetter.S3, rest),
            "file" => (ArtifactGetter.File, rest),
            var other => throw new ArtifactException($"source: \"{other}::\" is not supported; there are http, https, git, s3 and file"),
        };
    }

    private static ArtifactGetter GetterOf(string rest, string text) => rest.Split("://")[0].ToLowerInvariant() switch
    {
        "http" or "https" => ArtifactGetter.Http,
        "git" or "ssh" => ArtifactGetter.Git,
        "s3" => ArtifactGetter.S3,
        "file" => ArtifactGetter.File,
        _ when rest.StartsWith('/') => ArtifactGetter.File,
        var other => throw new ArtifactException(rest.Contains("://", StringComparison.Ordinal)
            ? $"source: \"{other}\" is not supported; there are http, https, git, ssh, s3 and file"
            : $"source: \"{text}\" has no scheme; expected an address such as https://host/path"),
    };

    /// <summary>Short forms written out.</summary>
    private static string Detect(string text)
    {
        if (text.StartsWith("git@", StringComparison.Ordinal) && text.Contains(':', StringComparison.Ordinal)) return $"git::ssh://{Scp().Replace(text, "$1/", 1)}";
        if (text.StartsWith("git::git@", StringComparison.Ordinal)) return $"git::ssh://{Scp().Replace(text["git::".Length..], "$1/", 1)}";
        if (text.Contains("::", StringComparison.Ordinal) || text.Contains("://", StringComparison.Ordinal)) return text;
        if (HostedRepository().Match(text) is { Success: true } hosted)
        {
            var name = hosted.Groups["repo"].Value;
            return $"git::https://{hosted.Groups["base"].Value}/{(name.EndsWith(".git", StringComparison.Ordinal) ? name : name + ".git")}{(hosted.Groups["sub"].Value is { Length: > 0 } sub ? $"//{sub}" : "")}{hosted.Groups["query"].Value}";
        }

        return S3Host().IsMatch(text) ? $"s3::https://{text}" : text;
    }

    private static (string Address, string Query) SplitQuery(string text)
    {
        var mark = text.IndexOf('?', StringComparison.Ordinal);
        return mark < 0 ? (text, "") : (text[..mark], text[(mark + 1)..]);
    }

    private static (string Address, string Subdirectory) SplitSubdirectory(string address)
    {
        var scheme = address.IndexOf("://", StringComparison.Ordinal);
        var mark = address.IndexOf("//", scheme < 0 ? 0 : scheme + 3, StringComparison.Ordinal);
        return mark < 0 ? (address, "") : (address[..mark], address[(mark + 2)..].Trim('/'));
    }

    [GeneratedRegex("^([A-Za-z0-9]+)::")]
    private static partial Regex ForcedGetter();

    [GeneratedRegex("^([^:/]+):")]
    private static partial Regex Scp();

    [GeneratedRegex(@"^(?<base>(github\.com|gitlab\.com|bitbucket\.org)/[^/?]+)/(?<repo>[^/?]+)(/+(?<sub>[^?]*))?(?<query>\?.*)?$")]
    private static partial Regex HostedRepository();

    [GeneratedRegex(@"^([A-Za-z0-9.\-]+\.)?s3[.\-][a-z0-9.\-]*amazonaws\.com/")]
    private static partial Regex S3Host();
}
