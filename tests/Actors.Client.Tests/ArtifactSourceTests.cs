using Actors.Client.Artifacts;
using Xunit;

namespace Actors.Client.Tests;

/// <summary>The forms in which a job says where an artifact comes from: go-getter's.</summary>
public sealed class ArtifactSourceTests
{
    [Theory]
    [InlineData("https://host/a/b.tar.gz", "Http", "https://host/a/b.tar.gz", "")]
    [InlineData("http::https://host/a", "Http", "https://host/a", "")]
    [InlineData("https://host/a.zip//inside/it", "Http", "https://host/a.zip", "inside/it")]
    [InlineData("https://host/a?token=x&checksum=md5:00", "Http", "https://host/a?token=x", "")]
    [InlineData("git::https://host/repo.git//sub?ref=v1", "Git", "https://host/repo.git", "sub")]
    [InlineData("git::ssh://git@host/owner/repo", "Git", "ssh://git@host/owner/repo", "")]
    [InlineData("git@github.com:owner/repo.git", "Git", "ssh://git@github.com/owner/repo.git", "")]
    [InlineData("github.com/owner/repo", "Git", "https://github.com/owner/repo.git", "")]
    [InlineData("github.com/owner/repo//sub/dir?ref=main", "Git", "https://github.com/owner/repo.git", "sub/dir")]
    [InlineData("s3::https://s3.amazonaws.com/bucket/key", "S3", "https://s3.amazonaws.com/bucket/key", "")]
    [InlineData("s3-eu-west-1.amazonaws.com/bucket/key", "S3", "https://s3-eu-west-1.amazonaws.com/bucket/key", "")]
    [InlineData("bucket.s3.amazonaws.com/key", "S3", "https://bucket.s3.amazonaws.com/key", "")]
    [InlineData("file:///x/y", "File", "file:///x/y", "")]
    [InlineData("/x/y", "File", "/x/y", "")]
    public void A_source_is_read(string text, string getter, string address, string subdirectory)
    {
        var source = ArtifactSource.Parse(text, []);

        Assert.Equal((getter, address, subdirectory), (source.Getter.ToString(), source.Address, source.Subdirectory));
    }

    [Theory]
    [InlineData("", "expected an address")]
    [InlineData("ftp://host/a", "\"ftp\" is not supported")]
    [InlineData("hg::https://host/a", "\"hg::\" is not supported")]
    [InlineData("local/file", "has no scheme")]
    [InlineData("https://host/a.zip//../b", "leaves the artifact")]
    public void What_is_none_is_refused_with_the_reason(string text, string reason) =>
        Assert.Contains(reason, Assert.Throws<ArtifactException>(() => ArtifactSource.Parse(text, [])).Message);

    [Fact]
    public void Options_beside_a_source_win_over_those_in_it_and_the_servers_own_are_passed_on()
    {
        var source = ArtifactSource.Parse("https://host/a?checksum=md5:0", [new("checksum", "sha1:1"), new("version", "3")]);

        Assert.Equal("sha1:1", source.Option("checksum"));
        Assert.Equal("https://host/a?version=3", source.Address);
    }

    [Theory]
    [InlineData("s3::https://s3.amazonaws.com/bucket/a/key", "https://s3.amazonaws.com/bucket/", "a/key", "us-east-1")]
    [InlineData("s3::https://s3.eu-west-1.amazonaws.com/bucket/key", "https://s3.eu-west-1.amazonaws.com/bucket/", "key", "eu-west-1")]
    [InlineData("s3::https://s3-eu-west-2.amazonaws.com/bucket/key", "https://s3-eu-west-2.amazonaws.com/bucket/", "key", "eu-west-2")]
    [InlineData("s3::https://bucket.s3.eu-west-1.amazonaws.com/a/key", "https://bucket.s3.eu-west-1.amazonaws.com/", "a/key", "eu-west-1")]
    [InlineData("s3::http://minio:9000/bucket/key?region=home", "http://minio:9000/bucket/", "key", "home")]
    public void A_place_in_an_object_store_is_read(string text, string bucket, string key, string region)
    {
        var place = S3Place.Parse(ArtifactSource.Parse(text, []));

        Assert.Equal((bucket, key, region), (place.Bucket.ToString(), place.Key, place.Region));
    }

    [Theory]
    [InlineData("d41d8cd98f00b204e9800998ecf8427e", "md5")]
    [InlineData("sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709", "sha1")]
    [InlineData("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "sha256")]
    public void A_checksum_says_its_kind_or_is_known_by_its_length(string text, string kind) => Assert.Equal(kind, Checksum.Parse(text).Algorithm);

    [Theory]
    [InlineData("md5:12", "expected 32 hexadecimal digits")]
    [InlineData("crc32:12345678", "expected md5:, sha1:, sha256:, sha512: or file:")]
    public void What_is_no_checksum_is_refused(string text, string reason) =>
        Assert.Contains(reason, Assert.Throws<ArtifactException>(() => Checksum.Parse(text)).Message);

    [Theory]
    [InlineData("# comment\n11111111111111111111111111111111  other\nd41d8cd98f00b204e9800998ecf8427e *./file.zip\n")]
    [InlineData("MD5 (file.zip) = d41d8cd98f00b204e9800998ecf8427e\nMD5 (x) = 11111111111111111111111111111111")]
    [InlineData("d41d8cd98f00b204e9800998ecf8427e\n")]
    public void A_file_of_checksums_is_searched_by_name(string file) =>
        Assert.Equal("d41d8cd98f00b204e9800998ecf8427e", Checksum.Find(file, "file.zip", "SUMS").Value);

    // The examples that AWS publishes with its description of the signature, version 4.
    [Theory]
    [InlineData("https://examplebucket.s3.amazonaws.com/test.txt", "bytes=0-9", "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41")]
    [InlineData("https://examplebucket.s3.amazonaws.com/?lifecycle", null, "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543")]
    [InlineData("https://examplebucket.s3.amazonaws.com/?max-keys=2&prefix=J", null, "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7")]
    public void A_request_is_signed_as_in_the_published_examples(string address, string? range, string signature)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (range is not null) request.Headers.TryAddWithoutValidation("Range", range);

        S3Signature.Sign(request, new S3Credentials("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", ""), "us-east-1", new DateTimeOffset(2013, 5, 24, 0, 0, 0, TimeSpan.Zero));

        Assert.EndsWith($"Signature={signature}", request.Headers.GetValues("Authorization").Single());
    }
}
