using System.Net;
using System.Text.Json;
using Actors.Api.Filtering;
using Actors.Api.Tests.Hosting;
using CsCheck;

namespace Actors.Api.Tests;

public sealed class FilterTests
{
    private static readonly string[] Words = ["Name", "==", "!=", "in", "not", "and", "or", "(", ")", "\"a\"", "is", "empty", "contains", "[", "]", "x.y", "`"];

    private static readonly JsonElement Item = JsonDocument.Parse(
        """
        {"Name": "web-1", "Count": 3, "Stop": false, "Datacenters": ["dc1", "dc2"], "Meta": {"team": "blue", "a.b": "c"},
         "Tasks": [{"Driver": "docker"}], "Nothing": null, "Empty": "", "Score": 0.5}
        """).RootElement;

    [Theory]
    [InlineData("Name == \"web-1\"", true)]
    [InlineData("Name == web-1", true)]
    [InlineData("Name != `web-1`", false)]
    [InlineData("Count == 3", true)]
    [InlineData("Count != 4", true)]
    [InlineData("Score == 0.5", true)]
    [InlineData("Stop == false", true)]
    [InlineData("Stop != true", true)]
    [InlineData("\"dc1\" in Datacenters", true)]
    [InlineData("dc3 in Datacenters", false)]
    [InlineData("dc3 not in Datacenters", true)]
    [InlineData("Datacenters contains \"dc2\"", true)]
    [InlineData("Datacenters not contains \"dc2\"", false)]
    [InlineData("team in Meta", true)]
    [InlineData("Meta.team == blue", true)]
    [InlineData("Meta[\"a.b\"] == c", true)]
    [InlineData("Meta.nothing == blue", false)]
    [InlineData("Meta.nothing != blue", true)]
    [InlineData("Name contains \"eb\"", true)]
    [InlineData("Name matches \"^web-[0-9]+$\"", true)]
    [InlineData("Name not matches \"^db\"", true)]
    [InlineData("Nothing is empty", true)]
    [InlineData("Empty is empty", true)]
    [InlineData("Meta is not empty", true)]
    [InlineData("Tasks.0.Driver == docker", true)]
    [InlineData("\"/Meta/team\" == blue", true)]
    [InlineData("not Stop == true and Count == 3", true)]
    [InlineData("Name == x or Count == 3 and Stop == true", false)]
    [InlineData("(Name == x or Count == 3) and Stop == false", true)]
    [InlineData("not (Name == x or Count == 3)", false)]
    [InlineData("not not Count == 3", true)]
    public void An_expression_says_whether_an_item_is_wanted(string expression, bool wanted) =>
        Assert.Equal(wanted, FilterExpression.Parse(expression).Matches(Item));

    [Theory]
    [InlineData("", "expected a selector")]
    [InlineData("Name", "expected ==, !=")]
    [InlineData("Name ==", "expected a value")]
    [InlineData("Name == \"web", "has no end")]
    [InlineData("(Name == web", "expected \")\"")]
    [InlineData("Name == web and", "expected a selector")]
    [InlineData("Name == web web", "expected and, or")]
    [InlineData("Name is full", "expected empty")]
    [InlineData("Name matches \"(\"", "not a regular expression")]
    [InlineData("Name matches \"(a)\\\\1\"", "not a regular expression")]
    [InlineData("any Tasks as t { t.Driver == docker }", "not supported")]
    [InlineData("Name = web", "has no meaning here")]
    [InlineData("Name == w;eb", "has no meaning here")]
    public void What_can_not_be_read_is_refused_with_its_place(string expression, string reason) =>
        Assert.Contains(reason, Assert.Throws<FilterException>(() => FilterExpression.Parse(expression)).Message);

    [Theory]
    [InlineData("Count == many", "is a number")]
    [InlineData("Stop == maybe", "true or false")]
    [InlineData("Datacenters == dc1", "use contains")]
    [InlineData("Count contains 3", "contains nothing")]
    [InlineData("Count matches 3", "is not text")]
    [InlineData("Count is empty", "can't be empty")]
    public void A_value_that_does_not_fit_is_refused(string expression, string reason) =>
        Assert.Contains(reason, Assert.Throws<FilterException>(() => FilterExpression.Parse(expression).Matches(Item)).Message);

    [Fact]
    public void Deep_nesting_is_refused_and_does_not_break_the_agent() =>
        Assert.Contains("levels deep", Assert.Throws<FilterException>(() => FilterExpression.Parse(new string('(', 5000))).Message);

    [Fact]
    public void Whatever_is_written_is_read_or_refused_and_nothing_else() =>
        Gen.OneOf(Gen.Int[0, Words.Length - 1].Select(i => Words[i]), Gen.String[Gen.Char[' ', '~'], 0, 5])
            .List[0, 12]
            .Sample(words =>
            {
                try
                {
                    FilterExpression.Parse(string.Join(' ', words));
                }
                catch (FilterException)
                {
                    // Refused: as good as read.
                    return true;
                }

                return true;
            });

    [Fact]
    public async Task Lists_are_filtered_before_they_are_cut_into_pages()
    {
        await using var api = await ApiHost.StartAsync();
        for (var i = 1; i <= 4; i++)
            api.Region.Append(new Contracts.Nodes.NodeRegistered(Samples.Node(i), [], FixedTime.Now));

        using var page = await api.Http.GetAsync($"/v1/nodes?per_page=1&filter={Uri.EscapeDataString("Meta.rack matches \"r[34]\" and Attributes[\"kernel.name\"] == linux")}");

        Assert.Equal("node-3", JsonDocument.Parse(await page.Content.ReadAsStringAsync()).RootElement[0].GetProperty("Name").GetString());
        Assert.Equal(Samples.NodeId(4).ToString(), page.NextToken());
    }

    [Theory]
    [InlineData("/v1/jobs", "Nonsense == 1", "there is no \"Nonsense\" to select")]
    [InlineData("/v1/allocations", "ClientStatus = running", "has no meaning here")]
    [InlineData("/v1/evaluations", "Priority == high", "Priority is a number")]
    [InlineData("/v1/deployments", "Nonsense is empty", "there is no \"Nonsense\" to select")]
    public async Task A_wrong_filter_is_refused_and_never_ignored(string path, string filter, string reason)
    {
        await using var api = await ApiHost.StartAsync();
        FilledRegion.In(api.Region);

        var (status, text) = await api.GetRefusedAsync($"{path}?filter={Uri.EscapeDataString(filter)}");

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(reason, text);
    }

    [Theory]
    [InlineData("/v1/jobs", "Type == service and TaskGroups.0.Name == app")]
    [InlineData("/v1/allocations", "ClientStatus == running and TaskStates.server.State == running and JobID == web")]
    [InlineData("/v1/evaluations", "TriggeredBy == \"job-register\" and DeploymentID is empty")]
    [InlineData("/v1/deployments", "JobID in \"/JobID\" or Status == running")]
    public async Task Lists_are_filtered_by_the_names_of_their_answers(string path, string filter)
    {
        await using var api = await ApiHost.StartAsync();
        FilledRegion.In(api.Region);

        Assert.NotEmpty((await api.GetJsonAsync($"{path}?filter={Uri.EscapeDataString(filter)}")).EnumerateArray());
    }
}
