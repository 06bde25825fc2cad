using System.Text.Json;

namespace Actors.Cli.Terminal;

/// <summary>JSON that is written by hand.</summary>
internal static class JsonText
{
    /// <summary>What is written, compact, in UTF-8.</summary>
    public static byte[] Write(Action<Utf8JsonWriter> body)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
            body(writer);
        return buffer.ToArray();
    }
}
