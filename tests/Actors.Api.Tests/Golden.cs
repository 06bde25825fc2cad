using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Actors.Api.Tests;

/// <summary>Compares answers with files in <c>Golden/</c>. With <c>ACTORS_WRITE_GOLDEN=1</c> the files are written anew, to be looked at before they are committed.</summary>
internal static class Golden
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Matches(string name, JsonElement answer, [CallerFilePath] string caller = "")
    {
        var text = JsonSerializer.Serialize(answer, Indented) + "\n";
        if (Environment.GetEnvironmentVariable("ACTORS_WRITE_GOLDEN") == "1")
            File.WriteAllText(Path.Combine(Path.GetDirectoryName(caller)!, "Golden", name + ".json"), text);

        var expected = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", name + ".json"));
        Assert.Equal(expected.ReplaceLineEndings("\n"), text.ReplaceLineEndings("\n"));
    }
}
