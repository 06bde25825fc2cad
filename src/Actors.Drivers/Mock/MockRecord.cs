using System.Text.Json;

namespace Actors.Drivers.Mock;

/// <summary>What a later agent needs to know of a pretended task. Lies in the task's control directory.</summary>
/// <param name="Started">When it started.</param>
/// <param name="Ended">When it was asked to end, or made to; null: it was not.</param>
/// <param name="Killed">It did not end in its own way.</param>
internal sealed record MockRecord(DateTimeOffset Started, DateTimeOffset? Ended, bool Killed = false)
{
    private const string FileName = "mock.json";

    /// <summary>Reads it; null: there is none.</summary>
    /// <exception cref="DriverException">It can't be read.</exception>
    public static MockRecord? Read(string control)
    {
        var path = Path.Combine(control, FileName);
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<MockRecord>(File.ReadAllText(path)) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new DriverException($"could not read {path}: {e.Message}", recoverable: true, e);
        }
    }

    /// <summary>Writes it.</summary>
    /// <exception cref="DriverException">It can't be written.</exception>
    public static void Write(string control, MockRecord record)
    {
        var path = Path.Combine(control, FileName);
        try
        {
            Directory.CreateDirectory(control);
            File.WriteAllText(path + ".new", JsonSerializer.Serialize(record));
            File.Move(path + ".new", path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DriverException($"could not write {path}: {e.Message}", recoverable: true, e);
        }
    }
}
