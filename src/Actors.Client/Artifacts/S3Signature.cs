using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Actors.Client.Artifacts;

/// <summary>Who asks an object store.</summary>
/// <param name="KeyId">The access key's id.</param>
/// <param name="Secret">The access key's secret.</param>
/// <param name="Token">The session's token, or "".</param>
internal sealed record S3Credentials(string KeyId, string Secret, string Token);

/// <summary>Signs requests as AWS asks for it: version 4.</summary>
internal static class S3Signature
{
    private const string EmptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    /// <summary>Signs a request without a body: adds the headers <c>x-amz-date</c>, <c>x-amz-content-sha256</c> and <c>Authorization</c>.</summary>
    public static void Sign(HttpRequestMessage request, S3Credentials credentials, string region, DateTimeOffset now)
    {
        var stamp = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        request.Headers.TryAddWithoutValidation("x-amz-content-sha256", EmptyHash);
        request.Headers.TryAddWithoutValidation("x-amz-date", stamp);
        if (credentials.Token.Length > 0) request.Headers.TryAddWithoutValidation("x-amz-security-token", credentials.Token);

        var address = request.RequestUri!;
        var headers = request.Headers.NonValidated.Select(h => (Name: h.Key.ToLowerInvariant(), Value: string.Join(',', h.Value).Trim()))
            .Append((Name: "host", Value: address.IsDefaultPort ? address.Host : $"{address.Host}:{address.Port}"))
            .OrderBy(h => h.Name, StringComparer.Ordinal).ToList();
        var names = string.Join(';', headers.Select(h => h.Name));
        var canonical = string.Join('\n',
            request.Method.Method, address.AbsolutePath, CanonicalQuery(address.Query),
            string.Concat(headers.Select(h => $"{h.Name}:{h.Value}\n")), names, EmptyHash);

        var scope = $"{stamp[..8]}/{region}/s3/aws4_request";
        var toSign = $"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        var key = ((string[])[stamp[..8], region, "s3", "aws4_request"])
            .Aggregate(Encoding.UTF8.GetBytes("AWS4" + credentials.Secret), (k, part) => HMACSHA256.HashData(k, Encoding.UTF8.GetBytes(part)));
        var signature = Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(toSign)));
        request.Headers.TryAddWithoutValidation("Authorization", $"AWS4-HMAC-SHA256 Credential={credentials.KeyId}/{scope},SignedHeaders={names},Signature={signature}");
    }

    private static string CanonicalQuery(string query) => string.Join('&', query.TrimStart('?')
        .Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(p => p.Contains('=', StringComparison.Ordinal) ? p : p + "=")
        .Order(StringComparer.Ordinal));
}
