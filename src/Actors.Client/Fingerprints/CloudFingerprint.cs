using System.Net;
using System.Text.Json;

namespace Actors.Client.Fingerprints;

/// <summary>
/// Asks whether the machine stands in a cloud, which tells each machine about itself over HTTP: Amazon, Google, Azure,
/// DigitalOcean. Asked once; where nobody answers soon, it stands in none.
/// </summary>
/// <param name="endpoint">Where clouds answer, <c>http://169.254.169.254</c>; "": nobody is asked.</param>
/// <param name="within">How long an answer may take.</param>
internal sealed class CloudFingerprint(string endpoint, TimeSpan within) : IDisposable
{
    /// <summary>Where all of them answer.</summary>
    public const string LinkLocal = "http://169.254.169.254";

    /// <summary>A cloud's own answers take some milliseconds.</summary>
    public static TimeSpan Soon { get; } = TimeSpan.FromSeconds(1);

    private const int MaxAnswer = 256 * 1024;

    private static readonly (string Attribute, string Path)[] Amazon =
    [
        ("platform.aws.ami-id", "ami-id"),
        ("platform.aws.instance-type", "instance-type"),
        ("platform.aws.instance-life-cycle", "instance-life-cycle"),
        ("platform.aws.placement.availability-zone", "placement/availability-zone"),
        ("unique.platform.aws.hostname", "hostname"),
        ("unique.platform.aws.instance-id", "instance-id"),
        ("unique.platform.aws.local-hostname", "local-hostname"),
        ("unique.platform.aws.local-ipv4", "local-ipv4"),
        ("unique.platform.aws.mac", "mac"),
        ("unique.platform.aws.public-hostname", "public-hostname"),
        ("unique.platform.aws.public-ipv4", "public-ipv4"),
    ];

    private static readonly (string Attribute, string Path)[] DigitalOcean =
    [
        ("platform.digitalocean.region", "region"),
        ("platform.digitalocean.size", "size"),
        ("unique.platform.digitalocean.id", "id"),
        ("unique.platform.digitalocean.hostname", "hostname"),
        ("unique.platform.digitalocean.private-ipv4", "interfaces/private/0/ipv4/address"),
        ("unique.platform.digitalocean.public-ipv4", "interfaces/public/0/ipv4/address"),
    ];

    private static readonly (string Attribute, string Member)[] Azure =
    [
        ("platform.azure.location", "location"),
        ("platform.azure.resource-group", "resourceGroupName"),
        ("platform.azure.scale-set", "vmScaleSetName"),
        ("platform.azure.vm-size", "vmSize"),
        ("platform.azure.zone", "zone"),
        ("unique.platform.azure.name", "name"),
        ("unique.platform.azure.id", "vmId"),
    ];

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, ConnectTimeout = within })
    {
        MaxResponseContentBufferSize = MaxAnswer,
        Timeout = within,
    };

    /// <summary>What the machine's cloud tells of it, as attributes; empty: it stands in none that is known.</summary>
    public async Task<IReadOnlyDictionary<string, string>> TakeAsync(CancellationToken cancellationToken)
    {
        if (endpoint.Length == 0) return new Dictionary<string, string>();
        var all = await Task.WhenAll(AmazonAsync(cancellationToken), GoogleAsync(cancellationToken), AzureAsync(cancellationToken), DigitalOceanAsync(cancellationToken)).ConfigureAwait(false);
        return all.FirstOrDefault(found => found.Count > 0) ?? [];
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<Dictionary<string, string>> AmazonAsync(CancellationToken cancellationToken)
    {
        // Newer machines want a token first, older ones know of none.
        var token = await AskAsync(HttpMethod.Put, "/latest/api/token", cancellationToken, ("X-aws-ec2-metadata-token-ttl-seconds", "60")).ConfigureAwait(false);
        (string, string)[] headers = token is null ? [] : [("X-aws-ec2-metadata-token", token)];
        if (await AskAsync(HttpMethod.Get, "/latest/meta-data/ami-id", cancellationToken, headers).ConfigureAwait(false) is null) return [];
        var found = await AllAsync("/latest/meta-data/", Amazon, cancellationToken, headers).ConfigureAwait(false);
        found["platform.aws"] = "1";
        return found;
    }

    private async Task<Dictionary<string, string>> GoogleAsync(CancellationToken cancellationToken)
    {
        if (await JsonAsync("/computeMetadata/v1/instance/?recursive=true", cancellationToken, ("Metadata-Flavor", "Google")).ConfigureAwait(false) is not { } instance) return [];
        var found = new Dictionary<string, string> { ["platform.gce"] = "1" };
        Keep("platform.gce.machine-type", Last(Text(instance, "machineType")));
        Keep("platform.gce.zone", Last(Text(instance, "zone")));
        Keep("unique.platform.gce.hostname", Text(instance, "hostname"));
        Keep("unique.platform.gce.id", Text(instance, "id"));
        foreach (var tag in Items(instance, "tags")) found[$"platform.gce.tag.{tag.GetString()}"] = "true";
        if (instance.TryGetProperty("attributes", out var attributes) && attributes.ValueKind == JsonValueKind.Object)
        {
            foreach (var attribute in attributes.EnumerateObject().Where(a => a.Value.ValueKind == JsonValueKind.String && a.Value.GetString()!.Length < 256))
                found[$"platform.gce.attr.{attribute.Name}"] = attribute.Value.GetString()!;
        }

        return found;

        void Keep(string name, string? value)
        {
            if (value is { Length: > 0 }) found[name] = value;
        }
    }

    private async Task<Dictionary<string, string>> AzureAsync(CancellationToken cancellationToken)
    {
        if (await JsonAsync("/metadata/instance/compute?api-version=2019-06-04&format=json", cancellationToken, ("Metadata", "true")).ConfigureAwait(false) is not { } compute) return [];
        var found = new Dictionary<string, string> { ["platform.azure"] = "1" };
        foreach (var (attribute, member) in Azure)
        {
            if (Text(compute, member) is { Length: > 0 } value) found[attribute] = value;
        }

        foreach (var tag in (Text(compute, "tags") ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries).Select(t => t.Split(':', 2)).Where(t => t.Length == 2))
            found[$"platform.azure.tag.{tag[0]}"] = tag[1];
        return found;
    }

    private async Task<Dictionary<string, string>> DigitalOceanAsync(CancellationToken cancellationToken)
    {
        if (await AskAsync(HttpMethod.Get, "/metadata/v1/id", cancellationToken).ConfigureAwait(false) is null) return [];
        var found = await AllAsync("/metadata/v1/", DigitalOcean, cancellationToken).ConfigureAwait(false);
        found["platform.digitalocean"] = "1";
        return found;
    }

    private async Task<Dictionary<string, string>> AllAsync(string prefix, (string Attribute, string Path)[] wanted, CancellationToken cancellationToken, params (string Name, string Value)[] headers)
    {
        var answers = await Task.WhenAll(wanted.Select(async w => (w.Attribute, Value: await AskAsync(HttpMethod.Get, prefix + w.Path, cancellationToken, headers).ConfigureAwait(false)))).ConfigureAwait(false);
        return answers.Where(a => a.Value is { Length: > 0 }).ToDictionary(a => a.Attribute, a => a.Value!);
    }

    private async Task<JsonElement?> JsonAsync(string path, CancellationToken cancellationToken, params (string Name, string Value)[] headers)
    {
        if (await AskAsync(HttpMethod.Get, path, cancellationToken, headers).ConfigureAwait(false) is not { } text) return null;
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            // Somebody else answers there.
            return null;
        }
    }

    private async Task<string?> AskAsync(HttpMethod method, string path, CancellationToken cancellationToken, params (string Name, string Value)[] headers)
    {
        try
        {
            using var request = new HttpRequestMessage(method, endpoint + path);
            foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
            using var response = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
            return response.StatusCode == HttpStatusCode.OK ? (await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false)).Trim() : null;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            // Nobody is there: the usual case.
            return null;
        }
    }

    private static string? Text(JsonElement from, string name) => from.TryGetProperty(name, out var value)
        ? value.ValueKind switch { JsonValueKind.String => value.GetString(), JsonValueKind.Number => value.GetRawText(), _ => null }
        : null;

    private static IEnumerable<JsonElement> Items(JsonElement from, string name) =>
        from.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().Where(i => i.ValueKind == JsonValueKind.String) : [];

    private static string? Last(string? path) => path?.Split('/')[^1];
}
