using System.Text.Json;
using CsCheck;

namespace Actors.Templates.Tests;

public sealed class GoTemplateSpecs
{
    private const string Jobs = """
        [
          {"ID": "web", "Priority": 50, "Stop": false, "Score": 1.5, "Meta": {"b": "2", "a": "1"}, "Datacenters": ["dc1", "dc2"], "Update": {"Canary": 1}, "Nothing": null},
          {"ID": "db", "Priority": 80, "Stop": true, "Score": 2, "Meta": null, "Datacenters": []}
        ]
        """;

    [Theory]
    [InlineData("{{range .}}{{.ID}} {{end}}", "web db ")]
    [InlineData("{{len .}}", "2")]
    [InlineData("{{range $i, $job := .}}{{$i}}={{$job.ID}};{{end}}", "0=web;1=db;")]
    [InlineData("{{(index . 0).ID}}", "web")]
    [InlineData("{{with index . 0}}{{.Update.Canary}}{{end}}", "1")]
    [InlineData("{{range .}}{{if .Stop}}{{.ID}} stopped{{else}}{{.ID}} runs{{end}}\n{{end}}", "web runs\ndb stopped\n")]
    [InlineData("{{range .}}{{if gt .Priority 70}}{{.ID}}{{else if eq .ID \"web\"}}w{{end}}{{end}}", "wdb")]
    [InlineData("{{range .}}{{printf \"%-5s|%3d|%.1f\\n\" .ID .Priority .Score}}{{end}}", "web  | 50|1.5\ndb   | 80|2.0\n")]
    [InlineData("{{with index . 0}}{{range $k, $v := .Meta}}{{$k}}:{{$v}} {{end}}{{end}}", "a:1 b:2 ")]
    [InlineData("{{with index . 0}}{{.Meta}} {{.Datacenters}} {{.Nothing}} {{.Missing}}{{end}}", "map[a:1 b:2] [dc1 dc2] <nil> <nil>")]
    [InlineData("{{range .}}{{range .Datacenters}}{{.}},{{else}}none{{end}}{{end}}", "dc1,dc2,none")]
    [InlineData("{{range .}}{{.ID | printf \"<%s>\"}}{{end}}", "<web><db>")]
    [InlineData("{{range .}}{{join .Datacenters \"+\"}};{{end}}", "dc1+dc2;;")]
    [InlineData("a {{- /* no word */ -}} b", "ab")]
    [InlineData("{{range .}}  {{- .ID -}}  {{end}}", "webdb")]
    [InlineData("{{$n := len .}}{{$n}}", "2")]
    [InlineData("{{range .}}{{if eq .ID \"db\"}}{{break}}{{end}}{{.ID}}{{end}}", "web")]
    [InlineData("{{range .}}{{if eq .ID \"web\"}}{{continue}}{{end}}{{.ID}}{{end}}", "db")]
    [InlineData("{{and true \"x\"}} {{or \"\" \"y\"}} {{not 0}}", "x y true")]
    [InlineData("{{`raw {{ text`}}{{\"q\\\"\\n\"}}", "raw {{ textq\"\n")]
    [InlineData("{{(index . 0).Meta | toJSON}}", "{\"b\": \"2\", \"a\": \"1\"}")]
    public void Templates_print_what_Go_would(string template, string expected) => Assert.Equal(expected, Render(template));

    [Theory]
    [InlineData("{{.ID", "template line 1: an action is opened with {{ and never closed with }}")]
    [InlineData("\n{{range .}}x", "template line 2: a block is opened and never closed with {{end}}")]
    [InlineData("{{end}}", "template line 1: found {{end}} or {{else}} without a block that it belongs to")]
    [InlineData("{{shout .}}", "template line 1: function \"shout\" is not supported; there are: and, eq, ge, gt, index, join, le, len, lt, ne, not, or, print, printf, println, toJSON, toLower, toUpper")]
    [InlineData("{{define \"x\"}}{{end}}", "template line 1: {{define}} is not supported; a template here is one text without named parts")]
    [InlineData("{{.ID}}", "template line 1: found .ID of a list, which has no fields; use {{range}} or {{index}}")]
    [InlineData("{{index . 7}}", "template line 1: index 7 is outside a list of 2")]
    [InlineData("{{printf \"%d\" \"x\"}}", "template line 1: printf's %d can't print x")]
    [InlineData("{{printf \"%s\"}}", "template line 1: printf's format \"%s\" has more verbs than arguments")]
    [InlineData("{{$x}}", "template line 1: variable $x is not set")]
    [InlineData("{{}}", "template line 1: found an empty action, expected a field, a function or a value")]
    public void What_is_wrong_is_named_with_its_line(string template, string message) =>
        Assert.Equal(message, Assert.Throws<TemplateException>(() => Render(template)).Message);

    [Fact]
    public void Text_without_actions_stays_as_it_is() =>
        Gen.String.Where(text => !text.Contains("{{", StringComparison.Ordinal)).Sample(text => Assert.Equal(text, Render(text)));

    [Fact]
    public void Whatever_is_written_renders_or_is_refused_but_never_breaks() => Gen.String[Gen.Char["{}.-|$ABrangeifd()\"x1 ="], 0, 30].Sample(text =>
    {
        try
        {
            Render("{{" + text + "}}");
        }
        catch (TemplateException e)
        {
            Assert.StartsWith("template line ", e.Message, StringComparison.Ordinal);
        }
    });

    private static string Render(string template)
    {
        using var data = JsonDocument.Parse(Jobs);
        return GoTemplate.Parse(template).Render(data.RootElement);
    }
}
