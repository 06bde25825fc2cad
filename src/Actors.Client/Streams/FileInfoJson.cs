using System.Text.Json;

namespace Actors.Client.Streams;

/// <summary>A file as Nomad's API shows it.</summary>
internal static class FileInfoJson
{
    /// <summary>Writes one file's description.</summary>
    public static void Write(Utf8JsonWriter json, FileSystemInfo info)
    {
        var isDirectory = (info.Attributes & FileAttributes.Directory) != 0;
        json.WriteStartObject();
        json.WriteString("Name", info.Name);
        json.WriteBoolean("IsDir", isDirectory);
        json.WriteNumber("Size", info is FileInfo file ? file.Length : 4096);
        json.WriteString("FileMode", Mode(info, isDirectory));
        json.WriteString("ModTime", new DateTimeOffset(info.LastWriteTimeUtc, TimeSpan.Zero).ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'"));
        json.WriteString("ContentType", isDirectory ? "" : ContentType(info.Extension));
        json.WriteEndObject();
    }

    private static string Mode(FileSystemInfo info, bool isDirectory)
    {
        var mode = (int)info.UnixFileMode;
        Span<char> text = stackalloc char[10];
        text[0] = info.LinkTarget is not null ? 'L' : isDirectory ? 'd' : '-';
        for (var i = 0; i < 9; i++) text[i + 1] = (mode & (1 << (8 - i))) != 0 ? "rwx"[i % 3] : '-';
        return new string(text);
    }

    private static string ContentType(string extension) => extension.ToLowerInvariant() switch
    {
        ".json" => "application/json",
        ".html" or ".htm" => "text/html; charset=utf-8",
        ".xml" => "text/xml; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".png" => "image/png",
        ".jpg" or ".jpeg" => "image/jpeg",
        ".gz" or ".tgz" => "application/gzip",
        ".zip" => "application/zip",
        ".pdf" => "application/pdf",
        _ => "text/plain; charset=utf-8",
    };
}
