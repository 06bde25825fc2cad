using System.Buffers;
using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using Actors.Api.Models;
using Actors.Contracts.Collections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Actors.Api.Http;

/// <summary>Reads a request's body within limits, and says where and why when it isn't what it should be.</summary>
internal static partial class JsonBody
{
    /// <summary>The body as a value.</summary>
    /// <param name="request">The request.</param>
    /// <param name="limit">Bytes at most, after decompression.</param>
    /// <param name="what">What the body is, for people: "a job".</param>
    /// <exception cref="ApiException">413 when it is too large; 400 when it is empty, not JSON, or not of the type.</exception>
    public static async Task<T> ReadJsonAsync<T>(this ApiRequest request, int limit, string what) where T : class
    {
        var type = (JsonTypeInfo<T>)ApiJson.Compact.GetTypeInfo(typeof(T))!;
        var body = await request.ReadBodyAsync(limit, what);
        if (body.Span.Trim(" \t\r\n"u8).IsEmpty)
            throw ApiException.BadRequest($"empty body: expected {what} as JSON");

        try
        {
            return JsonSerializer.Deserialize(body.Span, type) ?? throw ApiException.BadRequest($"the body is null: expected {what} as a JSON object");
        }
        catch (JsonException e)
        {
            throw new ApiException(400, Explain(e, body.Span, what), e);
        }
        catch (InvalidOperationException e)
        {
            throw new ApiException(400, $"invalid JSON for {what}: a text in it is no Unicode (half a surrogate pair, or bytes that are no UTF-8)", e);
        }
    }

    /// <summary>The body's bytes.</summary>
    /// <exception cref="ApiException">413 when it is too large; 415 for an encoding other than gzip.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadBodyAsync(this ApiRequest request, int limit, string what)
    {
        var http = request.Http;
        var tooLarge = $"the request body is larger than {limit} bytes, the limit for {what}";
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
            feature.MaxRequestBodySize = limit;
        if (http.Request.ContentLength > limit)
            throw new ApiException(413, tooLarge);

        var encoding = http.Request.Headers.ContentEncoding.ToString();
        await using var body = encoding switch
        {
            "" or "identity" => http.Request.Body,
            "gzip" => new GZipStream(http.Request.Body, CompressionMode.Decompress, leaveOpen: true),
            _ => throw new ApiException(415, $"Content-Encoding \"{encoding}\" is not supported: send gzip or nothing"),
        };
        var buffer = new ArrayBufferWriter<byte>((int)Math.Clamp(http.Request.ContentLength ?? 4096, 256, limit));
        try
        {
            while (true)
            {
                var read = await body.ReadAsync(buffer.GetMemory(4096), request.Aborted);
                if (read == 0)
                    return buffer.WrittenMemory;
                buffer.Advance(read);
                if (buffer.WrittenCount > limit)
                    throw new ApiException(413, tooLarge);
            }
        }
        catch (BadHttpRequestException e)
        {
            throw new ApiException(e.StatusCode, e.StatusCode == 413 ? tooLarge : $"the request body can't be read: {e.Message}", e);
        }
        catch (InvalidDataException e)
        {
            throw new ApiException(400, $"the request body says it is gzip, but can't be decompressed: {e.Message}", e);
        }
    }

    private static string Explain(JsonException e, ReadOnlySpan<byte> body, string what)
    {
        var reason = Cut(Cut(e.Message, " Path: "), " LineNumber: ");
        if (e.InnerException is { } inner && inner.GetType() != typeof(JsonException) && inner is JsonException)
        {
            // Broken syntax: the reader itself says where.
            var line = string.Create(CultureInfo.InvariantCulture, $"{JsonPlace.Of(e)}, line {(e.LineNumber ?? 0) + 1}, byte {(e.BytePositionInLine ?? 0) + 1}");
            return $"invalid JSON for {what} at {line}: {reason}";
        }

        var path = JsonPlace.Of(e);
        var found = JsonLocator.Find(body, path);
        var place = string.Create(CultureInfo.InvariantCulture, $"{path}, line {found.Line}, byte {found.Byte}");
        return Expectation(e, reason) is { } expected
            ? $"invalid JSON for {what} at {place}: expected {expected}, found {found.Token}"
            : $"invalid JSON for {what} at {place}: {reason}";
    }

    // The serializer names the type it was about to make; what the reader said of the token itself is more to the point.
    private static string? Expectation(JsonException e, string reason) => e.GetBaseException() switch
    {
        InvalidOperationException o when o.Message.EndsWith("as a boolean.", StringComparison.Ordinal) => "true or false",
        InvalidOperationException o when o.Message.EndsWith("as a number.", StringComparison.Ordinal) => "a number",
        InvalidOperationException o when o.Message.EndsWith("as a string.", StringComparison.Ordinal) => "text",
        FormatException f when OutOfBounds().Match(f.Message) is { Success: true } of => TypeWord(of.Groups[1].Value) + " within its bounds",
        _ => Expected().Match(reason) is { Success: true } type ? TypeWord(type.Groups[1].Value) : null,
    };

    private static string Cut(string text, string from)
    {
        var at = text.IndexOf(from, StringComparison.Ordinal);
        return at > 0 ? text[..at] : text;
    }

    private static string TypeWord(string type)
    {
        if (type.Contains("Int", StringComparison.Ordinal))
            return type.Contains("UInt", StringComparison.Ordinal) ? "a whole number of 0 or more" : "a whole number";
        if (type.Contains("Boolean", StringComparison.Ordinal))
            return "true or false";
        if (type.Contains("String", StringComparison.Ordinal) && !type.Contains('`', StringComparison.Ordinal))
            return "text";
        if (type.Contains("Double", StringComparison.Ordinal) || type.Contains("Decimal", StringComparison.Ordinal))
            return "a number";
        return type.Contains("List", StringComparison.Ordinal) || type.EndsWith("[]", StringComparison.Ordinal) ? "an array" : "an object";
    }

    [GeneratedRegex(@"could not be converted to (.+?)\.?$")]
    private static partial Regex Expected();

    [GeneratedRegex(@"out of bounds for an? (\w+)")]
    private static partial Regex OutOfBounds();
}
