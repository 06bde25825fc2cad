using Actors.JobSpec.Evaluation;
using Xunit;

namespace Actors.JobSpec.Tests.Evaluation;

public sealed class FunctionSpecs
{
    /// <summary>Nomad's functions, and those its users miss.</summary>
    private const string Names =
        "abs base64decode base64encode bcrypt can ceil chomp chunklist cidrhost cidrnetmask cidrsubnet cidrsubnets coalesce coalescelist " +
        "compact concat contains convert csvdecode distinct element flatten floor format formatdate formatlist indent index join jsondecode " +
        "jsonencode keys length log lookup lower max merge min parseint pow range reverse replace regex_replace rsadecrypt setintersection " +
        "setproduct setunion sha256 sha512 signum slice sort split strlen strrev substr timeadd title trim trimprefix trimspace trimsuffix " +
        "try upper urlencode uuidv4 uuidv5 values yamldecode yamlencode zipmap abspath basename dirname file filebase64 fileexists " +
        "fileset pathexpand md5 sha1 templatefile timestamp anytrue alltrue sum one";

    [Fact]
    public void Every_function_of_Nomad_is_there() =>
        Assert.Empty(Names.Split(' ').Except(FunctionTable.Names));

    [Theory]
    [InlineData("abs(-3.5)", "3.5")]
    [InlineData("ceil(1.2)", "2")]
    [InlineData("ceil(-1.2)", "-1")]
    [InlineData("floor(1.9)", "1")]
    [InlineData("floor(-1.1)", "-2")]
    [InlineData("signum(-7)", "-1")]
    [InlineData("log(100, 10)", "2")]
    [InlineData("pow(2, 100)", "1267650600228229401496703205376")]
    [InlineData("pow(4, 0.5)", "2")]
    [InlineData("max(1, 3, 2)", "3")]
    [InlineData("min([5, 4]...)", "4")]
    [InlineData("parseint(\"ff\", 16)", "255")]
    [InlineData("parseint(\"-101\", 2)", "-5")]
    [InlineData("sum([1, 2.5, \"3\"])", "6.5")]
    [InlineData("range(3)", "[0,1,2]")]
    [InlineData("range(1, 8, 3)", "[1,4,7]")]
    [InlineData("range(3, 0)", "[3,2,1]")]
    [InlineData("0.1 + 0.2", "0.3")]
    [InlineData("7 % -3", "1")]
    [InlineData("upper(\"grün\")", "\"GRÜN\"")]
    [InlineData("lower(\"ABC\")", "\"abc\"")]
    [InlineData("title(\"hello big world\")", "\"Hello Big World\"")]
    [InlineData("trimspace(\"  a b \")", "\"a b\"")]
    [InlineData("trim(\"?!hi?!\", \"!?\")", "\"hi\"")]
    [InlineData("trimprefix(\"helloworld\", \"hello\")", "\"world\"")]
    [InlineData("trimsuffix(\"helloworld\", \"world\")", "\"hello\"")]
    [InlineData("chomp(\"a\\n\\r\\n\")", "\"a\"")]
    [InlineData("strlen(\"🙂é\")", "2")]
    [InlineData("strrev(\"ab🙂\")", "\"🙂ba\"")]
    [InlineData("reverse(\"abc\")", "\"cba\"")]
    [InlineData("reverse([1, 2, 3])", "[3,2,1]")]
    [InlineData("substr(\"hello world\", 1, 4)", "\"ello\"")]
    [InlineData("substr(\"hello\", -2, -1)", "\"lo\"")]
    [InlineData("join(\", \", [\"a\", \"b\"], [\"c\"])", "\"a, b, c\"")]
    [InlineData("split(\",\", \"a,b,,c\")", "[\"a\",\"b\",\"\",\"c\"]")]
    [InlineData("replace(\"1 + 2\", \"+\", \"-\")", "\"1 - 2\"")]
    [InlineData("replace(\"hello\", \"/l+/\", \"L\")", "\"heLo\"")]
    [InlineData("regex_replace(\"a1b22\", \"([0-9]+)\", \"<$1>\")", "\"a\\u003c1\\u003eb\\u003c22\\u003e\"")]
    [InlineData("indent(2, \"a\\nb\")", "\"a\\n  b\"")]
    [InlineData("format(\"%s is %d, %05.1f %q %v %%\", \"x\", 3, 2.25, \"y\", [1])", "\"x is 3, 002.2 \\\"y\\\" [1] %\"")]
    [InlineData("format(\"%x %X %b %o %e\", 255, 255, 5, 8, 12345.678)", "\"ff FF 101 10 1.234568e+04\"")]
    [InlineData("format(\"%-5s|%5s|%+d\", \"a\", \"b\", 3)", "\"a    |    b|+3\"")]
    [InlineData("format(\"%[2]s %[1]s\", \"a\", \"b\")", "\"b a\"")]
    [InlineData("formatlist(\"%s=%s\", [\"a\", \"b\"], \"x\")", "[\"a=x\",\"b=x\"]")]
    [InlineData("length([1, 2])", "2")]
    [InlineData("length({ a = 1 })", "1")]
    [InlineData("keys({ b = 1, a = 2 })", "[\"a\",\"b\"]")]
    [InlineData("values({ b = 1, a = 2 })", "[2,1]")]
    [InlineData("lookup({ a = 1 }, \"a\", 9)", "1")]
    [InlineData("lookup({ a = 1 }, \"z\", 9)", "9")]
    [InlineData("merge({ a = 1 }, { a = 2, b = 3 }, null)", "{\"a\":2,\"b\":3}")]
    [InlineData("zipmap([\"a\", \"b\"], [1, 2])", "{\"a\":1,\"b\":2}")]
    [InlineData("element([\"a\", \"b\"], 3)", "\"b\"")]
    [InlineData("index([\"a\", \"b\"], \"b\")", "1")]
    [InlineData("contains([\"a\", \"b\"], \"b\")", "true")]
    [InlineData("concat([1], [\"a\"], [])", "[1,\"a\"]")]
    [InlineData("flatten([[1, [2]], [], 3])", "[1,2,3]")]
    [InlineData("distinct([\"a\", \"b\", \"a\"])", "[\"a\",\"b\"]")]
    [InlineData("compact([\"a\", \"\", null, \"b\"])", "[\"a\",\"b\"]")]
    [InlineData("chunklist([1, 2, 3], 2)", "[[1,2],[3]]")]
    [InlineData("slice([\"a\", \"b\", \"c\"], 1, 3)", "[\"b\",\"c\"]")]
    [InlineData("sort([\"b\", \"a\"])", "[\"a\",\"b\"]")]
    [InlineData("coalesce(null, \"\", \"x\")", "\"x\"")]
    [InlineData("coalescelist([], [1])", "[1]")]
    [InlineData("anytrue([false, true])", "true")]
    [InlineData("alltrue([true, \"false\"])", "false")]
    [InlineData("alltrue([])", "true")]
    [InlineData("one([5])", "5")]
    [InlineData("one([])", "null")]
    [InlineData("setunion([\"b\", \"a\"], [\"c\", \"a\"])", "[\"a\",\"b\",\"c\"]")]
    [InlineData("setintersection([1, 2, 3], [2, 3], [3])", "[3]")]
    [InlineData("setproduct([\"a\", \"b\"], [1, 2])", "[[\"a\",1],[\"a\",2],[\"b\",1],[\"b\",2]]")]
    [InlineData("base64encode(\"hé\")", "\"aMOp\"")]
    [InlineData("base64decode(\"aMOp\")", "\"hé\"")]
    [InlineData("jsonencode({ b = [1, true, null], a = \"x\" })", "\"{\\\"a\\\":\\\"x\\\",\\\"b\\\":[1,true,null]}\"")]
    [InlineData("jsondecode(\"{\\\"a\\\":[1.50,\\\"x\\\"]}\")", "{\"a\":[1.5,\"x\"]}")]
    [InlineData("csvdecode(\"a,b\\n1,\\\"x, \\\"\\\"y\\\"\\\"\\\"\\n2,\\n\")", "[{\"a\":\"1\",\"b\":\"x, \\\"y\\\"\"},{\"a\":\"2\",\"b\":\"\"}]")]
    [InlineData("yamldecode(\"a: [1, x]\\nb: &k {c: true}\\nd: *k\\n\")", "{\"a\":[1,\"x\"],\"b\":{\"c\":true},\"d\":{\"c\":true}}")]
    [InlineData("yamldecode(yamlencode({ a = [1, { b = \"x: y\" }, []], c = null }))", "{\"a\":[1,{\"b\":\"x: y\"},[]],\"c\":null}")]
    [InlineData("urlencode(\"a b&c/é\")", "\"a+b%26c%2F%C3%A9\"")]
    [InlineData("md5(\"hello\")", "\"5d41402abc4b2a76b9719d911017c592\"")]
    [InlineData("sha1(\"hello\")", "\"aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d\"")]
    [InlineData("sha256(\"\")", "\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"")]
    [InlineData("strlen(sha512(\"x\"))", "128")]
    [InlineData("strlen(bcrypt(\"secret\", 4))", "60")]
    [InlineData("uuidv4()", "\"00000000-0000-4000-8000-000000000001\"")]
    [InlineData("uuidv5(\"dns\", \"www.example.com\")", "\"2ed6657d-e927-568b-95e1-2665a8aea6a2\"")]
    [InlineData("timestamp()", "\"2026-01-31T10:00:00Z\"")]
    [InlineData("timeadd(\"2026-01-31T23:30:00Z\", \"45m\")", "\"2026-02-01T00:15:00Z\"")]
    [InlineData("formatdate(\"DD MMM YYYY 'at' hh:mm ZZZ\", \"2026-01-31T09:05:00Z\")", "\"31 Jan 2026 at 09:05 UTC\"")]
    [InlineData("formatdate(\"EEEE, H:mm AA\", \"2026-01-31T15:05:00+02:00\")", "\"Saturday, 3:05 PM\"")]
    [InlineData("cidrhost(\"10.12.112.0/20\", 16)", "\"10.12.112.16\"")]
    [InlineData("cidrhost(\"10.0.0.0/24\", -1)", "\"10.0.0.255\"")]
    [InlineData("cidrnetmask(\"172.16.0.0/12\")", "\"255.240.0.0\"")]
    [InlineData("cidrsubnet(\"172.16.0.0/12\", 4, 2)", "\"172.18.0.0/16\"")]
    [InlineData("cidrsubnet(\"fd00:fd12:3456:7890::/56\", 16, 162)", "\"fd00:fd12:3456:7800:a200::/72\"")]
    [InlineData("cidrsubnets(\"10.1.0.0/16\", 4, 4, 8, 4)", "[\"10.1.0.0/20\",\"10.1.16.0/20\",\"10.1.32.0/24\",\"10.1.48.0/20\"]")]
    [InlineData("try({}.a, \"fallback\")", "\"fallback\"")]
    [InlineData("can([][0])", "false")]
    [InlineData("can(1 + 1)", "true")]
    [InlineData("convert([\"1\", 2], list(number))", "[1,2]")]
    [InlineData("convert(\"true\", bool)", "true")]
    public void A_function_computes(string expression, string result) =>
        Assert.Equal(result, Expressions.Evaluate(expression));

    [Theory]
    [InlineData("nope()", "error: there is no function \"nope\"")]
    [InlineData("abs(\"x\")", "error: abs: number: a number is needed, and \"x\" is none")]
    [InlineData("abs()", "error: abs(number) was called with 0 arguments")]
    [InlineData("upper(null)", "error: upper: text must not be null")]
    [InlineData("1 / 0", "error: division by zero")]
    [InlineData("element([], 0)", "error: element: the list is empty")]
    [InlineData("parseint(\"12\", 2)", "error: parseint: \"12\" is not a number in base 2")]
    [InlineData("range(1e6)", "error: range: more than 1024 numbers")]
    [InlineData("format(\"%d\")", "error: format: the format asks for value 1, and there are 0")]
    [InlineData("format(\"x\", 1)", "error: format: there are 1 values, and the format uses 0")]
    [InlineData("cidrhost(\"10.0.0/24\", 1)", "error: cidrhost: \"10.0.0/24\" is not a prefix such as 10.0.0.0/8")]
    [InlineData("base64decode(\"?\")", "error: base64decode: the text is not base64")]
    [InlineData("one([1, 2])", "error: one: a list of at most one element is needed, found 2")]
    [InlineData("file(\"/etc/passwd\")", "error: file reads files, which is not allowed here")]
    [InlineData("bcrypt(\"x\", 31)", "error: bcrypt: the cost is from 4 to 13, found 31")]
    [InlineData("yamldecode(\"a: [\")", "error: yamldecode: the text is not YAML")]
    [InlineData("formatdate(\"QQ\", \"2026-01-31T09:05:00Z\")", "error: formatdate: the format has no QQ")]
    [InlineData("pow(10, 100000)", "error: pow: the power is too large")]
    public void A_function_refuses_clearly(string expression, string error) =>
        Assert.StartsWith(error, Expressions.Evaluate(expression), StringComparison.Ordinal);

    [Theory]
    [InlineData("[for a in range(1000) : [for b in range(1000) : [for c in range(1000) : a]]]")]
    [InlineData("[for a in range(1024) : join(\"\", [for b in range(1024) : \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"])]")]
    [InlineData("format(\"%10000s\", \"a\") == \"\" ? 1 : join(\"\", [for a in range(1024) : format(\"%10000s%10000s\", \"a\", \"b\")])")]
    [InlineData("replace(join(\"a\", [for i in range(1000) : \"b\"]), \"\", \"\") == \"\" ? 1 : setproduct(range(1000), range(1000), range(1000))")]
    [InlineData("[for a in range(1024) : [for b in range(1024) : try(nope(), 1)]]")]
    [InlineData("[for a in range(1000) : replace(join(\"\", [for b in range(1024) : \"aaaaaaaaaa\"]), \"/(.*)*(.*)*b/\", \"x\")]")]
    [InlineData("[for x in [[for a in range(1000) : range(1000)]] : [for b in range(1000) : [for c in range(1000) : x == [for d in [1] : x][0]]]]")]
    [InlineData("yamldecode(\"a: &a [1,1,1,1,1,1,1,1,1]\\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\\ng: &g [*f,*f,*f,*f,*f,*f,*f,*f,*f]\\nh: &h [*g,*g,*g,*g,*g,*g,*g,*g,*g]\\n\")")]
    public void Work_without_end_is_cut_off(string expression)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();

        Assert.StartsWith("error: ", Expressions.Evaluate(expression), StringComparison.Ordinal);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), $"it took {clock.Elapsed}");
    }

    [Theory]
    [InlineData("file(\"x\")")]
    [InlineData("filebase64(\"x\")")]
    [InlineData("fileexists(\"x\")")]
    [InlineData("fileset(\".\", \"*\")")]
    [InlineData("templatefile(\"x\", {})")]
    [InlineData("abspath(\".\")")]
    [InlineData("pathexpand(\"~\")")]
    [InlineData("basename(\"/a\")")]
    [InlineData("dirname(\"/a\")")]
    public void Files_are_out_of_reach_where_they_are_not_allowed(string expression) =>
        Assert.Matches("^error: [a-z0-9]+ reads files, which is not allowed here$", Expressions.Evaluate(expression));

    [Fact]
    public void Files_are_read_relative_to_the_job()
    {
        var folder = Directory.CreateTempSubdirectory("actors-functions").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "a.txt"), "text of a");
            File.WriteAllText(Path.Combine(folder, "t.tpl"), "%{ for n in names ~}\n- ${upper(n)}\n%{ endfor ~}\nend");
            File.WriteAllText(Path.Combine(folder, "loop.tpl"), "${templatefile(\"loop.tpl\", {})}");

            Assert.Equal("\"text of a\"", Expressions.Evaluate("file(\"a.txt\")", folder));
            Assert.Equal("\"dGV4dCBvZiBh\"", Expressions.Evaluate("filebase64(\"a.txt\")", folder));
            Assert.Equal("[true,false]", Expressions.Evaluate("[fileexists(\"a.txt\"), fileexists(\"b\")]", folder));
            Assert.Equal("[\"loop.tpl\",\"t.tpl\"]", Expressions.Evaluate("fileset(\".\", \"*.tpl\")", folder));
            Assert.Equal("\"- A\\n- B\\nend\"", Expressions.Evaluate("templatefile(\"t.tpl\", { names = [\"a\", \"b\"] })", folder));
            Assert.Equal($"\"{folder}/x/y\"", Expressions.Evaluate("abspath(\"x/y\")", folder));
            Assert.Equal("[\"c\",\"a/b\"]", Expressions.Evaluate("[basename(\"a/b/c\"), dirname(\"a/b/c\")]", folder));
            Assert.StartsWith("error: file: there is no file", Expressions.Evaluate("file(\"missing\")", folder), StringComparison.Ordinal);
            Assert.Contains("nested more than 10 deep", Expressions.Evaluate("templatefile(\"loop.tpl\", {})", folder), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
