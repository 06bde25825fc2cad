using Actors.JobSpec.Diagnostics;
using Actors.JobSpec.Evaluation;
using Actors.JobSpec.Syntax;
using Actors.JobSpec.Values;

namespace Actors.JobSpec.Decoding;

/// <summary>Declares the variables of a file and finds their values.</summary>
internal sealed class VariableDecoder(DecodeContext context, FileReferences references, JobFileOptions options)
{
    private const string EnvironmentPrefix = "NOMAD_VAR_";

    private readonly Dictionary<string, HclValue> _fromFiles = new(StringComparer.Ordinal);
    private readonly HashSet<string> _declared = new(StringComparer.Ordinal);

    private DiagnosticBag Diagnostics => context.Diagnostics;

    public void Decode(IBody file)
    {
        foreach (var given in options.VariableFiles) ReadFile(given);
        foreach (var block in file.Blocks("variable", 1)) Declare(block);
        foreach (var block in file.Blocks("variables", 0))
        {
            foreach (var (name, range, isBlock) in block.Body.Names)
            {
                if (isBlock) Diagnostics.Error(DiagnosticCodes.UnknownBlock, range, "a variables block holds attributes: name = default");
                else if (block.Body.Attribute(name) is { } attribute) Settle(name, range, null, attribute.Value, []);
            }
        }

        foreach (var name in options.Variables.Keys) Undeclared(name, $"-var {name}=…");
        foreach (var name in _fromFiles.Keys) Undeclared(name, "a variable file");
    }

    private void Undeclared(string name, string origin)
    {
        if (_declared.Contains(name)) return;
        var message = $"{origin} sets the variable {Conversion.Quote(name)}, which the job file does not declare";
        var suggestion = NearestName.Suggest(name, _declared) ?? $"declare it: variable \"{name}\" {{ }}";
        Diagnostics.Add(options.Strict
            ? new Diagnostic(DiagnosticSeverity.Error, DiagnosticCodes.UndeclaredVariable, message, Suggestion: suggestion)
            : new Diagnostic(DiagnosticSeverity.Warning, DiagnosticCodes.UnusedVariable, message, Suggestion: suggestion));
    }

    private void ReadFile(VariableFile given)
    {
        var text = given.Text;
        var source = new SourceText(given.Name, text);
        var bag = new DiagnosticBag(source);
        if (text.Length > options.MaxBytes)
        {
            bag.Error(DiagnosticCodes.TooLarge, default, $"the file has {text.Length} characters, more than {options.MaxBytes}");
        }
        else
        {
            IBody? body = text.TrimStart('\uFEFF', ' ', '\t', '\r', '\n').StartsWith('{')
                ? JsonReader.Read(bag) is JsonObject json ? new JsonBody(json, bag) : null
                : new NativeBody(Parser.ParseFile(bag));
            var evaluator = context.Evaluator.ForTemplate(bag, 0);
            foreach (var (name, range, isBlock) in body?.Names ?? [])
            {
                if (isBlock || body!.Attribute(name) is not { } attribute) bag.Error(DiagnosticCodes.InvalidVariableFile, range, "a variable file holds only name = value lines");
                else _fromFiles[name] = evaluator.Evaluate(attribute.Value, null);
            }
        }

        foreach (var item in bag.Items) Diagnostics.Add(item with { Source = text });
    }

    private void Declare(BodyBlock block)
    {
        var reader = new BlockReader(context, block.Body, null, "variable", block.HeadRange, context.Places.Add(PlaceMap.Root, "(variable)", block.HeadRange));
        if (block.Labels is not [LiteralSyntax { Value: { Kind: HclTypeKind.String, IsPresent: true } label }])
        {
            Diagnostics.Error(DiagnosticCodes.WrongLabels, block.HeadRange, "a variable has one plain name: variable \"name\" { … }");
            return;
        }

        reader.Text("description");
        reader.Tolerate("sensitive", "sensitive has no effect here");
        reader.Allow("type", "default");
        HclType? type = null;
        if (block.Body.Attribute("type") is { } typeSyntax)
        {
            if (TypeExpression.Read(typeSyntax.Value, Diagnostics) is { } read) type = read;
        }

        foreach (var rule in reader.Blocks("validation", 0, null))
        {
            rule.Allow("condition", "error_message");
            if (!rule.Has("condition")) rule.Missing("condition");
            if (!rule.Has("error_message")) rule.Missing("error_message");
            rule.Finish();
        }

        reader.Finish();
        Settle(label.Text, block.HeadRange, type, block.Body.Attribute("default")?.Value, [.. block.Body.Blocks("validation", 0)]);
    }

    private void Settle(string name, TextRange place, HclType? declared, ExpressionSyntax? fallback, IReadOnlyList<BodyBlock> rules)
    {
        var type = declared ?? HclType.Any;
        if (!_declared.Add(name))
        {
            Diagnostics.Error(DiagnosticCodes.DuplicateBlock, place, $"there is a second variable {Conversion.Quote(name)}", "remove one of the two");
            return;
        }

        references.DefineVariable(name, HclValue.Unknown);
        var origin = "its default";
        HclValue? value;
        if (options.Variables.TryGetValue(name, out var given)) value = Given(name, given, declared, origin = $"-var {name}=…", place);
        else if (_fromFiles.TryGetValue(name, out value)) origin = "its variable file";
        else if (options.EnvironmentVariables.TryGetValue(EnvironmentPrefix + name, out var text)) value = Given(name, text, declared, origin = EnvironmentPrefix + name, place);
        else value = fallback is null ? null : context.Evaluator.Evaluate(fallback, null);

        if (value is null)
        {
            Diagnostics.Error(DiagnosticCodes.UnsetVariable, place, $"the variable {Conversion.Quote(name)} has no value and no default", $"give one with -var {name}=…, with -var-file, with the environment variable {EnvironmentPrefix}{name}, or a default");
            return;
        }

        if (Conversion.Convert(value, type, out var problem) is not { } converted)
        {
            Diagnostics.Error(DiagnosticCodes.InvalidVariable, fallback is null || origin != "its default" ? place : fallback.Range, $"the variable {Conversion.Quote(name)} does not take {origin}: {problem}", $"its type is {type}");
            return;
        }

        references.DefineVariable(name, converted);
        if (converted.IsUnknown) return;
        foreach (var rule in rules) Check(name, converted, rule, place, origin);
    }

    /// <summary>Text of the command line or environment: as it is for scalars and variables without type, an expression for anything else.</summary>
    private HclValue Given(string name, string text, HclType? type, string origin, TextRange place)
    {
        if (type is null or { IsPrimitive: true }) return HclValue.Of(text);
        var bag = new DiagnosticBag(new SourceText(origin, text));
        var syntax = Parser.ParseExpression(bag);
        var value = bag.ErrorCount > 0 ? HclValue.Unknown : context.Evaluator.ForTemplate(bag, 0).Evaluate(syntax, null);

        // Of the type any may be a value of any kind: what is no expression is meant as text.
        if (type.Kind == HclTypeKind.Any && (syntax is NameSyntax or AccessSyntax || bag.ErrorCount > 0)) return HclValue.Of(text);
        foreach (var item in bag.Items) Diagnostics.Add(item with { Source = text });
        if (bag.ErrorCount > 0) Diagnostics.Error(DiagnosticCodes.InvalidVariable, place, $"the variable {Conversion.Quote(name)} does not take {origin}: it is no value of type {type}");
        return value;
    }

    /// <summary>A rule may look at its own variable only: others may not have their values yet.</summary>
    private void Check(string name, HclValue value, BodyBlock rule, TextRange place, string origin)
    {
        if (rule.Body.Attribute("condition")?.Value is not { } condition) return;
        var evaluator = context.Evaluator.With(new OwnReference(name, value));
        var result = evaluator.Evaluate(condition, null);
        if (result.IsUnknown) return;
        if (Conversion.Convert(result, HclType.Bool, out var problem) is not { IsPresent: true } truth)
        {
            Diagnostics.Error(DiagnosticCodes.WrongType, condition.Range, $"condition: {problem ?? "null is neither true nor false"}");
            return;
        }

        if (truth.Bool) return;
        var message = rule.Body.Attribute("error_message")?.Value is { } text && evaluator.Evaluate(text, null) is { IsPresent: true, Kind: HclTypeKind.String } said ? said.Text.Trim() : "";
        Diagnostics.Error(
            DiagnosticCodes.InvalidVariable,
            place,
            $"the variable {Conversion.Quote(name)} does not take {origin}: {(message.Length == 0 ? "its validation fails" : message)}");
    }

    private sealed class OwnReference(string own, HclValue value) : IReferences
    {
        public IEnumerable<string> VariableNames => [own];

        public IEnumerable<string> LocalNames => [];

        public HclValue? Variable(string name) => name == own ? value : null;

        public HclValue? Local(string name, TextRange use) => null;
    }
}
