using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Actors.Cli.Agent;
using Actors.Cli.Hocon;
using Actors.Testing;
using CsCheck;

namespace Actors.Cli.Tests.Config;

public sealed class HoconSpecs
{
    [Theory]
    [InlineData("a = 1", """{"a":"1"}""")]
    [InlineData("{ \"a\" : 1, }", """{"a":"1"}""")]
    [InlineData("a.b.c = x\na.b { d = y }", """{"a":{"b":{"c":"x","d":"y"}}}""")]
    [InlineData("a = foo  bar # comment\nb = c // comment", """{"a":"foo  bar","b":"c"}""")]
    [InlineData("\"a.b\" = 1", """{"a.b":"1"}""")]
    [InlineData("a = [1, 2\n 3\n]", """{"a":["1","2","3"]}""")]
    [InlineData("a = [1]\na += 2", """{"a":["1","2"]}""")]
    [InlineData("a = [1]\na = ${a} [2]", """{"a":["1","2"]}""")]
    [InlineData("x = 1\ny = ${x}${x}", """{"x":"1","y":"11"}""")]
    [InlineData("base { p = 1 }\nmore = ${base} { q = 2 }", """{"base":{"p":"1"},"more":{"p":"1","q":"2"}}""")]
    [InlineData("a { x = 1 }\na = ${b}\nb { y = 2 }", """{"a":{"x":"1","y":"2"},"b":{"y":"2"}}""")]
    [InlineData("a = 1\na = 2", """{"a":"2"}""")]
    [InlineData("a { x = 1 }\na = 2", """{"a":"2"}""")]
    [InlineData("a = ${?HOME_OF_TEST}/x", """{"a":"/home/x"}""")]
    [InlineData("a = 1\na = ${?NOT_SET}", """{"a":"1"}""")]
    [InlineData("a = ${?NOT_SET}", """{}""")]
    [InlineData("a = \"\"\"x\n\"y\\\"\"\"", """{"a":"x\n\"y\\"}""")]
    [InlineData("a = \"\\u0041\\n\"", """{"a":"A\n"}""")]
    [InlineData("a {}\nb : { c : null }", """{"a":{},"b":{"c":null}}""")]
    [InlineData("", "{}")]
    public void Files_say_what_HOCON_says(string text, string expected) => Assert.Equal(expected, Json(Read(text)));

    [Theory]
    [InlineData("a {\n  b = 1\n", "test.hocon:1: found a { that is never closed")]
    [InlineData("a = 1\n}", "test.hocon:2: found a } without a { that it closes")]
    [InlineData("a\n", "test.hocon:1: found key \"a\" without a value, expected = or { after it")]
    [InlineData("a =\n", "test.hocon:2: found the end of the file, expected a value")]
    [InlineData("x = 1\na = \"abc\n", "test.hocon:2: found a text that is opened with \" and not closed on its line")]
    [InlineData("a = http://x", "test.hocon:1: found \":\" after a value, expected a line break or a comma; a text with such a character needs quotes")]
    [InlineData("a = [1\nb = 2", "test.hocon:2: found \"=\" in a list, expected a comma or ]; a text with such a character needs quotes")]
    [InlineData("a = ${b}", "test.hocon:1: ${b} is set nowhere, neither in the configuration nor in the environment; ${?b} would leave it out")]
    [InlineData("a = ${b}\nb = ${a}", "test.hocon:1: ${b} refers to itself")]
    [InlineData("a = [1] {x = 1}", "test.hocon:1: found values of different kinds one after another; objects, lists and texts can't be joined")]
    [InlineData("a = \"\\q\"", "test.hocon:1: found \\q in a text, expected one of \\n \\t \\r \\b \\f \\\" \\\\ \\/ \\uXXXX")]
    [InlineData("= 1", "test.hocon:1: found \"=\", expected a key")]
    public void What_is_wrong_is_named_with_its_place(string text, string message) =>
        Assert.Equal(message, Assert.Throws<HoconException>(() => Read(text)).Message);

    [Fact]
    public void Includes_are_read_from_the_folder_of_the_file()
    {
        using var folder = new TemporaryFolder("hocon-");
        File.WriteAllText(Path.Combine(folder.Path, "base.hocon"), "a { x = 1, y = 2 }");
        var file = Path.Combine(folder.Path, "main.hocon");
        File.WriteAllText(file, "include \"base.hocon\"\ninclude \"not-there.hocon\"\na.y = 3");
        Assert.Equal("""{"a":{"x":"1","y":"3"}}""", Json(HoconReader.ReadFile(file, "main.hocon", _ => null)));
    }

    [Fact]
    public void A_file_that_includes_itself_is_refused()
    {
        using var folder = new TemporaryFolder("hocon-");
        var file = Path.Combine(folder.Path, "main.hocon");
        File.WriteAllText(file, "include \"main.hocon\"");
        Assert.Equal("main.hocon:1: \"main.hocon\" includes itself", Assert.Throws<HoconException>(() => HoconReader.ReadFile(file, "main.hocon", _ => null)).Message);
    }

    [Fact]
    public void Any_JSON_is_HOCON_and_means_the_same() => Node(3).Sample(node =>
    {
        var root = new JsonObject { ["root"] = node?.DeepClone() };
        Assert.Equal(Json(ToTree(root)), Json(Read(root.ToJsonString(new JsonSerializerOptions { WriteIndented = true }))));
    });

    [Fact]
    public void Whatever_is_written_is_read_or_refused_with_a_place() => Gen.String[Gen.Char["ab.={}[],\n\"${?}+ #"], 0, 40].Sample(text =>
    {
        try
        {
            Read(text);
        }
        catch (HoconException e)
        {
            Assert.StartsWith("test.hocon:", e.Message, StringComparison.Ordinal);
        }
    });

    [Fact]
    public void What_is_rendered_for_Akka_is_read_by_Akka_as_it_was_meant()
    {
        var tree = Read("akka { loglevel = DEBUG\n actor.deployment { \"/a b/*\" { router = \"x\\\"y\" } }\n list = [a, \"b c\"]\n path = \"c:\\\\d\" }");
        var config = Akka.Configuration.ConfigurationFactory.ParseString(ConfigReader.Render(tree));
        Assert.Equal("DEBUG", config.GetString("akka.loglevel"));
        Assert.Equal(["a", "b c"], config.GetStringList("akka.list"));
        Assert.Equal("c:\\d", config.GetString("akka.path"));
    }

    private static HoconObject Read(string text) =>
        HoconReader.ReadText(text, "test.hocon", name => name == "HOME_OF_TEST" ? "/home" : null);

    private static string Json(HoconNode node) => node switch
    {
        HoconObject members => $"{{{string.Join(',', members.Members.Select(member => $"{JsonSerializer.Serialize(member.Key, Relaxed)}:{Json(member.Value.Value)}"))}}}",
        HoconArray array => $"[{string.Join(',', array.Items.Select(Json))}]",
        HoconScalar { IsNull: true } => "null",
        HoconScalar scalar => JsonSerializer.Serialize(scalar.Text, Relaxed),
        _ => throw new InvalidOperationException(node.GetType().Name),
    };

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static HoconNode ToTree(JsonNode? node)
    {
        var place = new Place("", 1, 1);
        switch (node)
        {
            case JsonObject members:
                var tree = new HoconObject(place);
                foreach (var (key, value) in members)
                    tree.Members[key] = new HoconMember(place, ToTree(value));
                return tree;
            case JsonArray array:
                return new HoconArray(place, [.. array.Select(ToTree)]);
            case null:
                return new HoconScalar(place, "null", IsQuoted: false);
            default:
                var isText = node.GetValueKind() == JsonValueKind.String;
                return new HoconScalar(place, isText ? node.GetValue<string>() : node.ToJsonString(), isText);
        }
    }

    private static Gen<JsonNode?> Node(int depth)
    {
        var text = Gen.String[Gen.Char.AlphaNumeric, 0, 8];
        var leaf = Gen.OneOf<JsonNode?>(
            text.Select(value => (JsonNode?)JsonValue.Create(value + " \"\\\n{")),
            Gen.Int.Select(value => (JsonNode?)JsonNode.Parse(value.ToString(CultureInfo.InvariantCulture))),
            Gen.Bool.Select(value => (JsonNode?)JsonNode.Parse(value ? "true" : "false")),
            Gen.Const((JsonNode?)null));
        if (depth == 0)
            return leaf;
        var deeper = Node(depth - 1);
        return Gen.OneOf(
            leaf,
            deeper.List[0, 4].Select(items => (JsonNode?)new JsonArray([.. items.Select(item => item?.DeepClone())])),
            Gen.Select(text, deeper).List[0, 4].Select(members => (JsonNode?)new JsonObject(members.DistinctBy(member => member.Item1).Select(member => KeyValuePair.Create(member.Item1, member.Item2?.DeepClone())))));
    }
}
