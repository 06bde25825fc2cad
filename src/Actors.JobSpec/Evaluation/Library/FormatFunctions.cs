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
        var used = 0;
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
            used = Math.Max(used, verb.Argument + 1);
            text.Append(Written(verb, arguments[verb.Argument], verb.Argument + 1));
            call.Reserve(text.Length);
        }

        if (used < arguments.Length) throw new FunctionException($"there are {arguments.Length} values, and the format uses {used}", used + 1);
        return text.ToString();
    }

    private static string Written(Verb verb, HclValue value, int argument)
    {
        switch (verb.Letter)
        {
            case 'v' when !verb.Sharp && value is { IsPresent: true, Kind: HclTypeKind.String }: return verb.Pad(value.Text);
            case 'v' when !verb.Sharp && value is { IsPresent: true, Kind: HclTypeKind.Number }: return verb.Pad((value.Number.Sign < 0 ? "-" : "") + General(value.Number, null, 'e'));
            case 'v': return verb.Pad(HclJson.Write(value));
            case 's' or 'q':
                var text = verb.Cut(Need(value, HclType.String, argument).Text);
                return verb.Pad(verb.Letter == 'q' ? HclJson.Write(HclValue.Of(text)) : text);
            case 't': return Need(value, HclType.Bool, argument).Bool ? "true" : "false";
            case 'd' or 'b' or 'o' or 'x' or 'X':
                var whole = Need(value, HclType.Number, argument).Number;
                if (!whole.IsInteger) throw new FunctionException($"%{verb.Letter} needs a whole number, found {whole}", argument);
                return verb.PadNumber(whole.Sign < 0, Prefix(verb), Digits(BigInteger.Abs(whole.ToBigInteger()), verb.Letter).PadLeft(verb.Precision ?? 0, '0'), zero: verb.Precision is null);
            case 'e' or 'E' or 'f' or 'g' or 'G':
                var number = Need(value, HclType.Number, argument).Number;
                var digits = verb.Letter switch
                {
                    'f' => Plain(number, verb.Precision ?? 6),
                    'e' or 'E' => Scientific(number, verb.Precision ?? 6, verb.Letter),
                    _ => General(number, verb.Precision, verb.Letter == 'g' ? 'e' : 'E'),
                };
                return verb.PadNumber(number.Sign < 0, "", digits, zero: true);
            default:
                throw new FunctionException($"there is no verb %{verb.Letter}", 0, "the verbs are %v %#v %s %q %t %d %b %o %x %X %e %f %g");
        }
    }

    private static HclValue Need(HclValue value, HclType type, int argument)
    {
        if (value.IsNull) throw new FunctionException("null can't be formatted", argument);
        return Conversion.Convert(value, type, out var problem) ?? throw new FunctionException(problem!, argument);
    }

    private static string Prefix(Verb verb) => !verb.Sharp ? "" : verb.Letter switch
    {
        'b' => "0b",
        'o' => "0",
        'x' => "0x",
        'X' => "0X",
        _ => "",
    };

    private static string Digits(BigInteger value, char verb)
    {
        if (verb == 'd') return value.ToString(CultureInfo.InvariantCulture);
        if (verb is 'x' or 'X') return value.ToString(verb.ToString(), CultureInfo.InvariantCulture).TrimStart('0') is { Length: > 0 } hex ? hex : "0";
        var binary = value.ToString("b", CultureInfo.InvariantCulture).TrimStart('0');
        if (binary.Length == 0) return "0";
        if (verb == 'b') return binary;
        var digits = new StringBuilder();
        binary = binary.PadLeft((binary.Length + 2) / 3 * 3, '0');
        for (var i = 0; i < binary.Length; i += 3) digits.Append((char)('0' + ((binary[i] - '0') * 4) + ((binary[i + 1] - '0') * 2) + binary[i + 2] - '0'));
        return digits.ToString();
    }

    /// <summary>%f: so many digits after the point, halves rounded to even.</summary>
    private static string Plain(HclNumber number, int precision)
    {
        var (digits, exponent) = number.Abs().Digits;
        return Point(Rounded(digits, ref exponent, exponent + 1 + precision), exponent, precision);
    }

    /// <summary>%e: one digit, so many after the point, and an exponent of at least two digits.</summary>
    private static string Scientific(HclNumber number, int precision, char mark)
    {
        var (digits, exponent) = number.Abs().Digits;
        digits = Rounded(digits, ref exponent, precision + 1).PadRight(precision + 1, '0');
        return Scientific(digits, exponent, mark);
    }

    /// <summary>%g: an exponent where it is below −4 or not below the precision; without precision all digits, and an exponent from 10^6 on.</summary>
    private static string General(HclNumber number, int? precision, char mark)
    {
        var (digits, exponent) = number.Abs().Digits;
        var wanted = precision is { } given ? Math.Max(1, given) : digits.Length;
        digits = Rounded(digits, ref exponent, wanted).TrimEnd('0') is { Length: > 0 } trimmed ? trimmed : "0";
        var most = precision is null ? 6 : wanted > digits.Length && digits.Length > exponent ? digits.Length : wanted;
        return exponent < -4 || exponent >= most ? Scientific(digits, exponent, mark) : Point(digits, exponent, Math.Max(0, digits.Length - exponent - 1));
    }

    private static string Scientific(string digits, int exponent, char mark) =>
        string.Create(CultureInfo.InvariantCulture, $"{digits[0]}{(digits.Length > 1 ? "." : "")}{digits[1..]}{mark}{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}");

    /// <summary>Digits of a number below 10 × 10^exponent, cut to so many; it may become one power of ten more.</summary>
    private static string Rounded(string digits, ref int exponent, int count)
    {
        if (count >= digits.Length) return digits;
        if (count < 0) return "0";
        var kept = digits[..count];
        var rest = digits[count..];
        var half = rest[0] == '5' && rest.AsSpan(1).TrimStart('0').IsEmpty;
        var up = half ? count > 0 && (kept[^1] - '0') % 2 == 1 : rest[0] >= '5';
        if (!up) return kept.Length == 0 ? "0" : kept;
        var raised = (kept.Length == 0 ? BigInteger.One : BigInteger.Parse(kept, CultureInfo.InvariantCulture) + 1).ToString(CultureInfo.InvariantCulture).PadLeft(kept.Length, '0');
        if (raised.Length <= count) return raised;
        exponent++;
        return raised[..Math.Max(1, count)];
    }

    /// <summary>Digits with the point after the power of ten 0, and so many behind it.</summary>
    private static string Point(string digits, int exponent, int decimals)
    {
        var scaled = exponent < 0 ? new string('0', -exponent) + digits : digits.PadRight(exponent + 1, '0');
        var whole = Math.Max(0, exponent) + 1;
        return decimals == 0 ? scaled[..whole] : scaled[..whole] + "." + scaled[whole..Math.Min(scaled.Length, whole + decimals)].PadRight(decimals, '0');
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
                verb.Precision = Integer(format, ref at) ?? throw new FunctionException("a point in a verb is followed by a number of digits", 0);
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
            if (explicitArgument) next = verb.Argument + 1;
            else verb.Argument = next++;
            return verb;
        }

        /// <summary>No more characters than the precision, if it is above 0.</summary>
        public string Cut(string text) =>
            Precision is > 0 and var most && new StringInfo(text) is var info && info.LengthInTextElements > most ? info.SubstringByTextElements(0, most) : text;

        public string Pad(string text)
        {
            var missing = Width == 0 ? 0 : Width - new StringInfo(text).LengthInTextElements;
            if (missing <= 0) return text;
            var blanks = new string(Zero ? '0' : ' ', missing);
            return Left ? text + blanks : blanks + text;
        }

        public string PadNumber(bool negative, string prefix, string digits, bool zero)
        {
            var sign = (negative ? "-" : Plus ? "+" : Space ? " " : "") + prefix;
            if (Left) return (sign + digits).PadRight(Width);
            return Zero && zero ? sign + digits.PadLeft(Math.Max(0, Width - sign.Length), '0') : (sign + digits).PadLeft(Width);
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
