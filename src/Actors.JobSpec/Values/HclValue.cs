using Actors.Contracts.Collections;

namespace Actors.JobSpec.Values;

/// <summary>
/// A value of HCL's: immutable, compared by value. A null has a type but no content. An unknown is what an expression that
/// failed results in: it was reported, and whatever is made of it is unknown too.
/// </summary>
internal sealed class HclValue : IEquatable<HclValue>
{
    private static readonly object UnknownContent = new();

    private readonly object? _content;
    private HclType? _type;

    private HclValue(HclTypeKind kind, HclType? type, object? content)
    {
        (Kind, _type, _content) = (kind, type, content);
        switch (content)
        {
            case string text: Size = 1 + text.Length; break;
            case EquatableList<HclValue> items:
                foreach (var item in items.AsSpan()) Contain(item);
                break;
            case EquatableMap<HclValue> entries:
                foreach (var (key, entry) in entries)
                {
                    Contain(entry);
                    Size += key.Length;
                }

                break;
        }
    }

    public static HclValue Null { get; } = new(HclTypeKind.Any, HclType.Any, null);

    public static HclValue Unknown { get; } = new(HclTypeKind.Any, HclType.Any, UnknownContent);

    public static HclValue True { get; } = new(HclTypeKind.Bool, HclType.Bool, true);

    public static HclValue False { get; } = new(HclTypeKind.Bool, HclType.Bool, false);

    public static HclValue EmptyTuple { get; } = Tuple([]);

    public static HclValue EmptyObject { get; } = Object([]);

    public static HclValue EmptyText { get; } = new(HclTypeKind.String, HclType.String, "");

    /// <summary>The type; of a tuple or object it is made when first asked for, since few are.</summary>
    public HclType Type => _type ??= Kind == HclTypeKind.Tuple
        ? HclType.Tuple(Items.Select(item => item.Type))
        : HclType.Object(Entries.Select(entry => KeyValuePair.Create(entry.Key, entry.Value.Type)));

    public HclTypeKind Kind { get; }

    /// <summary>Whether it is of a list, set or tuple type.</summary>
    public bool IsSequence => Kind is HclTypeKind.List or HclTypeKind.Set or HclTypeKind.Tuple;

    /// <summary>Whether it is of a map or object type.</summary>
    public bool IsMapping => Kind is HclTypeKind.Map or HclTypeKind.Object;

    public bool IsNull => _content is null;

    public bool IsUnknown => ReferenceEquals(_content, UnknownContent);

    /// <summary>
    /// Characters and elements if it were written out. Values share their parts, so a small program can make an enormous
    /// one; whoever makes values looks at this before walking them.
    /// </summary>
    public long Size { get; private set; } = 1;

    /// <summary>How deep lists and maps are nested.</summary>
    public int Depth { get; private set; }

    /// <summary>Neither null nor unknown.</summary>
    public bool IsPresent => !IsNull && !IsUnknown;

    public bool Bool => (bool)_content!;

    public HclNumber Number => (HclNumber)_content!;

    public string Text => (string)_content!;

    /// <summary>Elements of a list, set or tuple.</summary>
    public EquatableList<HclValue> Items => (EquatableList<HclValue>)_content!;

    /// <summary>Entries of a map or object.</summary>
    public EquatableMap<HclValue> Entries => (EquatableMap<HclValue>)_content!;

    /// <summary>Elements or entries; characters are not counted.</summary>
    public int Count => _content switch
    {
        EquatableList<HclValue> items => items.Count,
        EquatableMap<HclValue> entries => entries.Count,
        _ => 0,
    };

    public static HclValue NullOf(HclType type) => type.Kind == HclTypeKind.Any ? Null : new HclValue(type.Kind, type, null);

    public static HclValue Of(bool value) => value ? True : False;

    public static HclValue Of(HclNumber value) => new(HclTypeKind.Number, HclType.Number, value);

    public static HclValue Of(long value) => new(HclTypeKind.Number, HclType.Number, (HclNumber)value);

    public static HclValue Of(string value) => new(HclTypeKind.String, HclType.String, value);

    public static HclValue Tuple(IEnumerable<HclValue> items) => new(HclTypeKind.Tuple, null, items.ToEquatableList());

    public static HclValue Object(IEnumerable<KeyValuePair<string, HclValue>> entries) => new(HclTypeKind.Object, null, entries.ToEquatableMap());

    /// <summary>A list; the items must be of the element type.</summary>
    public static HclValue List(HclType element, IEnumerable<HclValue> items) => new(HclTypeKind.List, HclType.List(element), items.ToEquatableList());

    /// <summary>A set: duplicates are dropped, the rest is sorted. The items must be of the element type.</summary>
    public static HclValue Set(HclType element, IEnumerable<HclValue> items)
    {
        var distinct = items.Distinct().ToList();
        distinct.Sort(Compare);
        return new HclValue(HclTypeKind.Set, HclType.Set(element), distinct.ToEquatableList());
    }

    /// <summary>A map; the values must be of the element type.</summary>
    public static HclValue Map(HclType element, IEnumerable<KeyValuePair<string, HclValue>> entries) => new(HclTypeKind.Map, HclType.Map(element), entries.ToEquatableMap());

    /// <summary>The order in which sets are walked: by number, by ordinal text, else by JSON.</summary>
    public static int Compare(HclValue left, HclValue right)
    {
        if (left.Kind == HclTypeKind.Number && right.Kind == HclTypeKind.Number && left.IsPresent && right.IsPresent)
            return left.Number.CompareTo(right.Number);
        if (left.Kind == HclTypeKind.String && right.Kind == HclTypeKind.String && left.IsPresent && right.IsPresent)
            return string.CompareOrdinal(left.Text, right.Text);
        return string.CompareOrdinal(HclJson.Write(left), HclJson.Write(right));
    }

    public bool Equals(HclValue? other) =>
        ReferenceEquals(this, other)
        || (other is not null && Equals(_content, other._content)
            && (Kind == other.Kind || IsNull || (IsSequence && other.IsSequence) || (IsMapping && other.IsMapping)));

    public override bool Equals(object? obj) => Equals(obj as HclValue);

    public override int GetHashCode() => _content?.GetHashCode() ?? 0;

    private void Contain(HclValue part)
    {
        Size = Math.Min(Size + part.Size, long.MaxValue / 4);
        Depth = Math.Max(Depth, part.Depth + 1);
    }

    public override string ToString() => IsUnknown ? "(unknown)" : HclJson.Write(this);
}
