using System.Text;
using Actors.JobSpec.Diagnostics;
using Actors.JobSpec.Syntax;
using Actors.JobSpec.Values;

namespace Actors.JobSpec.Evaluation;

/// <summary>
/// Computes expressions. It never throws: a mistake is reported once and results in an unknown value, which makes everything
/// computed from it unknown without further reports.
/// </summary>
internal sealed partial class Evaluator(DiagnosticBag diagnostics, IReferences references, FunctionHost host, Budget budget)
{
    private static readonly string[] KnownRoots = ["var", "local", "attr", "node", "meta", "device"];

    public DiagnosticBag Diagnostics { get; private set; } = diagnostics;

    public Budget Budget { get; } = budget;

    /// <summary>How many templatefile calls led here.</summary>
    public int TemplateDepth { get; private init; }

    /// <summary>The same evaluator with other variables and locals.</summary>
    public Evaluator With(IReferences other) => new(Diagnostics, other, host, Budget);

    /// <summary>An evaluator for a template of another file: the same bounds, no variables and locals of this one.</summary>
    public Evaluator ForTemplate(DiagnosticBag bag, int depth) => new(bag, NoReferences.Instance, host, Budget) { TemplateDepth = depth };

    public HclValue Evaluate(ExpressionSyntax expression, Scope? scope)
    {
        if (!Budget.Step()) return OutOfBudget(expression.Range);
        var value = expression switch
        {
            LiteralSyntax literal => literal.Value,
            TemplateSyntax template => Template(template, scope),
            TemplateWrapSyntax wrap => Evaluate(wrap.Value, scope),
            TemplateIfSyntax branch => If(branch.Condition, branch.Then, branch.Otherwise, scope),
            ConditionalSyntax branch => If(branch.Condition, branch.Then, branch.Otherwise, scope),
            TemplateForSyntax loop => TemplateFor(loop, scope),
            NameSyntax name => Name(name, scope),
            AccessSyntax access => Access(access, scope),
            CallSyntax call => Call(call, scope),
            BinarySyntax binary => Binary(binary, scope),
            UnarySyntax unary => Unary(unary, scope),
            ParenthesesSyntax inner => Evaluate(inner.Inner, scope),
            TupleSyntax tuple => Tuple(tuple, scope),
            ObjectSyntax item => Object(item, scope),
            ForSyntax loop => For(loop, scope),
            _ => HclValue.Unknown,
        };
        return value;
    }

    /// <summary>Evaluates without reporting: null if there was an error.</summary>
    public HclValue? Attempt(ExpressionSyntax expression, Scope? scope)
    {
        var outer = Diagnostics;
        Diagnostics = new DiagnosticBag(outer.Source);
        var value = Evaluate(expression, scope);
        var failed = Diagnostics.ErrorCount > 0 || value.IsUnknown;
        Diagnostics = outer;
        if (!Budget.Exhausted) return failed ? null : value;
        OutOfBudget(expression.Range);
        return null;
    }

    /// <summary>Reports a mistake. To word it takes time, and within a try it is for nothing: that counts as work.</summary>
    private HclValue Fail(string code, TextRange range, string message, string? suggestion = null)
    {
        Budget.Step(50);
        Diagnostics.Error(code, range, message, suggestion);
        return HclValue.Unknown;
    }

    private HclValue OutOfBudget(TextRange range)
    {
        if (!Diagnostics.Items.Any(item => item.Code == DiagnosticCodes.TooMuchWork))
            Diagnostics.Error(DiagnosticCodes.TooMuchWork, range, "evaluation was cut off here: the file asks for too many steps, or for a value too large");
        return HclValue.Unknown;
    }

    /// <summary>The value, unless it is too large or deep.</summary>
    private HclValue Made(HclValue value, TextRange range)
    {
        if (value.Depth > Budget.MaxDepth) return Fail(DiagnosticCodes.TooDeep, range, $"this value is nested more than {Budget.MaxDepth} levels deep");
        return Budget.Make(value.Size) ? value : OutOfBudget(range);
    }

    private HclValue? As(HclValue value, HclType type, TextRange range, string what)
    {
        if (value.IsUnknown) return null;
        if (value.IsNull)
        {
            Fail(DiagnosticCodes.NullValue, range, $"{what} must not be null");
            return null;
        }

        if (Conversion.Convert(value, type, out var problem) is { } converted) return converted;
        Fail(DiagnosticCodes.WrongType, range, $"{what}: {problem}");
        return null;
    }

    private HclValue Template(TemplateSyntax template, Scope? scope)
    {
        var texts = new string[template.Parts.Length];
        var length = 0L;
        for (var i = 0; i < texts.Length; i++)
        {
            var part = template.Parts[i];
            var value = Evaluate(part, scope);
            if (value.IsUnknown) return value;
            if (value.IsNull) return Fail(DiagnosticCodes.NullValue, part.Range, "null can't be part of a text");
            if (Conversion.Convert(value, HclType.String, out _) is not { } converted)
                return Fail(DiagnosticCodes.WrongType, part.Range, $"{value.Type.Describe()} can't be part of a text", "convert it, for example with jsonencode(…) or join(\",\", …)");
            length += converted.Text.Length;
            if (length > Budget.MaxSize) return OutOfBudget(template.Range);
            texts[i] = converted.Text;
        }

        return Budget.Make(length) ? HclValue.Of(string.Concat(texts)) : OutOfBudget(template.Range);
    }

    private HclValue If(ExpressionSyntax condition, ExpressionSyntax then, ExpressionSyntax otherwise, Scope? scope)
    {
        if (As(Evaluate(condition, scope), HclType.Bool, condition.Range, "the condition") is not { } truth) return HclValue.Unknown;
        var (chosen, other) = truth.Bool ? (then, otherwise) : (otherwise, then);
        var value = Evaluate(chosen, scope);
        if (value.IsUnknown || Attempt(other, scope) is not { } unused) return Budget.Exhausted ? HclValue.Unknown : value;

        // Whatever the condition says, the result has one type: what both can be converted to. Nomad refuses two objects, or two
        // lists, that have none; here the chosen one is taken as it is.
        var whole = TextRange.Between(condition.Range.Start, otherwise.Range.End);
        if (!Budget.Touch(value, unused)) return OutOfBudget(whole);
        if (HclType.Unify([value.Type, unused.Type]) is not { } type)
        {
            if ((value.IsMapping && unused.IsMapping) || (value.IsSequence && unused.IsSequence)) return value;
            return Fail(DiagnosticCodes.WrongType, whole, $"both results of a conditional have one type, found {(truth.Bool ? value : unused).Type.Describe()} and {(truth.Bool ? unused : value).Type.Describe()}");
        }

        return Conversion.Convert(value, type, out var problem) is { } converted ? converted : Fail(DiagnosticCodes.WrongType, chosen.Range, problem!);
    }

    private HclValue TemplateFor(TemplateForSyntax loop, Scope? scope)
    {
        if (Iterate(loop.Collection, scope) is not { } pairs) return HclValue.Unknown;
        var text = new StringBuilder();
        foreach (var (key, value) in pairs)
        {
            var body = Evaluate(loop.Body, Bind(scope, loop.KeyName, loop.ValueName, key, value));
            if (body.IsUnknown) return body;
            if (Conversion.Convert(body, HclType.String, out _) is not { IsNull: false } converted)
                return Fail(DiagnosticCodes.WrongType, loop.Body.Range, $"{body.Type.Describe()} can't be part of a text");
            if (text.Length + converted.Text.Length > Budget.MaxSize) return OutOfBudget(loop.Range);
            text.Append(converted.Text);
        }

        return Budget.Make(text.Length) ? HclValue.Of(text.ToString()) : OutOfBudget(loop.Range);
    }

    private static Scope Bind(Scope? scope, string? keyName, string valueName, HclValue key, HclValue value) =>
        new(keyName is null ? scope : new Scope(scope, keyName, key), valueName, value);

    /// <summary>Keys and values of what a for walks over; null if it can't be walked.</summary>
    private IEnumerable<(HclValue Key, HclValue Value)>? Iterate(ExpressionSyntax collection, Scope? scope)
    {
        var value = Evaluate(collection, scope);
        if (value.IsUnknown) return null;
        if (value.IsNull)
        {
            Fail(DiagnosticCodes.NullValue, collection.Range, "a for can't walk over null");
            return null;
        }

        if (Pairs(value) is { } pairs) return pairs;
        Fail(DiagnosticCodes.WrongType, collection.Range, $"a for walks over a list, set, map or object, found {value.Type.Describe()}");
        return null;
    }

    /// <summary>Keys and values of a collection; a set's keys are its values. Null for anything else.</summary>
    internal static IEnumerable<(HclValue Key, HclValue Value)>? Pairs(HclValue value)
    {
        if (value.IsMapping) return value.Entries.Select(entry => (HclValue.Of(entry.Key), entry.Value));
        if (value.Kind == HclTypeKind.Set) return value.Items.Select(item => (item, item));
        return value.IsSequence ? value.Items.Select((item, i) => (HclValue.Of(i), item)) : null;
    }

    private HclValue Name(NameSyntax name, Scope? scope)
    {
        if (Scope.TryGet(scope, name.Name, out var bound)) return bound;
        return name.Name switch
        {
            "var" => Fail(DiagnosticCodes.UnknownReference, name.Range, "the name of a variable must follow", "write var.name"),
            "local" => Fail(DiagnosticCodes.UnknownReference, name.Range, "the name of a local must follow", "write local.name"),
            _ => HclValue.Of($"${{{name.Name}}}"),
        };
    }

    private HclValue Access(AccessSyntax access, Scope? scope)
    {
        var first = 0;
        HclValue value;
        if (access.Target is NameSyntax root && !Scope.TryGet(scope, root.Name, out _))
        {
            if (root.Name is not ("var" or "local"))
            {
                if (Misspelt(root.Name) is { } near)
                    Diagnostics.Warning(DiagnosticCodes.DoubtfulReference, access.Range, $"{root.Name} is not known here; the reference is left to run time as it is", $"did you mean \"{near}\"?");
                return HclValue.Of($"${{{access.Text}}}");
            }

            first = 1;
            value = Root(root.Name, access.Steps[0], access.Range, scope);
        }
        else
        {
            value = Evaluate(access.Target, scope);
        }

        return Steps(value, access.Steps, first, scope);
    }

    /// <summary>The known root one edit away, or null. A name of one's own that happens to be short is left alone.</summary>
    private static string? Misspelt(string name)
    {
        if (KnownRoots.Contains(name, StringComparer.Ordinal)) return null;
        if (name is "vars" or "locals" or "nodes" or "attrs" or "attribute") return name.StartsWith("attr", StringComparison.Ordinal) ? "attr" : name.TrimEnd('s');
        return NearestName.Find(name, KnownRoots) is { Length: > 3 } near && near.Length == name.Length && near[0] == name[0] ? near : null;
    }

    private HclValue Root(string root, AccessStep step, TextRange range, Scope? scope)
    {
        var name = step.Name;
        if (step.Kind == AccessKind.Index && Evaluate(step.Key!, scope) is { IsPresent: true, Kind: HclTypeKind.String } key) name = key.Text;
        if (name is null) return Fail(DiagnosticCodes.UnknownReference, step.Range, $"the name of a {(root == "var" ? "variable" : "local")} must follow {root}");
        var value = root == "var" ? references.Variable(name) : references.Local(name, range);
        if (value is not null) return value;
        var names = root == "var" ? references.VariableNames : references.LocalNames;
        return Fail(
            DiagnosticCodes.UnknownReference,
            range,
            $"there is no {(root == "var" ? "variable" : "local")} {Conversion.Quote(name)}",
            NearestName.Suggest(name, names) ?? (root == "var" ? $"declare it: variable \"{name}\" {{ }}" : $"define it in a block locals {{ {name} = … }}"));
    }

    private HclValue Steps(HclValue value, AccessStep[] steps, int first, Scope? scope)
    {
        for (var i = first; i < steps.Length; i++)
        {
            if (value.IsUnknown) return value;
            var step = steps[i];
            switch (step.Kind)
            {
                case AccessKind.Attribute:
                    value = Attribute(value, step.Name!, step.Range);
                    break;
                case AccessKind.Index:
                    value = Index(value, Evaluate(step.Key!, scope), step.Range);
                    break;
                default:
                    var end = i + 1;
                    while (end < steps.Length && (step.Kind == AccessKind.FullSplat || steps[end].Kind == AccessKind.Attribute)) end++;
                    var rest = steps[(i + 1)..end];
                    value = Splat(value, rest, step.Range, scope);
                    i = end - 1;
                    break;
            }
        }

        return value;
    }

    private HclValue Splat(HclValue value, AccessStep[] rest, TextRange range, Scope? scope)
    {
        if (value.IsNull) return HclValue.EmptyTuple;
        var items = value.IsSequence ? value.Items.AsSpan() : new ReadOnlySpan<HclValue>(in value);
        var results = new List<HclValue>(items.Length);
        foreach (var item in items)
        {
            if (!Budget.Step()) return OutOfBudget(range);
            var result = Steps(item, rest, 0, scope);
            if (result.IsUnknown) return result;
            results.Add(result);
        }

        return Made(HclValue.Tuple(results), range);
    }

    private HclValue Attribute(HclValue value, string name, TextRange range)
    {
        if (value.IsNull) return Fail(DiagnosticCodes.NullValue, range, $"null has no attribute {Conversion.Quote(name)}");
        if (!value.IsMapping)
        {
            return Fail(
                DiagnosticCodes.NoSuchElement,
                range,
                $"{value.Type.Describe()} has no attribute {Conversion.Quote(name)}",
                value.IsSequence ? $"for the attribute of each element write [*].{name}" : null);
        }

        return value.Entries.TryGetValue(name, out var entry)
            ? entry
            : Fail(DiagnosticCodes.NoSuchElement, range, $"there is no attribute {Conversion.Quote(name)}", NearestName.Suggest(name, value.Entries.Keys));
    }

    private HclValue Index(HclValue value, HclValue key, TextRange range)
    {
        if (key.IsUnknown) return key;
        if (value.IsNull) return Fail(DiagnosticCodes.NullValue, range, "null has no elements");
        if (value.IsMapping)
            return As(key, HclType.String, range, "the key") is { } name ? Attribute(value, name.Text, range) : HclValue.Unknown;
        if (value.Kind is not (HclTypeKind.List or HclTypeKind.Tuple))
        {
            return Fail(
                DiagnosticCodes.NoSuchElement,
                range,
                $"{value.Type.Describe()} has no elements to index",
                value.Kind == HclTypeKind.Set ? "make it a list first: tolist is written convert(…, list(any))" : null);
        }

        if (As(key, HclType.Number, range, "the index") is not { } number) return HclValue.Unknown;
        return number.Number.TryToInt32(out var at) && at >= 0 && at < value.Count
            ? value.Items[at]
            : Fail(DiagnosticCodes.NoSuchElement, range, $"there is no element {number.Number}: the list has {value.Count}, counted from 0");
    }

    private HclValue Tuple(TupleSyntax tuple, Scope? scope)
    {
        var items = new HclValue[tuple.Items.Length];
        var unknown = false;
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = Evaluate(tuple.Items[i], scope);
            unknown |= items[i].IsUnknown;
        }

        return unknown ? HclValue.Unknown : Made(HclValue.Tuple(items), tuple.Range);
    }

    private HclValue Object(ObjectSyntax item, Scope? scope)
    {
        var entries = new Dictionary<string, HclValue>(item.Items.Count, StringComparer.Ordinal);
        var unknown = false;
        foreach (var (keySyntax, valueSyntax) in item.Items)
        {
            var key = As(Evaluate(keySyntax, scope), HclType.String, keySyntax.Range, "the key");
            var value = Evaluate(valueSyntax, scope);
            unknown |= key is null || value.IsUnknown;
            if (key is not null) entries[key.Text] = value;
        }

        return unknown ? HclValue.Unknown : Made(HclValue.Object(entries), item.Range);
    }

    private HclValue For(ForSyntax loop, Scope? scope)
    {
        if (Iterate(loop.Collection, scope) is not { } pairs) return HclValue.Unknown;
        var items = new List<HclValue>();
        var entries = new Dictionary<string, HclValue>(StringComparer.Ordinal);
        var groups = new Dictionary<string, List<HclValue>>(StringComparer.Ordinal);
        foreach (var (itemKey, itemValue) in pairs)
        {
            var inner = Bind(scope, loop.KeyName, loop.ValueName, itemKey, itemValue);
            if (loop.Condition is not null)
            {
                if (As(Evaluate(loop.Condition, inner), HclType.Bool, loop.Condition.Range, "the condition") is not { } wanted) return HclValue.Unknown;
                if (!wanted.Bool) continue;
            }

            var value = Evaluate(loop.Value, inner);
            if (value.IsUnknown) return value;
            if (loop.Key is null)
            {
                items.Add(value);
                continue;
            }

            if (As(Evaluate(loop.Key, inner), HclType.String, loop.Key.Range, "the key") is not { } key) return HclValue.Unknown;
            if (loop.Group)
            {
                if (!groups.TryGetValue(key.Text, out var group)) groups[key.Text] = group = [];
                group.Add(value);
            }
            else if (!entries.TryAdd(key.Text, value))
            {
                return Fail(DiagnosticCodes.InvalidOperation, loop.Key.Range, $"two elements have the key {Conversion.Quote(key.Text)}", "write … after the value to gather the values of a key in a list: {for … : key => value...}");
            }
        }

        if (loop.Key is null) return Made(HclValue.Tuple(items), loop.Range);
        if (loop.Group) return Made(HclValue.Object(groups.Select(group => KeyValuePair.Create(group.Key, HclValue.Tuple(group.Value)))), loop.Range);
        return Made(HclValue.Object(entries), loop.Range);
    }
}
