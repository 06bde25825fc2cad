using Actors.Contracts.Collections;
using Actors.Drivers.Config;
using Actors.Drivers.Plugins;
using Actors.Drivers.Plugins.Protocol;
using CsCheck;
using Xunit;
using Spec = Actors.Drivers.Plugins.Protocol.Spec;

namespace Actors.Plugins.Tests;

/// <summary>How configurations travel to plugins.</summary>
public sealed class ProtocolTests
{
    private static readonly Gen<ConfigValue> Scalars = Gen.OneOf(
        Gen.Const(ConfigValue.Null), Gen.Bool.Select(ConfigValue.Of), Gen.Long.Select(ConfigValue.Of), Gen.Int[-200, 200].Select(i => ConfigValue.Of(i)),
        Gen.Double[-1e12, 1e12].Select(ConfigValue.Of), Gen.String.Select(s => ConfigValue.Of(new string([.. s.Where(c => !char.IsSurrogate(c))]))));

    private static readonly Gen<ConfigValue> Values = Gen.Recursive<ConfigValue>((depth, gen) => depth > 2
        ? Scalars
        : Gen.OneOf(
            Scalars,
            gen.Array[0, 17].Select(items => ConfigValue.Of(items)),
            Gen.Select(Gen.String[Gen.Char.AlphaNumeric, 0, 40], gen).Array[0, 17].Select(entries => ConfigValue.Of(entries.DistinctBy(e => e.Item1).Select(e => KeyValuePair.Create(e.Item1, e.Item2))))));

    [Fact]
    public void Every_value_comes_back_from_message_pack_as_it_was() => Values.Sample(value => MessagePackFormat.Read(MessagePackFormat.Write(value)).Equals(value), iter: 300);

    [Fact]
    public void Whatever_bytes_come_are_a_value_or_refused() => Gen.Byte.Array[0, 200].Sample(bytes =>
    {
        try
        {
            MessagePackFormat.Read(bytes);
        }
        catch (FormatException refusal)
        {
            return refusal.Message.Length > 0;
        }

        return true;
    }, iter: 5000);

    [Theory]
    [InlineData("true", "true")]
    [InlineData("42", "42")]
    [InlineData("\"a \\\"b\\\"\"", "\"a \\\"b\\\"\"")]
    [InlineData("[\"runc\", \"nvidia\"]", "[\"runc\",\"nvidia\"]")]
    [InlineData("{ enabled = true }", "{\"enabled\":true}")]
    [InlineData("{\n  image = true\n  delay = \"3m\"\n  list = [1, 2,]\n}", "{\"image\":true,\"delay\":\"3m\",\"list\":[1,2]}")]
    public void A_default_of_a_plugin_is_read_as_hcl_writes_it(string text, string json) =>
        Assert.Equal(System.Text.Json.JsonSerializer.Deserialize<ConfigValue>(json), SpecLiteral.Parse(text));

    [Theory]
    [InlineData("{ enabled = ")]
    [InlineData("maybe")]
    [InlineData("[1] 2")]
    public void What_is_no_literal_is_refused_with_its_place(string text) => Assert.Contains("at character", Assert.Throws<FormatException>(() => SpecLiteral.Parse(text)).Message);

    [Fact]
    public void A_configuration_gets_the_types_the_blocks_and_the_defaults_that_the_plugin_described()
    {
        var spec = new Spec { Object = new Drivers.Plugins.Protocol.Object() };
        spec.Object.Attributes["image"] = Attr("image", "string", required: true);
        spec.Object.Attributes["Ports"] = Attr("ports", "list(map(number))");
        spec.Object.Attributes["tty"] = new Spec { Default = new Default { Primary = Attr("tty", "bool"), Default_ = new Spec { Literal = new Literal { Value = "true" } } } };
        var nested = new Spec { Object = new Drivers.Plugins.Protocol.Object() };
        nested.Object.Attributes["driver"] = Attr("driver", "string");
        spec.Object.Attributes["logging"] = new Spec { BlockValue = new Block { Name = "logging", Nested = nested } };
        spec.Object.Attributes["devices"] = new Spec { BlockList = new BlockList { Name = "devices", Nested = nested } };

        var schema = PluginSchema.Read(spec);
        var config = EquatableMap.Of(
            ("image", ConfigValue.Of("redis")), ("ports", ConfigValue.Of([ConfigValue.Of([KeyValuePair.Create("db", ConfigValue.Of("6379"))])])),
            ("logging", ConfigValue.Of([KeyValuePair.Create("driver", ConfigValue.Of(7))])));

        Assert.Empty(schema.Validate(config));
        Assert.Equal("config.image", Assert.Single(schema.Validate(config.Remove("image"))).Place);
        Assert.Contains("did you mean \"ports\"?", schema.Validate(config.SetItem("port", ConfigValue.Of(1))).Single().Message);
        Assert.Equal(
            System.Text.Json.JsonSerializer.Deserialize<ConfigValue>("""{"image":"redis","Ports":[{"db":6379}],"tty":true,"logging":{"driver":"7"},"devices":[]}"""),
            PluginSchema.Shape(spec, config));
    }

    [Fact]
    public void Blocks_with_labels_are_maps_by_label()
    {
        var nested = new Spec { Object = new Drivers.Plugins.Protocol.Object() };
        nested.Object.Attributes["level"] = Attr("level", "string");
        var spec = new Spec { Object = new Drivers.Plugins.Protocol.Object() };
        spec.Object.Attributes["log"] = new Spec { BlockMap = new BlockMap { Name = "log", Labels = { "file" }, Nested = nested } };
        var config = System.Text.Json.JsonSerializer.Deserialize<ConfigValue>("""{"log":[{"a":[{"level":1}]},{"b":[{}]}]}""")!.AsMap();

        Assert.Empty(PluginSchema.Read(spec).Validate(config));
        Assert.Equal(System.Text.Json.JsonSerializer.Deserialize<ConfigValue>("""{"log":{"a":{"level":"1"},"b":{"level":null}}}"""), PluginSchema.Shape(spec, config));
    }

    [Fact]
    public void A_schema_of_ours_comes_back_from_its_description_as_it_was()
    {
        var schema = new ConfigSchema(
            new ConfigField("a", ConfigKind.Text) { Required = true }, new ConfigField("b", ConfigKind.Flag), new ConfigField("c", ConfigKind.Number), new ConfigField("d", ConfigKind.TextList),
            new ConfigField("e", ConfigKind.TextMap), new ConfigField("f", ConfigKind.IntegerMap), new ConfigField("g", ConfigKind.Any),
            new ConfigField("h", ConfigKind.Block) { Fields = new ConfigSchema(new ConfigField("x", ConfigKind.Text)) },
            new ConfigField("i", ConfigKind.Blocks) { Fields = new ConfigSchema(new ConfigField("y", ConfigKind.Flag)) });

        var back = PluginSchema.Read(PluginSchema.Write(schema));

        Assert.Equal(schema.Fields.Select(f => (f.Name, f.Kind, f.Required, f.Fields?.Fields[0].Name)), back.Fields.OrderBy(f => f.Name).Select(f => (f.Name, f.Kind, f.Required, f.Fields?.Fields[0].Name)));
    }

    [Fact]
    public void A_schema_is_the_same_text_in_whatever_order_its_keys_come_and_checks_the_same_when_it_is_read()
    {
        var block = new ConfigField("block", ConfigKind.Blocks) { Fields = new ConfigSchema(new ConfigField("size", ConfigKind.Integer) { Required = true }) };
        var script = new ConfigField("script", ConfigKind.Text) { Required = true };
        var text = SchemaText.Write(new ConfigSchema(block, script));

        Assert.Equal(text, SchemaText.Write(new ConfigSchema(script, block)));
        var config = EquatableMap.Of(("block", ConfigValue.Of(EquatableMap.Of(("sise", ConfigValue.Of(1))))));
        Assert.Equal(
            ["config.block.sise: there is no such key; did you mean \"size\"?", "config.block.size: is required, and missing", "config.script: is required, and missing"],
            SchemaText.Read(text!)!.Validate(config).Select(p => p.ToString()));
    }

    [Fact]
    public void A_schema_that_is_too_long_is_not_told() =>
        Assert.Null(SchemaText.Write(new ConfigSchema([.. Enumerable.Range(0, 5000).Select(i => new ConfigField($"key_{i}", ConfigKind.Text))])));

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[null]")]
    [InlineData("[{\"Name\":\"a\",\"Kind\":\"Tensor\"}]")]
    [InlineData("[{\"Kind\":\"Text\"}]")]
    public void What_is_no_schema_is_none(string text) => Assert.Null(SchemaText.Read(text));

    private static Spec Attr(string name, string type, bool required = false) => new() { Attr = new Attr { Name = name, Type = type, Required = required } };
}
