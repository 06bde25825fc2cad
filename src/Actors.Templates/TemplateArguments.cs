using System.Globalization;

namespace Actors.Templates;

/// <summary>The arguments of a call, read as what its function takes.</summary>
/// <param name="name">The function.</param>
/// <param name="values">The arguments.</param>
/// <param name="line">The template's line.</param>
public sealed class TemplateArguments(string name, IReadOnlyList<object?> values, int line)
{
    /// <summary>How many there are.</summary>
    public int Count => values.Count;

    /// <summary>Refuses another number of them.</summary>
    /// <exception cref="TemplateException">There are more or fewer.</exception>
    public TemplateArguments Exactly(int count) => values.Count == count ? this : throw Wrong($"takes {count} argument{(count == 1 ? "" : "s")}, found {values.Count}");

    /// <summary>Refuses fewer of them.</summary>
    /// <exception cref="TemplateException">There are fewer.</exception>
    public TemplateArguments AtLeast(int count) => values.Count >= count ? this : throw Wrong($"takes at least {count} argument{(count == 1 ? "" : "s")}, found {values.Count}");

    /// <summary>One as it is.</summary>
    public object? Value(int place) => values[place];

    /// <summary>One as a text.</summary>
    public string Text(int place) => TemplateValues.Plain(values[place]) switch
    {
        string text => text,
        null => "",
        var other => TemplateValues.Show(other),
    };

    /// <summary>One as a whole number.</summary>
    /// <exception cref="TemplateException">It is none.</exception>
    public long Whole(int place) => TemplateValues.Plain(values[place]) switch
    {
        long whole => whole,
        double real when real == Math.Floor(real) => (long)real,
        string text when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => whole,
        var other => throw Wrong($"takes a whole number, found {TemplateValues.Show(other)}"),
    };

    /// <summary>One as a number.</summary>
    /// <exception cref="TemplateException">It is none.</exception>
    public double Real(int place) => TemplateValues.Plain(values[place]) switch
    {
        long whole => whole,
        double real => real,
        string text when double.TryParse(text, CultureInfo.InvariantCulture, out var real) => real,
        var other => throw Wrong($"takes a number, found {TemplateValues.Show(other)}"),
    };

    /// <summary>Whether one of them has a part behind the point.</summary>
    public bool AnyReal => values.Any(v => TemplateValues.Plain(v) is double);

    /// <summary>The items of one that is a list, or the values of one that is a map.</summary>
    public IEnumerable<object?> Items(int place) => TemplateValues.Items(values[place], line).Select(item => item.Value);

    /// <summary>The entries of one that is a map.</summary>
    public IEnumerable<(string Key, object? Value)> Entries(int place) => TemplateValues.Items(values[place], line).Select(item => (TemplateValues.Show(item.Key), item.Value));

    /// <summary>What is wrong with them.</summary>
    public TemplateException Wrong(string what) => new(line, $"{name} {what}");
}
