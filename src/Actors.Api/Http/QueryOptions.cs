using System.Globalization;
using Actors.Contracts;
using Actors.Contracts.Jobs;
using Microsoft.AspNetCore.Http;

namespace Actors.Api.Http;

/// <summary>What Nomad's reads take beside their path: consistency, waiting, paging, form.</summary>
internal sealed record QueryOptions
{
    /// <summary>How long a blocking query waits when it doesn't say, and at most.</summary>
    public static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(300);

    /// <summary>How many items one page may ask for.</summary>
    public const int MaxPerPage = 100_000;

    /// <summary>The longest <c>filter</c>, in characters.</summary>
    public const int MaxFilterLength = 16 * 1024;

    /// <summary>Answer when the target changed after this index; 0: at once.</summary>
    public ulong Index { get; private init; }

    /// <summary>How long to wait for it, without jitter.</summary>
    public TimeSpan Wait { get; private init; }

    /// <summary>Any server's replica will do.</summary>
    public bool Stale { get; private init; }

    /// <summary>The namespace, or <c>*</c> for all.</summary>
    public string Namespace { get; private init; } = JobId.DefaultNamespace;

    public bool AllNamespaces => Namespace == "*";

    /// <summary>Only what begins with this id.</summary>
    public string Prefix { get; private init; } = "";

    /// <summary>How many; 0: all.</summary>
    public int PerPage { get; private init; }

    /// <summary>Where the page begins, from the page before.</summary>
    public string NextToken { get; private init; } = "";

    /// <summary>The newest first.</summary>
    public bool Reverse { get; private init; }

    /// <summary>Indented JSON.</summary>
    public bool Pretty { get; private init; }

    /// <summary>Which of them, as an expression.</summary>
    public string Filter { get; private init; } = "";

    /// <summary>The region asked for, or "".</summary>
    public string Region { get; private init; } = "";

    /// <summary>Reads them from a request.</summary>
    /// <exception cref="ApiException">One of them can't be read: 400 naming it.</exception>
    public static QueryOptions From(IQueryCollection query)
    {
        var options = new QueryOptions
        {
            Index = Unsigned(query, "index"),
            Wait = WaitTime(query["wait"].ToString()),
            Stale = Flag(query, "stale"),
            Namespace = query["namespace"].ToString() is { Length: > 0 } name ? name : JobId.DefaultNamespace,
            Prefix = query["prefix"].ToString(),
            PerPage = (int)Math.Min(Unsigned(query, "per_page"), MaxPerPage),
            NextToken = query["next_token"].ToString(),
            Reverse = Flag(query, "reverse"),
            Pretty = Flag(query, "pretty"),
            Filter = query["filter"].ToString(),
            Region = query["region"].ToString(),
        };
        if (options.Stale && Flag(query, "consistent"))
            throw ApiException.BadRequest("stale and consistent exclude each other: give one of them");
        if (options.Filter.Length > MaxFilterLength)
            throw ApiException.BadRequest($"filter has {options.Filter.Length} characters, at most {MaxFilterLength} are accepted");
        return options;
    }

    /// <summary>A flag is set when its name is there, unless its value says false.</summary>
    /// <exception cref="ApiException">The value is neither true nor false.</exception>
    public static bool Flag(IQueryCollection query, string name)
    {
        if (!query.TryGetValue(name, out var values))
            return false;

        return values.ToString() switch
        {
            "" or "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
            "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
            var other => throw ApiException.BadRequest($"{name} must be true or false, found \"{other}\""),
        };
    }

    /// <summary>A whole number, 0 when it is not given.</summary>
    /// <exception cref="ApiException">The value is not a whole number of 0 or more.</exception>
    public static ulong Unsigned(IQueryCollection query, string name)
    {
        var text = query[name].ToString();
        if (text.Length == 0)
            return 0;

        return ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw ApiException.BadRequest($"{name} must be a whole number of 0 or more, found \"{text}\"");
    }

    private static TimeSpan WaitTime(string text)
    {
        if (text.Length == 0)
            return MaxWait;
        if (!GoDuration.TryParse(text, out var wait) || wait < TimeSpan.Zero)
            throw ApiException.BadRequest($"Invalid wait time: expected a duration such as 30s, found \"{text}\"");

        return wait > MaxWait || wait == TimeSpan.Zero ? MaxWait : wait;
    }
}
