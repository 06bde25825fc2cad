namespace Actors.Cli.Hocon;

/// <summary>
/// Reads HOCON (the superset of JSON that Akka is configured with): comments, keys with dots, objects that add to each other,
/// <c>+=</c>, values one after another, <c>${path}</c> and <c>${?path}</c> with the environment behind them, <c>include</c>.
/// Unlike Akka's own parser it knows the place of everything, so that a mistake can be shown where it was made.
/// </summary>
internal sealed class HoconReader
{
    private const int MaxDepth = 64;
    private const int MaxBytes = 4 * 1024 * 1024;
    private readonly HoconText _text;
    private readonly Func<string, Place, HoconObject>? _include;
    private int _depth;

    private HoconReader(HoconText text, Func<string, Place, HoconObject>? include) => (_text, _include) = (text, include);

    /// <summary>Reads a file and those that it includes, and resolves its substitutions.</summary>
    /// <param name="path">The file; relative includes begin in its folder.</param>
    /// <param name="shownName">Its name in messages.</param>
    /// <param name="variable">Environment variables by name; null when not set.</param>
    /// <exception cref="HoconException">It isn't HOCON.</exception>
    /// <exception cref="IOException">It can't be read.</exception>
    public static HoconObject ReadFile(string path, string shownName, Func<string, string?> variable) =>
        HoconResolver.Resolve(ReadUnresolved(path, shownName, []), variable);

    /// <summary>Reads a text (without includes), and resolves its substitutions.</summary>
    public static HoconObject ReadText(string text, string shownName, Func<string, string?> variable) =>
        HoconResolver.Resolve(new HoconReader(new HoconText(shownName, text), null).Root(), variable);

    private static HoconObject ReadUnresolved(string path, string shownName, IReadOnlyList<string> includers)
    {
        var full = Path.GetFullPath(path);
        var info = new FileInfo(full);
        if (info.Exists && info.Length > MaxBytes)
            throw new HoconException(new Place(shownName, 1, 1), $"the file has {info.Length} bytes; {MaxBytes} are allowed");
        HoconObject Include(string name, Place place)
        {
            var included = Path.GetFullPath(name, Path.GetDirectoryName(full)!);
            if (included == full || includers.Contains(included))
                throw new HoconException(place, $"\"{name}\" includes itself");

            // As the format has it, a file that isn't there adds nothing.
            return File.Exists(included) ? ReadUnresolved(included, Path.Combine(Path.GetDirectoryName(shownName) ?? "", name), [.. includers, full]) : new HoconObject(place);
        }

        return new HoconReader(new HoconText(shownName, File.ReadAllText(full)), Include).Root();
    }

    private HoconObject Root()
    {
        _text.Space();
        var braced = _text.Next == '{';
        var root = braced ? Object([]) : Members(new HoconObject(_text.Place), [], null);
        _text.Space();
        return _text.AtEnd ? root : throw new HoconException(_text.Place, $"found \"{_text.Next}\" after the end of the configuration");
    }

    private HoconObject Object(IReadOnlyList<string> path)
    {
        var open = _text.Place;
        Deeper(open);
        _text.Take();
        var result = Members(new HoconObject(open), path, open);
        _text.Take();
        _depth--;
        return result;
    }

    // Up to the closing brace (which is left), or at the root up to the end.
    private HoconObject Members(HoconObject target, IReadOnlyList<string> path, Place? open)
    {
        while (true)
        {
            _text.Space();
            if (_text.AtEnd)
                return open is null ? target : throw new HoconException(open, "found a { that is never closed");
            if (_text.Next == '}')
                return open is not null ? target : throw new HoconException(_text.Place, "found a } without a { that it closes");
            if (_text.Next == ',')
            {
                _text.Take();
                continue;
            }

            if (!TryInclude(target))
                Member(target, path);
            Separator(open);
        }
    }

    private void Separator(Place? open)
    {
        var place = _text.Place;
        var broke = _text.Space();
        if (_text.Next == ',')
            _text.Take();
        else if (!broke && !_text.AtEnd && !(open is not null && _text.Next == '}'))
            throw new HoconException(place, $"found \"{_text.Next}\" after a value, expected a line break or a comma{Quote()}");
    }

    private string Quote() => _text.Next is ':' or '=' or '@' or '?' or '&' or '*' or '!' or '+' or '\\' or '`' or '^' ? "; a text with such a character needs quotes" : "";

    private bool TryInclude(HoconObject target)
    {
        if (!_text.Sees("include"))
            return false;
        var place = _text.Place;
        var ahead = new[] { "include ", "include\t" };
        if (!ahead.Any(_text.Sees))
            return false;
        _text.Skip("include".Length);
        _text.Blanks();
        var closing = 0;
        foreach (var wrapper in (string[])["required(", "file("])
        {
            if (!_text.Sees(wrapper))
                continue;
            _text.Skip(wrapper.Length);
            closing++;
        }

        if (_text.Next != '"')
            throw new HoconException(place, "found an include without a file, expected include \"name\"");
        var name = _text.Quoted();
        for (; closing > 0; closing--)
        {
            if (_text.Next != ')')
                throw new HoconException(_text.Place, $"found \"{_text.Next}\", expected )");
            _text.Take();
        }

        if (_include is null)
            throw new HoconException(place, "includes are not possible here");
        foreach (var (key, member) in _include(name, place).Members)
            Set(target, key, member.KeyPlace, member.Value, []);
        return true;
    }

    private void Member(HoconObject target, IReadOnlyList<string> path)
    {
        var place = _text.Place;
        var keys = Keys();
        _text.Blanks();
        var whole = path.Concat(keys).ToList();
        HoconNode value;
        if (_text.Next == '{')
        {
            value = Value(whole);
        }
        else if (_text.Sees("+="))
        {
            _text.Skip(2);
            _text.Space();
            var added = Value(whole);
            value = new HoconConcatenation(place, [new HoconSubstitution(place, whole, IsOptional: true), new HoconArray(added.Place, [added])], ["", ""]);
        }
        else if (_text.Next is '=' or ':')
        {
            _text.Take();
            _text.Space();
            value = Value(whole);
        }
        else
        {
            throw new HoconException(_text.AtEnd || _text.Next == '\n' ? place : _text.Place, $"found key \"{string.Join('.', keys)}\" without a value, expected = or {{ after it{(_text.AtEnd || _text.Next == '\n' ? "" : $", not \"{_text.Next}\"")}");
        }

        for (var i = 0; i < keys.Count - 1; i++)
        {
            var nested = target.Members.TryGetValue(keys[i], out var existing) && existing.Value is HoconObject known ? known : new HoconObject(place);
            if (existing is null || !ReferenceEquals(existing.Value, nested))
                Set(target, keys[i], place, nested, whole);
            target = target.Members[keys[i]].Value as HoconObject ?? throw new HoconException(place, $"found a key within \"{keys[i]}\", which is a substitution; set it in braces instead");
        }

        Set(target, keys[^1], place, value, whole);
    }

    private static void Set(HoconObject target, string key, Place place, HoconNode value, IReadOnlyList<string> whole)
    {
        target.Members.TryGetValue(key, out var before);
        value = HoconResolver.ReplaceSelf(value, whole, before?.Value);
        if (before is not null)
        {
            value = (before.Value, value) switch
            {
                (HoconObject lower, HoconObject upper) when !ReferenceEquals(lower, upper) => HoconObject.Merge(lower, upper),
                (_, HoconScalar or HoconArray) => value,
                (HoconScalar or HoconArray, HoconObject) => value,
                _ => new HoconOverlay(value.Place, before.Value, value),
            };
        }

        target.Members[key] = new HoconMember(place, value);
    }

    private List<string> Keys()
    {
        var keys = new List<string>();
        while (true)
        {
            var place = _text.Place;
            if (_text.Next == '"')
                keys.Add(_text.Quoted());
            else if (_text.AtUnquoted && _text.Unquoted(isKey: true) is { Length: > 0 } key)
                keys.Add(key);
            else
                throw new HoconException(place, $"found \"{(_text.AtEnd ? "the end" : _text.Next)}\", expected a key");
            if (_text.Next != '.')
                return keys;
            _text.Take();
        }
    }

    private HoconNode Value(IReadOnlyList<string> path)
    {
        var first = _text.Place;
        var parts = new List<HoconNode>();
        var gaps = new List<string>();
        while (true)
        {
            var gap = _text.Blanks();
            if (One(path) is not { } part)
                break;
            parts.Add(part);
            gaps.Add(gap);
        }

        return parts.Count switch
        {
            0 => throw new HoconException(first, _text.AtEnd ? "found the end of the file, expected a value" : $"found \"{(_text.Next == '\n' ? "a line break" : _text.Next)}\", expected a value"),
            1 => parts[0],
            _ => new HoconConcatenation(first, parts, gaps),
        };
    }

    private HoconNode? One(IReadOnlyList<string> path)
    {
        var place = _text.Place;
        switch (_text.Next)
        {
            case '{':
                return Object(path);
            case '[':
                return Array(path);
            case '"':
                return new HoconScalar(place, _text.Quoted(), IsQuoted: true);
            case '$' when _text.Sees("${"):
                return Substitution(place);
            default:
                return _text.AtUnquoted ? new HoconScalar(place, _text.Unquoted(isKey: false), IsQuoted: false) : null;
        }
    }

    private HoconSubstitution Substitution(Place place)
    {
        _text.Skip(2);
        var optional = _text.Next == '?';
        if (optional)
            _text.Take();
        _text.Blanks();
        var path = Keys();
        _text.Blanks();
        if (_text.Next != '}')
            throw new HoconException(place, "found a ${ that is not closed with }");
        _text.Take();
        return new HoconSubstitution(place, path, optional);
    }

    private HoconArray Array(IReadOnlyList<string> path)
    {
        var open = _text.Place;
        Deeper(open);
        _text.Take();
        var items = new List<HoconNode>();
        while (true)
        {
            _text.Space();
            if (_text.AtEnd)
                throw new HoconException(open, "found a [ that is never closed");
            if (_text.Next == ']')
            {
                _text.Take();
                _depth--;
                return new HoconArray(open, items);
            }

            if (_text.Next == ',' && items.Count > 0)
            {
                _text.Take();
                continue;
            }

            items.Add(Value([.. path, "[]"]));
            var place = _text.Place;
            if (!_text.Space() && !_text.AtEnd && _text.Next is not (',' or ']'))
                throw new HoconException(place, $"found \"{_text.Next}\" in a list, expected a comma or ]{Quote()}");
        }
    }

    private void Deeper(Place place)
    {
        if (++_depth > MaxDepth)
            throw new HoconException(place, $"found more than {MaxDepth} levels of braces and brackets");
    }
}
