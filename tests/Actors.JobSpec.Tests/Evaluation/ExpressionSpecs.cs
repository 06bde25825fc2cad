using Xunit;

namespace Actors.JobSpec.Tests.Evaluation;

public sealed class ExpressionSpecs
{
    [Theory]
    [InlineData("1 + 2 * 3", "7")]
    [InlineData("(1 + 2) * 3", "9")]
    [InlineData("10 - 2 - 3", "5")]
    [InlineData("1 < 2 && 2 < 3 || false", "true")]
    [InlineData("1 + 1 == 2", "true")]
    [InlineData("!true || true", "true")]
    [InlineData("-3 + 1", "-2")]
    [InlineData("1 == \"1\"", "false")]
    [InlineData("\"1\" + 1", "2")]
    [InlineData("true ? \"a\" : \"b\"", "\"a\"")]
    [InlineData("false ? 1 : true ? 2 : 3", "2")]
    [InlineData("1.5e3", "1500")]
    [InlineData("\"\\u00e9\\U0001F642\\t\\\"\"", "\"é🙂\\t\\\"\"")]
    [InlineData("\"$${x} %%{y} $x %\"", "\"${x} %{y} $x %\"")]
    [InlineData("\"a${1 + 1}b\"", "\"a2b\"")]
    [InlineData("\"${[1]}\"", "[1]")]
    [InlineData("\"a ${~ \"b\" ~} c\"", "\"abc\"")]
    [InlineData("\"%{ if 1 > 2 }x%{ else }y%{ endif }\"", "\"y\"")]
    [InlineData("\"%{ for i, v in [\"a\", \"b\"] }${i}=${v};%{ endfor }\"", "\"0=a;1=b;\"")]
    [InlineData("[1, \"a\", true,]", "[1,\"a\",true]")]
    [InlineData("{ a = 1, \"b c\" : 2, (\"d\") = 3 }", "{\"a\":1,\"b c\":2,\"d\":3}")]
    [InlineData("{\n a = 1\n b = 2\n}", "{\"a\":1,\"b\":2}")]
    [InlineData("{ a = { b = [10, 20] } }.a.b[1]", "20")]
    [InlineData("[[1, 2], [3]].0.1", "2")]
    [InlineData("[{ a = 1 }, { a = 2 }][*].a", "[1,2]")]
    [InlineData("[{ a = [1] }, { a = [2] }].*.a[0]", "[1]")]
    [InlineData("{ a = 1 }[*].a", "[1]")]
    [InlineData("null[*].a", "[]")]
    [InlineData("[for v in [1, 2, 3] : v * 2 if v != 2]", "[2,6]")]
    [InlineData("[for k, v in { a = 1, b = 2 } : \"${k}${v}\"]", "[\"a1\",\"b2\"]")]
    [InlineData("{ for v in [\"a\", \"b\"] : v => upper(v) }", "{\"a\":\"A\",\"b\":\"B\"}")]
    [InlineData("{ for v in [\"ab\", \"ac\", \"b\"] : substr(v, 0, 1) => v... }", "{\"a\":[\"ab\",\"ac\"],\"b\":[\"b\"]}")]
    [InlineData("max([1, 5, 3]...)", "5")]
    [InlineData("attr.kernel.name", "\"${attr.kernel.name}\"")]
    [InlineData("\"http://${NOMAD_ADDR_http}/${env[\"X-Y\"]}\"", "\"http://${NOMAD_ADDR_http}/${env[\\\"X-Y\\\"]}\"")]
    [InlineData("upper(\"${node.datacenter}\")", "\"${NODE.DATACENTER}\"")]
    [InlineData("1 /* one */ + # two\n 2", "error: expected a value, found the end of the line")]
    [InlineData("(1 /* one */ + # two\n 2)", "3")]
    public void An_expression_computes(string expression, string result) =>
        Assert.Equal(result, Expressions.Evaluate(expression));

    [Theory]
    [InlineData("<<EOF\n  a\n    b ${1 + 1}\nEOF\n", "\"  a\\n    b 2\\n\"")]
    [InlineData("<<-EOF\n    a\n      b\n\n    c\n  EOF\n", "\"a\\n  b\\n\\nc\\n\"")]
    [InlineData("<<EOF\nno \\n escapes, $${x}\nEOF\n", "\"no \\\\n escapes, ${x}\\n\"")]
    [InlineData("<<EOF\n%{ for v in [1, 2] ~}\n${v}\n%{ endfor ~}\nEOF\n", "\"1\\n2\\n\"")]
    [InlineData("<<EOF\nEOF\n", "\"\"")]
    [InlineData("<<EOF\r\na\r\nEOF\r\n", "\"a\\r\\n\"")]
    [InlineData("upper(<<EOF\na\nEOF\n)", "\"A\\n\"")]
    public void A_heredoc_is_text(string expression, string result) =>
        Assert.Equal(result, Expressions.Evaluate(expression));

    [Theory]
    [InlineData("[1, 2][2]", "error: there is no element 2: the list has 2, counted from 0")]
    [InlineData("{ abc = 1 }.abd", "error: there is no attribute \"abd\"")]
    [InlineData("\"a\".b", "error: a string has no attribute \"b\"")]
    [InlineData("\"x ${[1]}\"", "error: a list can't be part of a text")]
    [InlineData("\"x ${null}\"", "error: null can't be part of a text")]
    [InlineData("1 + true", "error: the right operand: a number is needed, found a bool")]
    [InlineData("\"a\" ? 1 : 2", "error: the condition: true or false is needed, found \"a\"")]
    [InlineData("[for v in 1 : v]", "error: a for walks over a list, set, map or object, found a number")]
    [InlineData("{ for v in [1, 1] : v => v }", "error: two elements have the key \"1\"")]
    [InlineData("var.x", "error: there is no variable \"x\"")]
    [InlineData("local.x", "error: there is no local \"x\"")]
    [InlineData("[for v in [1] v]", "error: expected ':' after the collection of a for expression, found the name v")]
    [InlineData("[1, 2", "error: expected ',' or ']' in the list, found the end of the file")]
    [InlineData("\"abc", "error: this string is not closed")]
    [InlineData("\"${1", "error: this template sequence is not closed")]
    [InlineData("\"\\q\"", "error: there is no escape \\q")]
    [InlineData("'a'", "error: single quotes do not make a string")]
    [InlineData("1e9999", "error: this number is too large or too fine")]
    public void A_mistake_is_named(string expression, string error) =>
        Assert.Equal(error, Expressions.Evaluate(expression));

    [Fact]
    public void Nesting_has_an_end()
    {
        Assert.Contains("nested more than 100", Expressions.Evaluate(new string('[', 100_000)), StringComparison.Ordinal);
        Assert.Contains("nested more than 100", Expressions.Evaluate(new string('(', 100_000)), StringComparison.Ordinal);
        Assert.Contains("nested more than 100", Expressions.Evaluate(new string('-', 100_000) + "1"), StringComparison.Ordinal);
        Assert.Contains("nested more than 100", Expressions.Evaluate(string.Concat(Enumerable.Repeat("\"${", 500)) + "1" + string.Concat(Enumerable.Repeat("}\"", 500))), StringComparison.Ordinal);
        Assert.Contains("operators", Expressions.Evaluate(string.Join('+', Enumerable.Repeat("1", 100_000))), StringComparison.Ordinal);
        Assert.Contains("nested more than 100", Expressions.Evaluate(string.Concat(Enumerable.Repeat("a ? b : ", 50_000)) + "c"), StringComparison.Ordinal);
    }
}
