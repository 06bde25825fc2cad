using CsCheck;

namespace Actors.JobSpec.Tests.Properties;

/// <summary>Makes HCL texts: well-formed ones by the grammar, and ill-formed ones by damaging others.</summary>
internal static class HclGen
{
    private static readonly Gen<string> Name = Gen.OneOf("a", "b", "count", "name", "x-y", "_z", "job", "group", "var", "each", "für");

    private static readonly Gen<string> Blank = Gen.OneOf("", " ", "  ", "\t");

    private static readonly Gen<string> Scalar = Gen.OneOf(
        Gen.OneOf("true", "false", "null", "0", "1", "42", "3.14", "1e3", "-7", "\"\"", "\"plain\"", "\"esc \\n \\\" \\\\ \\u00e9\"", "\"$${literal} %%{x}\""),
        Gen.OneOf("var.a", "local.b", "attr.kernel.name", "x[0]", "x[\"k\"].y", "x.*.id", "x[*].id.z", "x.0.1", "env[\"A-B\"]"));

    public static readonly Gen<string> Expression = Gen.Recursive<string>((depth, inner) => depth > 3
        ? Scalar
        : Gen.Frequency(
            (4, Scalar),
            (1, Gen.Select(inner, Gen.OneOf("+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=", "&&", "||"), inner, Blank, (a, op, b, s) => $"{a}{(op == "-" ? " " : s)}{op}{s}{b}")),
            (1, Gen.Select(inner, s => $"!{s}")),
            (1, Gen.Select(inner, s => $"(-{s})")),
            (1, Gen.Select(inner, inner, inner, (a, b, c) => $"({a} ? {b} : {c})")),
            (1, inner.Array[0, 3].Select(items => $"[{string.Join(", ", items)}]")),
            (1, inner.Array[1, 3].Select(items => $"[\n  {string.Join(",\n", items)},\n]")),
            (1, Gen.Select(Name, inner, Name, inner, (a, x, b, y) => $"{{ {a} = {x}, \"{b}\" : {y} }}")),
            (1, Gen.Select(Name, inner, (a, x) => $"{{\n {a} = {x} # why\n (local.k) = 1\n}}")),
            (1, Gen.Select(Name, inner.Array[0, 3], (f, items) => $"{f}({string.Join(",", items)})")),
            (1, Gen.Select(Name, inner, (f, x) => $"{f}( {x}... )")),
            (1, Gen.Select(inner, inner, (c, x) => $"[for v in {c} : {x}]")),
            (1, Gen.Select(inner, inner, (c, x) => $"{{for k, v in {c} : k => {x}... if v != null}}")),
            (2, inner.Select(x => x.Contains('\n') ? "\"${local.q}\"" : $"\"a ${{ {x} }} b ${{~ {x} ~}}\"")),
            (1, Gen.Select(inner, inner, (c, x) => (c + x).Contains('\n') ? "\"-\"" : $"\"%{{ if {c} }}yes${{ {x} }}%{{ else }}no%{{ endif }}%{{ for v in {c} ~}} - ${{v}} %{{ endfor }}\""))));

    private static readonly Gen<string> Comment = Gen.OneOf("", " # hash", " // slashes", " /* block */");

    private static readonly Gen<string> Value = Gen.Frequency(
        (8, Expression),
        (1, Expression.Select(x => x.Contains('\n') ? "<<EOF\n  text\nEOF" : $"<<EOF\n  line ${{ {x} }}\n\n two $${{x}}\nEOF")),
        (1, Gen.Const("<<-EOT\n      indented\n        more ${var.a}\n    EOT")));

    public static readonly Gen<string> Body = Gen.Recursive<string>((depth, inner) =>
    {
        var attribute = Gen.Select(Gen.Int[0, 99], Name, Blank, Value, Comment, (n, name, blank, value, comment) =>
            $"{blank}{name}{n}{blank}={blank}{value}{(value.StartsWith("<<", StringComparison.Ordinal) ? "" : comment)}\n");
        var note = Gen.OneOf("\n", "# a note\n", "\n\n// another\n", "/* over\n   lines */\n");
        var oneLine = Gen.Select(Name, Scalar, (name, value) => $"{name} {{ only = {value} }}\n");
        if (depth > 3) return Gen.OneOf(attribute, note, oneLine).Array[0, 3].Select(Unique);
        var block = Gen.Select(Name, Gen.OneOf("", " \"label\"", " ident", " \"l ${var.a}\" \"second\""), inner, (name, labels, body) => $"{name}{labels} {{\n{body}}}\n");
        return Gen.Frequency((4, attribute), (1, note), (1, oneLine), (2, block)).Array[0, 5].Select(Unique);
    });

    /// <summary>Damages a text: cuts, doubles, swaps and inserts pieces that matter to the lexer.</summary>
    public static Gen<string> Damaged(Gen<string> texts)
    {
        var piece = Gen.OneOf("{", "}", "[", "]", "(", ")", "\"", "${", "%{", "~}", "<<EOF\n", "EOF\n", "\\", "\n", "\r\n", "=", "...", "for", " in ", " if ", "*", ".", "#", "/*", "*/", "\0", "\uD800", "é", "%{ if ", "%{ endfor }", "null", "1e999", "\"\\u12\"", ",", "dynamic \"x\" {", "🙂", "$", "'");
        return Gen.Select(texts, Gen.Select(Gen.Int[0, 100000], Gen.Int[0, 3], Gen.Int[0, 40], piece).Array[1, 6], (text, edits) =>
        {
            foreach (var (place, kind, length, inserted) in edits)
            {
                var at = text.Length == 0 ? 0 : place % text.Length;
                var end = Math.Min(text.Length, at + length);
                text = kind switch
                {
                    0 => text.Insert(at, inserted),
                    1 => text.Remove(at, end - at),
                    2 => text.Insert(at, text[at..end]),
                    _ => string.Concat(text.AsSpan(0, at), inserted, text.AsSpan(end)),
                };
            }

            return text;
        });
    }

    /// <summary>Attributes may be set once per block: later ones of a name are dropped.</summary>
    private static string Unique(string[] items)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return string.Concat(items.Where(item => item.IndexOf('=', StringComparison.Ordinal) is var at && (at < 0 || item[..at].Contains('{') || seen.Add(item[..at].Trim()))));
    }
}
