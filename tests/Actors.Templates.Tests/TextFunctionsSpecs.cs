namespace Actors.Templates.Tests;

/// <summary>The helpers of consul-template and sprig, as a task's templates call them.</summary>
public sealed class TextFunctionsSpecs
{
    [Theory]
    [InlineData("{{ 1 | add 2 }} {{ 5 | subtract 2 }} {{ 3 | multiply 2 }} {{ 7 | divide 2 }} {{ 7 | modulo 2 }}", "3 3 6 3 1")]
    [InlineData("{{ \"hello\" | base64Encode }} {{ \"aGVsbG8=\" | base64Decode }} {{ \"aGVsbG8\" | base64URLDecode }}", "aGVsbG8= hello hello")]
    [InlineData("{{ \"a,b,c\" | split \",\" | join \"+\" }}", "a+b+c")]
    [InlineData("{{ range loop 3 }}{{ . }}{{ end }} {{ range loop 2 4 }}{{ . }}{{ end }}", "012 23")]
    [InlineData("{{ with parseJSON `{\"a\": {\"b\": [1, 2]}}` }}{{ index .a.b 1 }}{{ end }}", "2")]
    [InlineData("{{ with parseYAML \"a:\\n  - x\\n  - 5\" }}{{ range .a }}<{{ . }}>{{ end }}{{ end }}", "<x><5>")]
    [InlineData("{{ parseJSON `{\"b\":1,\"a\":[true,null]}` | toJSON }}", "{\"b\":1,\"a\":[true,null]}")]
    [InlineData("{{ parseJSON `{\"a\":{\"b\":\"c\"}}` | toYAML }}", "a:\n  b: c")]
    [InlineData("{{ \"foo.bar\" | replaceAll \".\" \"_\" | toUpper }}", "FOO_BAR")]
    [InlineData("{{ if \"v1.2\" | regexMatch `^v[0-9]` }}yes{{ end }} {{ \"a1b2\" | regexReplaceAll `[0-9]` \"#\" }}", "yes a#b#")]
    [InlineData("{{ \"x\\ny\" | indent 2 }}", "  x\n  y")]
    [InlineData("{{ \"  x \" | trimSpace }} {{ \"prefix-x\" | trimPrefix \"prefix-\" }} {{ \"x.txt\" | trimSuffix \".txt\" }}", "x x x")]
    [InlineData("{{ \"\" | sprig_default \"other\" }} {{ \"x\" | sprig_default \"other\" }} {{ sprig_ternary \"a\" \"b\" true }}", "other x a")]
    [InlineData("{{ $d := sprig_dict \"k\" \"v\" }}{{ $d.k }} {{ sprig_quote \"a\" }}", "v \"a\"")]
    [InlineData("{{ \"hello\" | sha256Hex }}", "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824")]
    [InlineData("{{ if in (split \",\" \"a,b\") \"b\" }}in{{ end }}", "in")]
    [InlineData("{{ $x := 1 }}{{ range loop 3 }}{{ $x = add $x . }}{{ end }}{{ $x }}", "4")]
    [InlineData("{{ if or true (parseInt \"no number\") }}not looked at{{ end }}", "not looked at")]
    [InlineData("{{/* it's a comment with a quote */}}x", "x")]
    public void A_helper_gives_what_consul_template_would(string template, string expected) => Assert.Equal(expected, Render(template));

    [Theory]
    [InlineData("{{ divide 0 1 }}", "template line 1: divide can't divide by 0")]
    [InlineData("{{ parseJSON \"{\" }}", "template line 1: parseJSON takes JSON: ")]
    [InlineData("{{ \"x\" | parseInt }}", "template line 1: parseInt takes a whole number, found x")]
    [InlineData("{{ regexMatch \"(\" \"x\" }}", "template line 1: regexMatch takes a regular expression: ")]
    [InlineData("{{ loop 0 1000000 }}", "template line 1: loop goes over 100,000 rounds")]
    [InlineData("\n{{ $x = 1 }}", "template line 2: variable $x is not set")]
    public void What_a_helper_can_not_take_is_named_with_its_line(string template, string message) =>
        Assert.StartsWith(message, Assert.Throws<TemplateException>(() => Render(template)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("{{ timestamp }}", "2024-02-29T12:30:05Z")]
    [InlineData("{{ timestamp \"unix\" }}", "1709209805")]
    public void The_time_is_the_clock_s(string template, string expected) => Assert.Equal(expected, Render(template));

    [Fact]
    public void Delimiters_can_be_others() =>
        Assert.Equal("{{ x }} 3", GoTemplate.Parse("{{ x }} [[ 1 | add 2 ]]", "[[", "]]").Render(null, Helpers));

    [Fact]
    public void A_key_that_is_missing_prints_as_asked_or_is_an_error()
    {
        var template = GoTemplate.Parse("{{ with parseJSON `{\"a\":1}` }}{{ .b }}{{ end }}");

        Assert.Equal("<no value>", template.Render(null, Helpers, "<no value>"));
        Assert.Contains("a key is missing", Assert.Throws<TemplateException>(() => template.Render(null, Helpers, null)).Message, StringComparison.Ordinal);
    }

    private static readonly TextFunctions Helpers = new(new StoppedClock());

    private static string Render(string template) => GoTemplate.Parse(template).Render(null, Helpers);

    private sealed class StoppedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2024, 2, 29, 12, 30, 5, TimeSpan.Zero);
    }
}
