using Actors.Contracts.Collections;
using Actors.JobSpec.Diagnostics;
using Actors.JobSpec.Evaluation;
using Actors.JobSpec.Values;

namespace Actors.JobSpec.Decoding;

internal sealed partial class BlockReader
{
    private const int MaxDynamicBlocks = 20_000;

    /// <summary>All blocks of a type, decoded in order.</summary>
    /// <param name="name">Type of the blocks.</param>
    /// <param name="json">Name of the list in the job's JSON.</param>
    /// <param name="decode">Reads one.</param>
    /// <param name="labels">Names before the '{'.</param>
    /// <param name="first">Index of the first one in the JSON's list.</param>
    /// <param name="suffix">Where in the element it ends up.</param>
    public EquatableList<T> Many<T>(string name, string json, Func<BlockReader, T> decode, int labels = 0, int first = 0, string suffix = "")
    {
        if (!AsksForBlock(name)) return EquatableList<T>.Empty;
        var items = new List<T>();
        foreach (var block in Present(name, labels, json, indexed: true, byLabel: false, first: first, suffix: suffix)) items.Add(block.Decode(decode));
        return items.ToEquatableList();
    }

    /// <summary>The only block of a type, decoded; a second one is an error.</summary>
    public T? One<T>(string name, string? json, Func<BlockReader, T> decode, int labels = 0)
        where T : class
    {
        if (!AsksForBlock(name)) return null;
        T? first = null;
        foreach (var block in Present(name, labels, json))
        {
            if (first is null)
            {
                first = block.Decode(decode);
                continue;
            }

            Diagnostics.Error(DiagnosticCodes.DuplicateBlock, block.Head, $"{Type} has a second {name} block; only one is possible", "remove one of the two");
            break;
        }

        return first;
    }

    /// <summary>Blocks with one label each, by that label; two of one label are an error.</summary>
    public EquatableMap<T> ByLabel<T>(string name, string json, Func<BlockReader, T> decode)
    {
        if (!AsksForBlock(name)) return EquatableMap<T>.Empty;
        var map = new Dictionary<string, T>(StringComparer.Ordinal);
        foreach (var block in Present(name, 1, json, byLabel: true))
        {
            var label = block.Labels.Count > 0 ? block.Labels[0] : "";
            if (!map.TryAdd(label, block.Decode(decode)))
                Diagnostics.Error(DiagnosticCodes.DuplicateBlock, block.Head, $"there is a second {name} {Conversion.Quote(label)}", "give each another name");
        }

        return map.ToEquatableMap();
    }

    /// <summary>Free-form configuration: attributes as they are, each kind of block as a list of maps, as Nomad writes it in JSON.</summary>
    public EquatableMap<ConfigValue> Config(string name, string json)
    {
        EquatableMap<ConfigValue>? found = null;
        foreach (var block in Blocks(name, 0, json))
        {
            if (found is not null)
            {
                Diagnostics.Error(DiagnosticCodes.DuplicateBlock, block.Head, $"{Type} has a second {name} block; only one is possible");
                break;
            }

            found = block.FreeForm();
        }

        if (found is null && Value(name, HclType.Any, json) is { } value)
        {
            if (value.IsMapping) found = HclJson.ToConfig(value).AsMap();
            else Diagnostics.Error(DiagnosticCodes.WrongAttributeType, RangeOf(name), $"{name}: a map is needed, found {value.Type.Describe()}");
        }

        return found ?? EquatableMap<ConfigValue>.Empty;
    }

    private EquatableMap<ConfigValue> FreeForm()
    {
        _takesAll = true;
        var entries = new Dictionary<string, ConfigValue>(StringComparer.Ordinal);
        var types = new List<string>();
        foreach (var (name, range, isBlock) in body.Names)
        {
            if (isBlock)
            {
                if (name != "dynamic") types.Add(name);
                continue;
            }

            if (body.Attribute(name) is not { } attribute) continue;
            Place(name, attribute.Value.Range);
            var value = Context.Evaluator.Evaluate(attribute.Value, scope);
            if (value.IsUnknown) continue;
            if (!Context.Evaluator.Budget.Make(value.Size)) TooMuch(range);
            else entries[name] = HclJson.ToConfig(value);
        }

        types.AddRange(body.Blocks("dynamic", 1).Select(block => block.Labels.Length == 1 ? LabelText(block.Labels[0], scope) : null).OfType<string>());
        foreach (var type in types.Distinct(StringComparer.Ordinal))
        {
            if (entries.ContainsKey(type))
            {
                Diagnostics.Error(DiagnosticCodes.Conflict, Head, $"{Type} has both an attribute and a block {type}");
                continue;
            }

            entries[type] = ConfigValue.Of(Blocks(type, -1, type, indexed: true).Select(block =>
            {
                var inner = ConfigValue.Of(block.FreeForm());
                foreach (var label in block.Labels.Reverse()) inner = ConfigValue.Of([KeyValuePair.Create(label, ConfigValue.Of([inner]))]);
                return inner;
            }).ToList());
        }

        return entries.ToEquatableMap();
    }

    /// <summary>Readers of the blocks of a type, dynamic ones expanded. Labels −1: any number.</summary>
    public IEnumerable<BlockReader> Blocks(string name, int labels, string? json, bool indexed = false, bool byLabel = false) =>
        AsksForBlock(name) ? Present(name, labels, json, indexed, byLabel) : [];

    /// <summary>Whether a block of the type may be there.</summary>
    private bool AsksForBlock(string name)
    {
        Asked.Blocks.Add(name);
        return body.Holds(name) || body.Holds("dynamic");
    }

    private IEnumerable<BlockReader> Present(string name, int labels, string? json, bool indexed = false, bool byLabel = false, int first = 0, string suffix = "")
    {
        var at = first;
        json ??= JsonNames.Of(name);
        foreach (var block in body.Blocks(name, labels)) yield return Reader(block, scope, labels, json, indexed ? at++ : -1, byLabel, suffix);
        if (!body.Holds("dynamic")) yield break;
        foreach (var (block, inner) in Expanded(name, labels)) yield return Reader(block, inner, labels, json, indexed ? at++ : -1, byLabel, suffix);
    }

    private BlockReader Reader(BodyBlock block, Scope? inner, int labels, string json, int index, bool byLabel, string suffix)
    {
        var texts = LabelTexts(block.Labels, inner);
        if (labels >= 0 && block.Labels.Length != labels)
        {
            var wanted = labels == 0 ? "no name" : labels == 1 ? "one name" : $"{labels} names";
            Diagnostics.Error(
                DiagnosticCodes.WrongLabels,
                block.HeadRange,
                $"the block {block.Type} has {wanted} before its '{{', found {block.Labels.Length}",
                labels == 1 && block.Labels.Length == 0 ? $"write {block.Type} \"name\" {{" : null);
        }

        var label = byLabel && texts.Length > 0 ? texts[0] : null;
        return new BlockReader(Context, block.Body, inner, block.Type, block.HeadRange, PlaceOf(json, index, label, suffix, block.HeadRange)) { Labels = texts };
    }

    private string[] LabelTexts(Syntax.ExpressionSyntax[] labels, Scope? within)
    {
        if (labels.Length == 0) return [];
        if (labels.Length == 1) return LabelText(labels[0], within) is { } only ? [only] : [];
        return [.. labels.Select(label => LabelText(label, within)).OfType<string>()];
    }

    /// <summary>The place of a block in the job; the job itself is the root.</summary>
    private int PlaceOf(string json, int index, string? label, string suffix, TextRange range)
    {
        if (json.Length > 0) return Context.Places.Add(place, json, range, index, label, suffix);
        Context.Places.SetRoot(range);
        return PlaceMap.Root;
    }

    /// <summary>The blocks of a type that the dynamic ones make.</summary>
    private IEnumerable<(BodyBlock Block, Scope? Scope)> Expanded(string name, int labels)
    {
        foreach (var dynamic in body.Blocks("dynamic", 1))
        {
            if (dynamic.Labels.Length != 1)
            {
                Diagnostics.Error(DiagnosticCodes.InvalidDynamicBlock, dynamic.HeadRange, "a dynamic block is written dynamic \"type\" { for_each = … content { … } }");
                continue;
            }

            if (LabelText(dynamic.Labels[0], scope) != name) continue;
            foreach (var made in Expand(dynamic, name, labels)) yield return made;
        }
    }

    private IEnumerable<(BodyBlock Block, Scope? Scope)> Expand(BodyBlock dynamic, string name, int labels)
    {
        var reader = new BlockReader(Context, dynamic.Body, scope, $"dynamic \"{name}\"", dynamic.HeadRange, place);
        var each = reader.Value("for_each", HclType.Any);
        var iterator = name;
        reader.Asked.Attributes.Add("iterator");
        if (dynamic.Body.Attribute("iterator")?.Value is { } named)
        {
            if (named is Syntax.NameSyntax bare) iterator = bare.Name;
            else if (Context.Evaluator.Evaluate(named, scope) is { IsPresent: true, Kind: HclTypeKind.String } quoted) iterator = quoted.Text;
            else Diagnostics.Error(DiagnosticCodes.InvalidDynamicBlock, named.Range, "the iterator is a name");
        }

        reader.Asked.Attributes.Add("labels");
        reader.Asked.Blocks.Add("content");
        var contents = dynamic.Body.Blocks("content", 0);
        if (contents.Length != 1)
            Diagnostics.Error(DiagnosticCodes.InvalidDynamicBlock, dynamic.HeadRange, $"a dynamic block has one content block, found {contents.Length}");
        if (!reader.Has("for_each"))
            Diagnostics.Error(DiagnosticCodes.InvalidDynamicBlock, dynamic.HeadRange, "a dynamic block needs the attribute for_each: a list, set, map or object");
        reader.Finish();
        if (each is null || contents.Length != 1) yield break;
        if (Evaluator.Pairs(each) is not { } pairs)
        {
            Diagnostics.Error(DiagnosticCodes.InvalidDynamicBlock, reader.RangeOf("for_each"), $"for_each walks over a list, set, map or object, found {each.Type.Describe()}");
            yield break;
        }

        if (each.Count > MaxDynamicBlocks)
        {
            Diagnostics.Error(DiagnosticCodes.TooMuchWork, reader.RangeOf("for_each"), $"a dynamic block makes at most {MaxDynamicBlocks} blocks, and this one {each.Count}");
            yield break;
        }

        foreach (var (key, value) in pairs)
        {
            if (!Context.Evaluator.Budget.Step(10)) yield break;
            var item = HclValue.Object([KeyValuePair.Create("key", key), KeyValuePair.Create("value", value)]);
            var inner = new Scope(scope, iterator, item);
            Syntax.ExpressionSyntax[] names = [];
            if (dynamic.Body.Attribute("labels") is { } wanted)
            {
                var evaluated = Context.Evaluator.Evaluate(wanted.Value, inner);
                if (Conversion.Convert(evaluated, HclType.ListOfString, out var problem) is { IsPresent: true } texts)
                    names = [.. texts.Items.Select(text => new Syntax.LiteralSyntax(wanted.Value.Range, text))];
                else if (!evaluated.IsUnknown)
                    Diagnostics.Error(DiagnosticCodes.InvalidDynamicBlock, wanted.Value.Range, $"labels: {problem ?? "a list of names is needed"}");
            }

            yield return (new BodyBlock(name, dynamic.HeadRange, names, contents[0].Body), inner);
        }
    }

    private string? LabelText(Syntax.ExpressionSyntax label, Scope? within)
    {
        var value = Context.Evaluator.Evaluate(label, within);
        if (value.IsUnknown) return null;
        if (Conversion.Convert(value, HclType.String, out _) is { IsPresent: true } text) return text.Text;
        Diagnostics.Error(DiagnosticCodes.WrongLabels, label.Range, $"a block's name is text, found {value.Type.Describe()}");
        return null;
    }

    private T Decode<T>(Func<BlockReader, T> decode)
    {
        var result = decode(this);
        Finish();
        return result;
    }

    /// <summary>Decodes the block and reports what was not asked for.</summary>
    public T Read<T>(Func<BlockReader, T> decode) => Decode(decode);

    /// <summary>Names that may be there and are read by other means.</summary>
    public void Allow(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            Asked.Attributes.Add(name);
            Asked.Blocks.Add(name);
        }
    }

    /// <summary>Reports what does not belong at the top of a file.</summary>
    public void FinishFile()
    {
        foreach (var (name, range, isBlock) in body.Names)
        {
            if (Asked.Blocks.Contains(name) && (isBlock || body is JsonBody) && name != "dynamic") continue;
            Diagnostics.Error(
                isBlock ? DiagnosticCodes.UnknownBlock : DiagnosticCodes.UnknownAttribute,
                range,
                isBlock ? $"the block {Conversion.Quote(name)} can't stand at the top of a file" : $"the attribute {Conversion.Quote(name)} can't stand at the top of a file",
                name is "group" or "task" ? $"put it in a job: job \"name\" {{ {name} … }}" : NearestName.Suggest(name, ["job", "variable", "variables", "locals"]) ?? "a file has job, variable, variables and locals");
        }
    }

    /// <summary>Takes a name that is not of the language but was understood or can be ignored.</summary>
    public bool Tolerate(string name, string message, string code = DiagnosticCodes.Ignored)
    {
        if (!Has(name)) return false;
        (_tolerated ??= []).Add(name);
        var range = body.Names.First(entry => entry.Name == name).Range;
        Diagnostics.Warning(code, range, message, path: Path);
        return true;
    }

    private List<string>? _tolerated;

    /// <summary>Reports whatever was not asked for.</summary>
    public void Finish()
    {
        if (!_takesAll || body is not NativeBody) ReportUnasked();
        if (_asked is null) return;
        Context.Return(_asked);
        _asked = null;
    }

    private void ReportUnasked()
    {
        FinishDynamic();
        foreach (var (name, range, isBlock) in body.Names)
        {
            if (_takesAll || _tolerated?.Contains(name) == true) continue;
            var isJson = body is JsonBody;
            if (isBlock ? Asked.Blocks.Contains(name) : Asked.Attributes.Contains(name) || (isJson && Asked.Blocks.Contains(name))) continue;
            if (!isBlock && Asked.Blocks.Contains(name))
            {
                Diagnostics.Error(DiagnosticCodes.UnknownAttribute, range, $"{name} is a block, not an attribute", $"write {name} {{ … }} without '='");
            }
            else if (isBlock && Asked.Attributes.Contains(name))
            {
                Diagnostics.Error(DiagnosticCodes.UnknownBlock, range, $"{name} is an attribute, not a block", $"write {name} = …");
            }
            else
            {
                var suggestion = NearestName.Suggest(name, isJson ? Asked.Attributes.Concat(Asked.Blocks) : isBlock ? Asked.Blocks.Concat(Asked.Attributes) : Asked.Attributes.Concat(Asked.Blocks))
                    ?? Allowed();
                Diagnostics.Error(
                    isBlock ? DiagnosticCodes.UnknownBlock : DiagnosticCodes.UnknownAttribute,
                    range,
                    isBlock ? $"there is no block {Conversion.Quote(name)} in {Type}" : $"{Type} has no attribute {Conversion.Quote(name)}",
                    suggestion,
                    Path.Length == 0 ? null : Path);
            }
        }
    }

    /// <summary>A dynamic block of a type that was not asked for was not expanded either.</summary>
    private void FinishDynamic()
    {
        if (!body.Holds("dynamic")) return;
        foreach (var dynamic in body.Blocks("dynamic", 1))
        {
            if (dynamic.Labels.Length != 1 || LabelText(dynamic.Labels[0], scope) is not { } wanted || Asked.Blocks.Contains(wanted)) continue;
            Diagnostics.Error(DiagnosticCodes.UnknownBlock, dynamic.Labels[0].Range, $"there is no block {Conversion.Quote(wanted)} in {Type}", NearestName.Suggest(wanted, Asked.Blocks) ?? Allowed());
        }
    }

    private string? Allowed()
    {
        var names = Asked.Attributes.Concat(Asked.Blocks.Where(block => block != "dynamic")).Distinct().Order(StringComparer.Ordinal).ToList();
        return names.Count is 0 or > 40 ? null : $"{Type} has {string.Join(", ", names)}";
    }
}
