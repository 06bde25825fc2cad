using System.Text.Json;
using Actors.Api.Tests.Hosting;
using Actors.Contracts;

namespace Actors.Api.Tests;

public sealed class PagingTests
{
    [Theory]
    [InlineData("/v1/jobs", "ID")]
    [InlineData("/v1/evaluations", "ID")]
    [InlineData("/v1/nodes", "ID")]
    public async Task The_pages_together_are_the_list_in_either_direction(string path, string id)
    {
        await using var api = await ApiHost.StartAsync();
        for (var i = 0; i < 7; i++)
        {
            api.Region.Append(new Contracts.Nodes.NodeRegistered(Samples.Node(i + 1), [], FixedTime.Now));
            api.Region.Append(Samples.Registered(Samples.Job($"job-{(i * 3) % 7}"), new EvaluationId(api.Region.NewId())));
        }

        foreach (var direction in (string[])["", "&reverse=true"])
        {
            var whole = Ids(await api.GetJsonAsync($"{path}?x{direction}"), id);
            Assert.Equal(7, whole.Count);

            var paged = new List<string>();
            var token = "";
            do
            {
                using var page = await api.Http.GetAsync($"{path}?per_page=3&next_token={Uri.EscapeDataString(token)}{direction}");
                var items = Ids(JsonDocument.Parse(await page.Content.ReadAsStringAsync()).RootElement, id);
                Assert.InRange(items.Count, 1, 3);
                paged.AddRange(items);
                token = page.NextToken() ?? "";
            }
            while (token.Length > 0);

            Assert.Equal(whole, paged);
        }
    }

    [Fact]
    public async Task The_newest_evaluation_comes_first_in_reverse()
    {
        await using var api = await ApiHost.StartAsync();
        var (first, second) = (new EvaluationId(api.Region.NewId()), new EvaluationId(api.Region.NewId()));
        api.Region.Append(Samples.Registered(Samples.Job("a"), second));
        api.Region.Append(Samples.Registered(Samples.Job("b"), first));

        Assert.Equal([second.ToString(), first.ToString()], Ids(await api.GetJsonAsync("/v1/evaluations"), "ID"));
        Assert.Equal([first.ToString(), second.ToString()], Ids(await api.GetJsonAsync("/v1/evaluations?reverse=true"), "ID"));
    }

    private static List<string> Ids(JsonElement list, string id) => [.. list.EnumerateArray().Select(e => e.GetProperty(id).GetString()!)];
}
