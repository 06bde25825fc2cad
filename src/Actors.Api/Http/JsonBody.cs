using System.Buffers;
using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using Actors.Api.Models;
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
        var place = string.Create(CultureInfo.InvariantCulture, $"{(e.Path is { Length: > 0 } path ? path : "$")}, line {(e.LineNumber ?? 0) + 1}, byte {(e.BytePositionInLine ?? 0) + 1}");
        var expected = Expected().Match(e.Message);
        if (expected.Success)
            return $"invalid JSON for {what} at {place}: expected {TypeWord(expected.Groups[1].Value)}, found {Found(body, e.LineNumber ?? 0, e.BytePositionInLine ?? 0)}";

        var reason = e.Message;
        foreach (var tail in (string[])[" Path: ", " LineNumber: "])
        {
            var at = reason.IndexOf(tail, StringComparison.Ordinal);
            if (at > 0)
                reason = reason[..at];
        }

        return $"invalid JSON for {what} at {place}: {reason}";
    }

    // The reader reports the place where the token that doesn't fit ends: the last token that ends there or before is what was found.
    private static string Found(ReadOnlySpan<byte> body, long line, long column)
    {
        long offset = 0;
        for (var l = 0L; l < line; l++)
            offset += body[(int)offset..].IndexOf((byte)'\n') + 1;
        offset += column;

        var reader = new Utf8JsonReader(body);
        var found = "something else";
        try
        {
            while (reader.Read() && reader.TokenStartIndex < Math.Max(offset, 1))
            {
                found = reader.TokenType switch
                {
                    JsonTokenType.String or JsonTokenType.PropertyName => $"the text {Short(reader.ValueSpan)}",
                    JsonTokenType.Number => $"the number {Short(reader.ValueSpan)}",
                    JsonTokenType.StartObject => "an object",
                    JsonTokenType.StartArray => "an array",
                    JsonTokenType.Null => "null",
                    JsonTokenType.True => "true",
                    JsonTokenType.False => "false",
                    _ => found,
                };
            }
        }
        catch (JsonException)
        {
            // What comes after the place may be broken too: what was found before it stands.
            return found;
        }

        return found;
    }

    private static string Short(ReadOnlySpan<byte> value)
    {
        var text = System.Text.Encoding.UTF8.GetString(value.Length > 60 ? value[..60] : value);
        return value.Length > 60 ? $"\"{text}…\"" : $"\"{text}\"";
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

    [GeneratedRegex(@"could not be converted to (.+?)\.(?: Path:|$)")]
    private static partial Regex Expected();
}
