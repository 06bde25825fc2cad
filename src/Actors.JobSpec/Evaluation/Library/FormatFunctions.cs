using System.Globalization;
using System.Numerics;
using System.Text;
using Actors.JobSpec.Values;
using static Actors.JobSpec.Evaluation.FunctionTable;

namespace Actors.JobSpec.Evaluation.Library;

/// <summary>format and formatlist, with the verbs of HCL's printf: %v %#v %t %b %d %o %x %X %e %E %f %g %G %s %q and %%.</summary>
internal static class FormatFunctions
{
    private const int MaxWidth = 10_000;

    public static readonly Function[] All =
    [
        new("format", [Text("format")], Nullable("value"), call => HclValue.Of(Format(call, call.Text(0), call.Arguments[1..]))),
        new("formatlist", [Text("format")], Nullable("value"), FormatList),
    ];

    private static HclValue FormatList(FunctionCall call)
    {
        var length = -1;
        for (var i = 1; i < call.Arguments.Length; i++)
        {
            if (call[i].IsNull || !call[i].IsSequence) continue;
            if (length >= 0 && call[i].Count != length) throw new FunctionException($"the lists have different lengths: {length} and {call[i].Count}", i);
            length = call[i].Count;
        }

        if (length < 0) length = 1;
        var items = new List<HclValue>(length);
        for (var at = 0; at < length; at++)
        {
            var arguments = call.Arguments.Skip(1).Select(value => !value.IsNull && value.IsSequence ? value.Items[at] : value).ToArray();
            var text = Format(call, call.Text(0), arguments);
            call.Reserve(text.Length);
            items.Add(HclValue.Of(text));
        }

        return HclValue.List(HclType.String, items);
    }

    private static string Format(FunctionCall call, string format, HclValue[] arguments)
    {
        var text = new StringBuilder();
        var next = 0;
        var at = 0;
        while (at < format.Length)
        {
            var c = format[at++];
            if (c != '%')
            {
                text.Append(c);
                continue;
            }

            if (at < format.Length && format[at] == '%')
            {
                text.Append('%');
                at++;
                continue;
            }

            var verb = Verb.Read(format, ref at, ref next);
            if (verb.Argument >= arguments.Length) throw new FunctionException($"the format asks for value {verb.Argument + 1}, and there are {arguments.Length}");
            text.Append(Written(verb, arguments[verb.Argument], verb.Argument + 1));
            call.Reserve(text.Length);
        }

        if (next < arguments.Length && !format.Contains("%[", StringComparison.Ordinal))
            throw new FunctionException($"there are {arguments.Length} values, and the format uses {next}", next + 1);
        return text.ToString();
    }

    private static string Written(Verb verb, HclValue value, int argument)
    {
        switch (verb.Letter)
        {
            case 'v' when verb.Sharp: return verb.Pad(HclJson.Write(value));
            case 'v':
                if (value.IsNull) return verb.Pad("null");
                return value.Kind switch
                {
                    HclTypeKind.String => verb.Pad(verb.Cut(value.Text)),
                    HclTypeKind.Number => verb.Pad(value.Number.ToString()),
                    HclTypeKind.Bool => verb.Pad(value.Bool ? "true" : "false"),
                    _ => verb.Pad(HclJson.Write(value)),
                };
            case 's' or 'q':
                var text = Need(value, HclType.String, argument).Text;
                return verb.Pad(verb.Letter == 'q' ? HclJson.Write(HclValue.Of(text)) : verb.Cut(text));
            case 't': return verb.Pad(Need(value, HclType.Bool, argument).Bool ? "true" : "false");
            case 'd' or 'b' or 'o' or 'x' or 'X':
                if (verb.Letter is 'x' or 'X' && value.Kind == HclTypeKind.String && value.IsPresent)
                    return verb.Pad(verb.Letter == 'x' ? Convert.ToHexStringLower(Encoding.UTF8.GetBytes(value.Text)) : Convert.ToHexString(Encoding.UTF8.GetBytes(value.Text)));
                var whole = Need(value, HclType.Number, argument).Number.Truncate();
                return verb.PadNumber(whole.Sign < 0, Digits(BigInteger.Abs(whole.ToBigInteger()), verb.Letter));
            case 'e' or 'E' or 'f' or 'g' or 'G':
                return Real(verb, Need(value, HclType.Number, argument).Number);
            default:
                throw new FunctionException($"there is no verb %{verb.Letter}", 0, "the verbs are %v %#v %s %q %t %d %b %o %x %X %e %f %g");
        }
    }

    private static HclValue Need(HclValue value, HclType type, int argument)
    {
        if (value.IsNull) throw new FunctionException("null can't be formatted", argument);
        return Conversion.Convert(value, type, out var problem) ?? throw new FunctionException(problem!, argument);
    }

    private static string Digits(BigInteger value, char verb)
    {
        if (verb == 'd') return value.ToString(CultureInfo.InvariantCulture);
        if (verb is 'x') return value.ToString("x", CultureInfo.InvariantCulture).TrimStart('0') is { Length: > 0 } low ? low : "0";
        if (verb is 'X') return value.ToString("X", CultureInfo.InvariantCulture).TrimStart('0') is { Length: > 0 } high ? high : "0";
        var radix = verb == 'b' ? 2 : 8;
        var digits = new StringBuilder();
        do
        {
            value = BigInteger.DivRem(value, radix, out var rest);
            digits.Insert(0, (char)('0' + (int)rest));
        }
        while (!value.IsZero);
        return digits.ToString();
    }

    private static string Real(Verb verb, HclNumber number)
    {
        var value = number.ToDouble();
        var precision = Math.Min(verb.Precision ?? 6, 300);
        var text = verb.Letter switch
        {
            'f' => Math.Abs(value).ToString("F" + precision, CultureInfo.InvariantCulture),
            'e' or 'E' => Exponent(Math.Abs(value).ToString($"{verb.Letter}{precision}", CultureInfo.InvariantCulture)),
            _ => verb.Precision is null ? number.Abs().ToString() : Math.Abs(value).ToString("G" + Math.Max(1, precision), CultureInfo.InvariantCulture),
        };
        return verb.PadNumber(number.Sign < 0, text);
    }

    /// <summary>.NET writes exponents with three digits, C and Go with two.</summary>
    private static string Exponent(string text)
    {
        var mark = text.IndexOfAny(['e', 'E']);
        var digits = text[(mark + 2)..].TrimStart('0').PadLeft(2, '0');
        return text[..(mark + 2)] + digits;
    }

    /// <summary>One verb: flags, width, precision, explicit argument, letter.</summary>
    private sealed class Verb
    {
        public bool Sharp { get; private set; }

        public int? Precision { get; private set; }

        public int Argument { get; private set; }

        public char Letter { get; private set; }

        private bool Left { get; set; }

        private bool Plus { get; set; }

        private bool Space { get; set; }

        private bool Zero { get; set; }

        private int Width { get; set; }

        public static Verb Read(string format, ref int at, ref int next)
        {
            var verb = new Verb();
            for (; at < format.Length; at++)
            {
                switch (format[at])
                {
                    case '-': verb.Left = true; continue;
                    case '+': verb.Plus = true; continue;
                    case ' ': verb.Space = true; continue;
                    case '0': verb.Zero = true; continue;
                    case '#': verb.Sharp = true; continue;
                }

                break;
            }

            verb.Width = Integer(format, ref at) ?? 0;
            if (at < format.Length && format[at] == '.')
            {
                at++;
                verb.Precision = Integer(format, ref at) ?? 0;
            }

            var explicitArgument = false;
            if (at < format.Length && format[at] == '[')
            {
                at++;
                verb.Argument = (Integer(format, ref at) ?? 0) - 1;
                if (verb.Argument < 0 || at >= format.Length || format[at] != ']') throw new FunctionException("a value is chosen as %[1]d, counted from 1", 0);
                at++;
                explicitArgument = true;
            }

            if (at >= format.Length) throw new FunctionException("the format ends within a verb", 0, "write %% for the character %");
            verb.Letter = format[at++];
            if (explicitArgument) next = Math.Max(next, verb.Argument + 1);
            else verb.Argument = next++;
            return verb;
        }

        public string Cut(string text) =>
            Precision is { } most && new StringInfo(text) is var info && info.LengthInTextElements > most ? most == 0 ? "" : info.SubstringByTextElements(0, most) : text;

        public string Pad(string text) => Left ? text.PadRight(Width) : text.PadLeft(Width, Zero ? '0' : ' ');

        public string PadNumber(bool negative, string digits)
        {
            var sign = negative ? "-" : Plus ? "+" : Space ? " " : "";
            return Zero && !Left ? sign + digits.PadLeft(Math.Max(0, Width - sign.Length), '0') : Left ? (sign + digits).PadRight(Width) : (sign + digits).PadLeft(Width);
        }

        private static int? Integer(string format, ref int at)
        {
            var start = at;
            while (at < format.Length && char.IsAsciiDigit(format[at])) at++;
            if (at == start) return null;
            return int.TryParse(format.AsSpan(start, at - start), NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value <= MaxWidth
                ? value
                : throw new FunctionException($"a width or precision is at most {MaxWidth}", 0);
        }
    }
}
