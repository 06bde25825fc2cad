using System.Net;
using System.Xml;
using System.Xml.Linq;

namespace Actors.Client.Artifacts;

/// <summary>An object of a store that speaks S3.</summary>
/// <param name="Bucket">The bucket's address: its objects lie beneath it.</param>
/// <param name="Key">The object's key, or the prefix of several.</param>
/// <param name="Region">The store's region.</param>
internal sealed record S3Place(Uri Bucket, string Key, string Region)
{
    /// <summary>Reads an address: <c>https://s3.region.amazonaws.com/bucket/key</c>, <c>https://bucket.s3.region.amazonaws.com/key</c>, or <c>https://host/bucket/key</c> of any other store.</summary>
    /// <exception cref="ArtifactException">It is none of these.</exception>
    public static S3Place Parse(ArtifactSource source)
    {
        var text = source.Address.Contains("://", StringComparison.Ordinal) ? source.Address.Replace("s3://", "https://", StringComparison.Ordinal) : $"https://{source.Address}";
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address)) throw new ArtifactException($"source: \"{source.Address}\" is no address of an object");
        var parts = address.AbsolutePath.TrimStart('/').Split('/', 2);
        var host = address.Host.Split('.');
        var service = Array.FindIndex(host, p => p == "s3" || p.StartsWith("s3-", StringComparison.Ordinal));
        var amazon = address.Host.EndsWith("amazonaws.com", StringComparison.OrdinalIgnoreCase) && service >= 0;
        var region = source.Option("region") is { Length: > 0 } asked ? asked
            : !amazon ? "us-east-1"
            : host[service].StartsWith("s3-", StringComparison.Ordinal) ? host[service][3..]
            : host[service + 1] is "amazonaws" ? "us-east-1" : host[service + 1];
        var root = new Uri(address.GetLeftPart(UriPartial.Authority) + "/");
        if (amazon && service > 0) return new S3Place(root, Uri.UnescapeDataString(address.AbsolutePath.TrimStart('/')), region);
        return parts.Length == 2 && parts[1].Length > 0
            ? new S3Place(new Uri(root, parts[0] + "/"), Uri.UnescapeDataString(parts[1]), region)
            : throw new ArtifactException($"source: expected host/bucket/key, found \"{source.Address}\"");
    }
}

/// <summary>Fetches an object, or all objects beneath a prefix, from a store that speaks S3; signed when credentials are given, else as anyone.</summary>
/// <param name="source">The source.</param>
/// <param name="fetching">What it may cost.</param>
/// <param name="time">The clock: signatures have a date.</param>
internal sealed class S3Getter(ArtifactSource source, Fetching fetching, TimeProvider time)
{
    private const int MaxListBytes = 8 << 20;
    private static readonly XNamespace Space = "http://s3.amazonaws.com/doc/2006-03-01/";

    private readonly S3Place _place = S3Place.Parse(source);

    /// <summary>Fetches the object into a file; false when there is none of exactly this key.</summary>
    public async Task<bool> GetAsync(string path, CancellationToken cancellationToken) => await SaveAsync(_place.Key, path, 0, cancellationToken).ConfigureAwait(false) >= 0;

    /// <summary>Fetches all objects beneath the key into a directory.</summary>
    /// <exception cref="ArtifactException">There are none, or too many.</exception>
    public async Task GetAllAsync(string directory, CancellationToken cancellationToken)
    {
        var prefix = _place.Key.TrimEnd('/') + "/";
        var total = 0L;
        var count = 0;
        string? next = null;
        do
        {
            var query = $"list-type=2&prefix={Uri.EscapeDataString(prefix)}{(next is null ? "" : $"&continuation-token={Uri.EscapeDataString(next)}")}";
            var page = await ListAsync(query, cancellationToken).ConfigureAwait(false);
            foreach (var key in page.Elements().Where(e => e.Name.LocalName == "Contents").Select(e => Value(e, "Key")).OfType<string>().Where(k => !k.EndsWith('/')))
            {
                if (++count > fetching.Limits.MaxFiles) throw new ArtifactException($"there are more than {fetching.Limits.MaxFiles} objects beneath \"{prefix}\", the most that this node fetches");
                var target = SafePaths.Inside(directory, key[prefix.Length..]);
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                total = await SaveAsync(key, target, total, cancellationToken).ConfigureAwait(false);
            }

            next = Value(page, "NextContinuationToken");
        }
        while (next is { Length: > 0 });
        if (count == 0) throw new ArtifactException($"there is no object \"{_place.Key}\", and none beneath it", recoverable: true);
    }

    private async Task<long> SaveAsync(string key, string path, long before, CancellationToken cancellationToken)
    {
        var version = source.Option("version") is { Length: > 0 } v ? $"?versionId={Uri.EscapeDataString(v)}" : "";
        var address = new Uri(_place.Bucket, string.Join('/', key.Split('/').Select(Uri.EscapeDataString)) + version);
        using var response = await SendAsync(address, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.NotFound) return -1;
        if (!response.IsSuccessStatusCode) throw HttpGetter.Refused(response, address);
        var length = response.Content.Headers.ContentLength ?? 0;
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await fetching.SaveAsync(body, path, length, before, cancellationToken).ConfigureAwait(false);
        return before + length;
    }

    private async Task<XElement> ListAsync(string query, CancellationToken cancellationToken)
    {
        var address = new UriBuilder(_place.Bucket) { Query = query }.Uri;
        using var response = await SendAsync(address, cancellationToken).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode) throw HttpGetter.Refused(response, address);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            using var reader = XmlReader.Create(body, new XmlReaderSettings { Async = true, DtdProcessing = DtdProcessing.Prohibit, MaxCharactersInDocument = MaxListBytes });
            return await XElement.LoadAsync(reader, LoadOptions.None, cancellationToken).ConfigureAwait(false);
        }
        catch (XmlException e)
        {
            throw new ArtifactException($"{HttpGetter.Shown(address)} gave no list of objects: {e.Message}", recoverable: true, e);
        }
    }

    private Task<HttpResponseMessage> SendAsync(Uri address, CancellationToken cancellationToken) => HttpGetter.SendAsync(
        () =>
        {
            var request = new HttpRequestMessage(HttpMethod.Get, address);
            if (source.Option("aws_access_key_id") is { Length: > 0 } id)
                S3Signature.Sign(request, new S3Credentials(id, source.Option("aws_access_key_secret"), source.Option("aws_access_token")), _place.Region, time.GetUtcNow());
            return request;
        },
        address, fetching, cancellationToken);

    private static string? Value(XElement parent, string name) => (parent.Element(Space + name) ?? parent.Element(name))?.Value;
}
