using System.Globalization;
using System.Text;
using Actors.Contracts.Jobs;
using Actors.JobSpec.Values;
using static Actors.JobSpec.Evaluation.FunctionTable;

namespace Actors.JobSpec.Evaluation.Library;

internal static class TimeFunctions
{
    /// <summary>Characters up to and with the seconds of a time.</summary>
    private const int Seconds = 19;

    public static readonly Function[] All =
    [
        new("timestamp", [], null, call => HclValue.Of(Rfc3339(call.Host.Clock.GetUtcNow()))),
        new("timeadd", [Text("timestamp"), Text("duration")], null, TimeAdd),
        new("formatdate", [Text("format"), Text("timestamp")], null, FormatDate),
    ];

    private static string Rfc3339(DateTimeOffset time) => time.Offset == TimeSpan.Zero
        ? time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)
        : time.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);

    /// <summary>RFC 3339: a zone is needed, fractions of a second may have any number of digits.</summary>
    private static DateTimeOffset Read(FunctionCall call, int argument)
    {
        var text = call.Text(argument);
        var end = Seconds;
        if (text.Length > Seconds && text[Seconds] == '.')
        {
            end++;
            while (end < text.Length && char.IsAsciiDigit(text[end])) end++;
        }

        var fraction = end - Seconds is var digits and > 1 ? text[Seconds..Math.Min(end, Seconds + Math.Min(digits, 8))] : "";
        return text.Length > end && end != Seconds + 1
            && DateTimeOffset.TryParseExact(
                text[..Seconds] + fraction + (text[end..] == "Z" ? "+00:00" : text[end..]),
                ["yyyy-MM-dd'T'HH:mm:sszzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz"],
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out var time)
            ? time
            : throw new FunctionException($"{Conversion.Quote(text)} is not a time such as 2026-01-31T10:00:00Z", argument);
    }

    private static HclValue TimeAdd(FunctionCall call)
    {
        var time = Read(call, 0);
        if (!GoDuration.TryParse(call.Text(1), out var duration)) throw new FunctionException($"{Conversion.Quote(call.Text(1))} is not a duration such as 1h30m", 1);
        try
        {
            return HclValue.Of(Rfc3339(time + duration));
        }
        catch (ArgumentOutOfRangeException)
        {
            throw new FunctionException("the result is outside the years 1 to 9999");
        }
    }

    /// <summary>HCL's format: runs of YMDEhHAams Z letters, text in single quotes.</summary>
    private static HclValue FormatDate(FunctionCall call)
    {
        var format = call.Text(0);
        var time = Read(call, 1);
        var text = new StringBuilder();
        var at = 0;
        while (at < format.Length)
        {
            var c = format[at];
            if (c == '\'')
            {
                at = Quoted(format, at, text);
                continue;
            }

            var start = at;
            while (at < format.Length && format[at] == c) at++;
            text.Append(char.IsAsciiLetter(c) ? Part(c, at - start, time) : new string(c, at - start));
        }

        return HclValue.Of(text.ToString());
    }

    /// <summary>Text in single quotes, where two stand for one; two alone are a quote as well.</summary>
    private static int Quoted(string format, int at, StringBuilder text)
    {
        if (at + 1 < format.Length && format[at + 1] == '\'')
        {
            text.Append('\'');
            return at + 2;
        }

        for (at++; at < format.Length; at++)
        {
            if (format[at] == '\'')
            {
                if (at + 1 >= format.Length || format[at + 1] != '\'') return at + 1;
                at++;
            }

            text.Append(format[at]);
        }

        throw new FunctionException("a quoted text in the format is not closed", 0);
    }

    private static string Part(char letter, int count, DateTimeOffset time)
    {
        string Numeric(int value) => count == 1 ? value.ToString(CultureInfo.InvariantCulture) : value.ToString("00", CultureInfo.InvariantCulture);
        var culture = CultureInfo.InvariantCulture;
        return (letter, count) switch
        {
            ('Y', 4) => time.ToString("yyyy", culture),
            ('Y', 2) => time.ToString("yy", culture),
            ('M', 4) => time.ToString("MMMM", culture),
            ('M', 3) => time.ToString("MMM", culture),
            ('M', 1 or 2) => Numeric(time.Month),
            ('D', 1 or 2) => Numeric(time.Day),
            ('E', 4) => time.ToString("dddd", culture),
            ('E', 3) => time.ToString("ddd", culture),
            ('h', 1 or 2) => Numeric(time.Hour),
            ('H', 1 or 2) => Numeric((time.Hour + 11) % 12 + 1),
            ('A', 2) => time.Hour < 12 ? "AM" : "PM",
            ('a', 2) => time.Hour < 12 ? "am" : "pm",
            ('m', 1 or 2) => Numeric(time.Minute),
            ('s', 1 or 2) => Numeric(time.Second),
            ('Z', 5) => time.ToString("zzz", culture),
            ('Z', 4) => time.ToString("zzz", culture).Replace(":", "", StringComparison.Ordinal),
            ('Z', 3) => time.Offset == TimeSpan.Zero ? "UTC" : time.ToString("zzz", culture).Replace(":", "", StringComparison.Ordinal),
            ('Z', 1) => time.Offset == TimeSpan.Zero ? "Z" : time.ToString("zzz", culture),
            _ => throw new FunctionException($"the format has no {new string(letter, Math.Min(count, 8))}", 0, "put text in single quotes; the letters are YYYY YY MMMM MMM MM M DD D EEEE EEE hh h HH H AA aa mm m ss s ZZZZZ ZZZZ ZZZ Z"),
        };
    }
}
