using Actors.Contracts.Collections;
using Actors.Contracts.Jobs;
using Actors.JobSpec.Diagnostics;
using Actors.JobSpec.Evaluation;
using Actors.JobSpec.Values;

namespace Actors.JobSpec.Decoding;

/// <summary>What readers of one file share.</summary>
internal sealed class DecodeContext(Evaluator evaluator)
{
    public Evaluator Evaluator { get; } = evaluator;

    public DiagnosticBag Diagnostics => Evaluator.Diagnostics;

    /// <summary>Where each part of the job stands in the text.</summary>
    public PlaceMap Places { get; } = new();

    private readonly Stack<NamesAsked> _unused = new();

    /// <summary>An empty list of names; give it back with <see cref="Return"/>. Few readers live at a time, and each would fill one.</summary>
    public NamesAsked Rent() => _unused.TryPop(out var names) ? names : new NamesAsked();

    public void Return(NamesAsked names)
    {
        names.Clear();
        _unused.Push(names);
    }
}

/// <summary>The names that were asked for of a block. They are asked for far more often than looked up: plain lists of them are cheap to keep.</summary>
internal sealed class NamesAsked
{
    public List<string> Attributes { get; } = new(64);

    public List<string> Blocks { get; } = new(64) { "dynamic" };

    public void Clear()
    {
        Attributes.Clear();
        Blocks.RemoveRange(1, Blocks.Count - 1);
    }
}

/// <summary>
/// Takes a block's attributes and blocks by name and type. What was asked for is what is allowed: <see cref="Finish"/>
/// reports all else, with the nearest name that was asked for.
/// </summary>
internal sealed partial class BlockReader(DecodeContext context, IBody body, Scope? scope, string type, TextRange head, int place)
{
    /// <summary>Bare numbers below this many nanoseconds (1 ms) can't be meant as nanoseconds: they are seconds, as in HCL 1's days.</summary>
    private const long SmallestNanoseconds = 1_000_000;

    private NamesAsked? _asked;
    private bool _takesAll;

    public DecodeContext Context { get; } = context;

    public string Path => Context.Places.PathOf(place);

    public TextRange Head { get; } = head;

    public string Type { get; } = type;

    /// <summary>Names of the block's labels, evaluated.</summary>
    public IReadOnlyList<string> Labels { get; private init; } = [];

    private DiagnosticBag Diagnostics => Context.Diagnostics;

    private NamesAsked Asked => _asked ??= Context.Rent();

    public bool Has(string name) => body.Attribute(name) is not null;

    /// <summary>The place of a part of a block in this one, both by their names in JSON.</summary>
    public TextRange? Within(string part, string name) => Context.Places.Within(place, part, name);

    public TextRange RangeOf(string name) => body.Attribute(name)?.Value.Range ?? Head;

    /// <summary>The attribute's value, or null if it is missing, null or in error.</summary>
    public HclValue? Value(string name, HclType wanted, string? json = null)
    {
        Asked.Attributes.Add(name);
        if (body.Attribute(name) is not { } attribute) return null;
        Place(json ?? JsonNames.Of(name), attribute.Value.Range);
        var value = Context.Evaluator.Evaluate(attribute.Value, scope);
        if (!value.IsPresent) return null;
        if (Conversion.Convert(value, wanted, out var problem) is { } converted)
            return Context.Evaluator.Budget.Make(converted.Size) ? converted : TooMuch(attribute.Value.Range);
        Diagnostics.Error(DiagnosticCodes.WrongAttributeType, attribute.Value.Range, $"{name}: {problem}", path: PathOf(json ?? JsonNames.Of(name)));
        return null;
    }

    public string Text(string name, string? json = null) => Value(name, HclType.String, json)?.Text ?? "";

    public string RequiredText(string name, string? json = null)
    {
        if (!Has(name)) Missing(name);
        return Text(name, json);
    }

    public void Missing(string name) =>
        Diagnostics.Error(DiagnosticCodes.MissingAttribute, Head, $"{Type} needs the attribute {name}", path: PathOf(JsonNames.Of(name)));

    public bool? Flag(string name, string? json = null) => Value(name, HclType.Bool, json)?.Bool;

    public bool Is(string name, string? json = null) => Flag(name, json) ?? false;

    public int? Integer(string name, string? json = null) => (int?)Whole(name, int.MinValue, int.MaxValue, json);

    public int Count(string name, string? json = null) => Integer(name, json) ?? 0;

    public long? Long(string name, string? json = null) => Whole(name, long.MinValue, long.MaxValue, json);

    public EquatableList<string> Texts(string name, string? json = null)
    {
        if (Value(name, HclType.ListOfString, json) is not { } list) return [];
        if (!HasNull(list)) return list.Items.Map(item => item.Text);
        Diagnostics.Error(DiagnosticCodes.NullValue, RangeOf(name), $"{name}: an element is null");
        return [];
    }

    private static bool HasNull(HclValue list)
    {
        foreach (var item in list.Items.AsSpan()) if (item.IsNull) return true;
        return false;
    }

    public EquatableList<int> Integers(string name, string? json = null)
    {
        if (Value(name, HclType.List(HclType.Number), json) is not { } list) return [];
        var numbers = list.Items.Select(item => item.IsPresent && item.Number.TryToInt32(out var number) ? number : (int?)null).ToList();
        if (numbers.All(number => number is not null)) return numbers.Select(number => number!.Value).ToEquatableList();
        Diagnostics.Error(DiagnosticCodes.OutOfRange, RangeOf(name), $"{name}: whole numbers are needed");
        return [];
    }

    /// <summary>Go's duration text. A bare number is nanoseconds, as Nomad has it, unless it is below one millisecond: then it is seconds.</summary>
    public TimeSpan? Duration(string name, string? json = null)
    {
        if (Value(name, HclType.Any, json) is not { } value) return null;
        var range = RangeOf(name);
        if (value.Kind == HclTypeKind.String)
        {
            if (GoDuration.TryParse(value.Text, out var duration)) return duration;
            Diagnostics.Error(
                DiagnosticCodes.InvalidDuration,
                range,
                $"{name}: {Conversion.Quote(value.Text)} is not a duration such as \"30s\" or \"1h15m\"",
                HclNumber.TryParse(value.Text, out _) ? $"give the unit: \"{value.Text}s\"" : "the units are ns, us, ms, s, m and h");
            return null;
        }

        if (value.Kind == HclTypeKind.Number && value.Number.TryToInt64(out var number))
        {
            if (number == 0) return TimeSpan.Zero;
            if (number is >= SmallestNanoseconds or <= -SmallestNanoseconds) return new TimeSpan(number / TimeSpan.NanosecondsPerTick);
            Diagnostics.Warning(DiagnosticCodes.NumericDuration, range, $"{name}: a number without unit; {number} s is assumed", $"write \"{number}s\"");
            return TimeSpan.FromSeconds(number);
        }

        Diagnostics.Error(DiagnosticCodes.InvalidDuration, range, $"{name}: a duration such as \"30s\" is needed, found {value.Type.Describe()}");
        return null;
    }

    /// <summary>A map of text, written as a block or as an attribute.</summary>
    public EquatableMap<string> TextMap(string name, string? json = null)
    {
        if (!AsksForMap(name)) return EquatableMap<string>.Empty;
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (entry, value, range) in Entries(name, json))
        {
            if (Conversion.Convert(value, HclType.String, out var problem) is { IsNull: false } text) map[entry] = text.Text;
            else if (!value.IsNull) Diagnostics.Error(DiagnosticCodes.WrongAttributeType, range, $"{name}: {entry}: {problem}");
        }

        return map.ToEquatableMap();
    }

    public EquatableMap<EquatableList<string>> TextListMap(string name, string? json = null)
    {
        if (!AsksForMap(name)) return EquatableMap<EquatableList<string>>.Empty;
        var map = new Dictionary<string, EquatableList<string>>(StringComparer.Ordinal);
        foreach (var (entry, value, range) in Entries(name, json))
        {
            var listed = value.IsPresent && value.IsSequence ? value : HclValue.Tuple([value]);
            if (Conversion.Convert(listed, HclType.ListOfString, out var problem) is { } texts && !HasNull(texts)) map[entry] = texts.Items.Map(item => item.Text);
            else Diagnostics.Error(DiagnosticCodes.WrongAttributeType, range, $"{name}: {entry}: {problem ?? "null is no text"}");
        }

        return map.ToEquatableMap();
    }

    /// <summary>Whether an attribute or a block of that name may be there.</summary>
    private bool AsksForMap(string name)
    {
        Asked.Attributes.Add(name);
        return AsksForBlock(name) || Has(name);
    }

    /// <summary>Attribute of a map, or attributes of its blocks, evaluated.</summary>
    private IEnumerable<(string Name, HclValue Value, TextRange Range)> Entries(string name, string? json)
    {
        var blocks = Has(name) ? [] : Blocks(name, 0, json).ToList();
        if (blocks.Count == 0)
        {
            if (Value(name, HclType.Any, json) is not { } value) yield break;
            if (!value.IsMapping)
            {
                Diagnostics.Error(DiagnosticCodes.WrongAttributeType, RangeOf(name), $"{name}: a map is needed, found {value.Type.Describe()}");
                yield break;
            }

            foreach (var (key, entry) in value.Entries) yield return (key, entry, RangeOf(name));
            yield break;
        }

        if (blocks.Count > 1) Diagnostics.Error(DiagnosticCodes.DuplicateBlock, blocks[1].Head, $"{Type} has a second {name} block; only one is possible");
        foreach (var entry in blocks[0].AllAttributes()) yield return entry;
    }

    /// <summary>Every attribute of a free block; blocks in it are reported.</summary>
    public IEnumerable<(string Name, HclValue Value, TextRange Range)> AllAttributes()
    {
        _takesAll = true;
        foreach (var (name, range, isBlock) in body.Names)
        {
            if (isBlock)
            {
                Diagnostics.Error(DiagnosticCodes.UnknownBlock, range, $"{Type} holds attributes only, found the block {name}", $"write {name} = …");
                continue;
            }

            Place(name, RangeOf(name));
            if (body.Attribute(name) is not { } attribute) continue;
            var value = Context.Evaluator.Evaluate(attribute.Value, scope);
            if (!value.IsUnknown) yield return (name, Context.Evaluator.Budget.Make(value.Size) ? value : TooMuch(range), attribute.Value.Range);
        }
    }

    private long? Whole(string name, long least, long most, string? json)
    {
        if (Value(name, HclType.Number, json) is not { } value) return null;
        if (value.Number.TryToInt64(out var number) && number >= least && number <= most) return number;
        Diagnostics.Error(DiagnosticCodes.OutOfRange, RangeOf(name), $"{name}: a whole number {(most == int.MaxValue ? "of 32" : "of 64")} bits is needed, found {value.Number}");
        return null;
    }

    private HclValue TooMuch(TextRange range)
    {
        Diagnostics.Error(DiagnosticCodes.TooMuchWork, range, "evaluation was cut off here: the file asks for too much text");
        return HclValue.Null;
    }

    private string PathOf(string json) => Path is { Length: > 0 } path ? $"{path}.{json}" : json;

    private void Place(string json, TextRange range) => Context.Places.Add(place, json, range);
}
