using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Actors.Contracts.Serialization;
using Xunit;

namespace Actors.Contracts.Tests;

/// <summary>
/// What was written once is read for ever. <c>Golden/</c> holds one written instance of every manifest; a file there is never changed:
/// a changed shape gets a new manifest, and a new file. Set GOLDEN_WRITE=1 to write the files that are missing.
/// </summary>
public sealed class ManifestSpecs
{
    public static TheoryData<string> All => [.. Manifests.All];

    [Theory]
    [MemberData(nameof(All))]
    public void A_golden_file_is_read_and_written_back_byte_for_byte(string manifest)
    {
        var golden = Golden(manifest);
        var read = Manifests.Read(manifest, Encoding.UTF8.GetBytes(golden));
        Assert.Equal(golden, Encoding.UTF8.GetString(Manifests.Write(read)));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void What_is_written_today_is_what_the_golden_file_holds(string manifest) =>
        Assert.Equal(Golden(manifest), Encoding.UTF8.GetString(Manifests.Write(SampleOf(manifest))));

    [Fact]
    public void Every_golden_file_has_a_manifest() =>
        Assert.Empty(Directory.GetFiles(Folder()).Select(file => Path.GetFileName(file)).Except(Manifests.All.Select(FileOf)));

    [Fact]
    public void A_manifest_of_a_newer_version_is_named() =>
        Assert.Equal("no such manifest: \"job-registered/9\" (was it written by a newer version?)", Assert.Throws<NotSupportedException>(() => Manifests.Read("job-registered/9", "{}"u8)).Message);

    [Fact]
    public void What_has_no_manifest_is_not_written() => Assert.Throws<NotSupportedException>(() => Manifests.Write(new object()));

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"JobId\":\"no-slash\"}")]
    [InlineData("{\"JobId\":\"default/web\"")]
    public void Damaged_bytes_are_refused(string json) => Assert.ThrowsAny<JsonException>(() => Manifests.Read("job-stability-changed/1", Encoding.UTF8.GetBytes(json)));

    private static object SampleOf(string manifest) => Samples.All.Single(sample => Manifests.Of(sample) == manifest);

    private static string Golden(string manifest)
    {
        var file = Path.Combine(Folder(), FileOf(manifest));
        if (!File.Exists(file) && Environment.GetEnvironmentVariable("GOLDEN_WRITE") == "1") File.WriteAllText(file, Encoding.UTF8.GetString(Manifests.Write(SampleOf(manifest))) + "\n");
        return File.ReadAllText(file).TrimEnd('\n');
    }

    private static string FileOf(string manifest) => manifest.Replace('/', '.') + ".json";

    private static string Folder([CallerFilePath] string source = "") => Path.Combine(Path.GetDirectoryName(source)!, "Golden");
}
