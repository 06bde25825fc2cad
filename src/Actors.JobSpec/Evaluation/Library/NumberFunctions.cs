using Actors.JobSpec.Values;
using static Actors.JobSpec.Evaluation.FunctionTable;

namespace Actors.JobSpec.Evaluation.Library;

internal static class NumberFunctions
{
    public static readonly Function[] All =
    [
        new("abs", [Number("number")], null, call => HclValue.Of(call.Number(0).Abs())),
        new("ceil", [Number("number")], null, call => HclValue.Of(call.Number(0).Ceiling())),
        new("floor", [Number("number")], null, call => HclValue.Of(call.Number(0).Floor())),
        new("signum", [Number("number")], null, call => HclValue.Of(call.Number(0).Sign)),
        new("log", [Number("number"), Number("base")], null, call => Real(Math.Log(call.Number(0).ToDouble(), call.Number(1).ToDouble()))),
        new("pow", [Number("number"), Number("power")], null, Power),
        new("max", [Number("number")], Number("number"), call => HclValue.Of(call.Arguments.Max(value => value.Number))),
        new("min", [Number("number")], Number("number"), call => HclValue.Of(call.Arguments.Min(value => value.Number))),
        new("parseint", [Any("text"), Number("base")], null, ParseInt),
        new("sum", [Any("list")], null, Sum),
        new("range", [Number("limit")], Number("number"), Range),
    ];

    private static HclValue Real(double value) =>
        HclNumber.From(value) is { } number ? HclValue.Of(number) : throw new FunctionException("the result is not a number");

    private static HclValue Power(FunctionCall call)
    {
        var power = call.Number(1);
        if (!power.TryToInt32(out var exponent) || exponent < 0) return Real(Math.Pow(call.Number(0).ToDouble(), power.ToDouble()));
        if (exponent > 4096) throw new FunctionException("the power is too large", 1);
        HclNumber result = 1;
        var factor = call.Number(0);
        for (var rest = exponent; rest > 0; rest >>= 1)
        {
            if ((rest & 1) == 1) result *= factor;
            if (rest > 1) factor *= factor;
            if (!result.InBounds || (rest > 1 && !factor.InBounds)) throw new FunctionException("the result is too large a number");
        }

        return HclValue.Of(result);
    }

    private static HclValue ParseInt(FunctionCall call)
    {
        if (Conversion.Convert(call[0], HclType.String, out _) is not { } text) throw new FunctionException("a string is needed", 0);
        var radix = call.Integer(1);
        if (radix is < 2 or > 62) throw new FunctionException($"the base is from 2 to 62, found {radix}", 1);
        return HclJson.ParseInteger(text.Text, radix) is { } number
            ? HclValue.Of(HclNumber.From(number))
            : throw new FunctionException($"{Conversion.Quote(text.Text)} is not a number in base {radix}", 0);
    }

    private static HclValue Sum(FunctionCall call)
    {
        if (!call[0].IsSequence) throw new FunctionException("a list or set of numbers is needed", 0);
        if (call[0].Count == 0) throw new FunctionException("there is no sum of an empty list", 0);
        HclNumber total = 0;
        foreach (var item in call[0].Items)
        {
            if (Conversion.Convert(item, HclType.Number, out var problem) is not { IsNull: false } number) throw new FunctionException(problem ?? "an element is null", 0);
            total += number.Number;
        }

        return HclValue.Of(total);
    }

    private static HclValue Range(FunctionCall call)
    {
        var count = call.Arguments.Length;
        if (count > 3) throw new FunctionException("range takes one to three numbers: limit, or start and limit, or start, limit and step");
        var start = count == 1 ? 0 : call.Number(0);
        var limit = count == 1 ? call.Number(0) : call.Number(1);
        HclNumber step = count == 3 ? call.Number(2) : limit < start ? -1 : 1;
        if (step.Sign == 0) throw new FunctionException("the step must not be 0", 2);
        if ((limit - start).Sign * step.Sign < 0) throw new FunctionException("the step leads away from the limit", 2);
        var items = new List<HclValue>();
        for (var at = start; step.Sign > 0 ? at < limit : at > limit; at += step)
        {
            if (items.Count >= 1024) throw new FunctionException("more than 1024 numbers");
            items.Add(HclValue.Of(at));
        }

        return HclValue.List(HclType.Number, items);
    }
}
