using System.Net;
using System.Net.Security;

namespace Actors.Client.Artifacts;

/// <summary>Fetches a file over HTTP.</summary>
internal static class HttpGetter
{
    private const int MaxRedirects = 10;

    private static readonly HttpClient Checked = NewClient(insecure: false);
    private static readonly HttpClient Unchecked = NewClient(insecure: true);

    /// <summary>Fetches it into a file.</summary>
    /// <exception cref="ArtifactException">It can't be had.</exception>
    public static async Task GetAsync(Uri address, string path, Fetching fetching, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(() => NewRequest(address, fetching), address, fetching, cancellationToken).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode) throw Refused(response, address);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await fetching.SaveAsync(body, path, response.Content.Headers.ContentLength ?? 0, 0, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Fetches a short text, such as a list of checksums.</summary>
    /// <exception cref="ArtifactException">It can't be had, or is no short text.</exception>
    public static async Task<string> TextAsync(Uri address, Fetching fetching, CancellationToken cancellationToken)
    {
        const int most = 1 << 20;
        using var response = await SendAsync(() => NewRequest(address, fetching), address, fetching, cancellationToken).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode) throw Refused(response, address);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var buffer = new byte[most + 1];
        var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        return length > most ? throw new ArtifactException($"{Shown(address)} is longer than 1 MiB") : System.Text.Encoding.UTF8.GetString(buffer, 0, length);
    }

    /// <summary>Sends a request; what goes wrong on the way is an error that may pass.</summary>
    public static async Task<HttpResponseMessage> SendAsync(Func<HttpRequestMessage> newRequest, Uri address, Fetching fetching, CancellationToken cancellationToken)
    {
        try
        {
            using var request = newRequest();
            return await (fetching.Insecure ? Unchecked : Checked).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException e)
        {
            throw new ArtifactException($"{Shown(address)} can't be reached: {e.InnerException?.Message ?? e.Message}", recoverable: true, e);
        }
    }

    /// <summary>What a refusal means.</summary>
    public static ArtifactException Refused(HttpResponseMessage response, Uri address) =>
        new($"{Shown(address)} answered {(int)response.StatusCode} {response.ReasonPhrase}", recoverable: true);

    /// <summary>An address without its credentials.</summary>
    public static string Shown(Uri address) => new UriBuilder(address) { UserName = "", Password = "", Query = "" }.Uri.ToString();

    private static HttpRequestMessage NewRequest(Uri address, Fetching fetching)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new UriBuilder(address) { UserName = "", Password = "" }.Uri);
        if (address.UserInfo.Length > 0)
            request.Headers.Authorization = new("Basic", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(Uri.UnescapeDataString(address.UserInfo))));
        foreach (var (name, value) in fetching.Headers) request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }

    private static HttpClient NewClient(bool insecure) => new(new SocketsHttpHandler
    {
        MaxAutomaticRedirections = MaxRedirects,
        ConnectTimeout = TimeSpan.FromSeconds(30),
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        // An archive is kept as it is: only its own name says how it is unpacked.
        AutomaticDecompression = DecompressionMethods.None,
        // Only what the job asks for by name: the artifact of one job is no reason to trust less elsewhere.
        SslOptions = insecure ? new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, _, _, _) => true } : new(),
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };
}
