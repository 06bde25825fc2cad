using Actors.Drivers.Config;
using CsCheck;
using Xunit;

namespace Actors.Drivers.Tests;

public sealed class NearestNameTests
{
    private static readonly string[] Known = ["image", "command", "network_mode", "port_map", "privileged"];

    [Theory]
    [InlineData("imgae", "image")]
    [InlineData("IMAGE", "image")]
    [InlineData("networkmode", "network_mode")]
    [InlineData("port-map", "port_map")]
    public void A_mistyped_name_finds_what_was_meant(string typed, string meant) => Assert.Equal(meant, NearestName.Find(typed, Known));

    [Fact]
    public void A_name_that_is_like_nothing_finds_nothing() => Assert.Null(NearestName.Find("zzzzzzzz", Known));

    [Fact]
    public void A_known_name_with_one_letter_gone_is_always_found() =>
        Gen.Select(Gen.Int[0, Known.Length - 1].Select(i => Known[i]), Gen.Int[0, 4]).Sample((name, at) => NearestName.Find(name.Remove(at, 1), Known) == name);
}
