using Actors.JobSpec.Diagnostics;
using Actors.JobSpec.Syntax;
using Actors.JobSpec.Values;

namespace Actors.JobSpec.Evaluation;

/// <summary>What functions may use of the world.</summary>
/// <param name="AllowFiles">Whether files may be read.</param>
/// <param name="BaseDirectory">Where relative paths start.</param>
/// <param name="Clock">Clock of timestamp.</param>
/// <param name="NewGuid">Source of uuidv4.</param>
internal sealed record FunctionHost(bool AllowFiles, string BaseDirectory, TimeProvider Clock, Func<Guid> NewGuid);

/// <summary>A function refuses its arguments; the evaluator turns it into a diagnostic at the call.</summary>
internal sealed class FunctionException(string message, int? argument = null, string? suggestion = null) : Exception(message)
{
    /// <summary>The argument to blame, from 0; null is the whole call.</summary>
    public int? Argument { get; } = argument;

    public string? Suggestion { get; } = suggestion;
}

/// <summary>A parameter: its name for messages, the type its argument is converted to, whether null may be given.</summary>
internal sealed record Parameter(string Name, HclType Type, bool AllowNull = false);

/// <summary>A function of the language.</summary>
/// <param name="Name">As called.</param>
/// <param name="Parameters">In order.</param>
/// <param name="Rest">Type of any further arguments; null if there may be none.</param>
/// <param name="Body">Computes the result; throws <see cref="FunctionException"/>.</param>
/// <param name="Optional">How many of the last parameters may be left out.</param>
/// <param name="ReadsFiles">Whether it needs files.</param>
internal sealed record Function(string Name, Parameter[] Parameters, Parameter? Rest, Func<FunctionCall, HclValue> Body, int Optional = 0, bool ReadsFiles = false);

/// <summary>One call: converted arguments and what the body may use.</summary>
internal sealed class FunctionCall(HclValue[] arguments, Evaluator evaluator, FunctionHost host)
{
    public HclValue[] Arguments { get; } = arguments;

    public Evaluator Evaluator { get; } = evaluator;

    public FunctionHost Host { get; } = host;

    public HclValue this[int index] => Arguments[index];

    public string Text(int index) => Arguments[index].Text;

    public HclNumber Number(int index) => Arguments[index].Number;

    /// <summary>An argument that must be a whole number of an int's range.</summary>
    public int Integer(int index) => Arguments[index].Number.TryToInt32(out var value)
        ? value
        : throw new FunctionException($"a whole number is needed, found {Arguments[index].Number}", index);

    /// <summary>Refuses a result of that size before it is made.</summary>
    public void Reserve(long size)
    {
        if (size > Budget.MaxSize || !Evaluator.Budget.Step(size / 16)) throw new FunctionException("the result would be too large");
    }
}

internal sealed partial class Evaluator
{
    private HclValue Call(CallSyntax call, Scope? scope)
    {
        switch (call.Name)
        {
            case "try": return Try(call, scope);
            case "can": return Can(call, scope);
            case "convert": return ConvertTo(call, scope);
        }

        if (!FunctionTable.All.TryGetValue(call.Name, out var function))
            return Fail(DiagnosticCodes.UnknownFunction, call.NameRange, $"there is no function {Conversion.Quote(call.Name)}", NearestName.Suggest(call.Name, FunctionTable.Names));
        if (function.ReadsFiles && !host.AllowFiles)
            return Fail(DiagnosticCodes.FilesNotAllowed, call.NameRange, $"{call.Name} reads files, which is not allowed here", "run the file through the command line, which may read the user's files");
        if (Arguments(call, scope) is not { } arguments) return HclValue.Unknown;
        var least = function.Parameters.Length - function.Optional;
        if (arguments.Count < least || (function.Rest is null && arguments.Count > function.Parameters.Length))
        {
            var names = string.Join(", ", function.Parameters.Select((p, i) => i < least ? p.Name : $"[{p.Name}]").Concat(function.Rest is null ? [] : [function.Rest.Name + "..."]));
            return Fail(DiagnosticCodes.WrongArgumentCount, call.Range, $"{call.Name}({names}) was called with {arguments.Count} argument{(arguments.Count == 1 ? "" : "s")}");
        }

        if (!Budget.Touch(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(arguments))) return OutOfBudget(call.Range);
        var converted = new HclValue[arguments.Count];
        for (var i = 0; i < converted.Length; i++)
        {
            var parameter = i < function.Parameters.Length ? function.Parameters[i] : function.Rest!;
            var range = ArgumentRange(call, i);
            if (arguments[i].IsNull && !parameter.AllowNull)
                return Fail(DiagnosticCodes.NullValue, range, $"{call.Name}: {parameter.Name} must not be null");
            if (Conversion.Convert(arguments[i], parameter.Type, out var problem) is not { } value)
                return Fail(DiagnosticCodes.WrongType, range, $"{call.Name}: {parameter.Name}: {problem}");
            converted[i] = value;
        }

        try
        {
            return Made(function.Body(new FunctionCall(converted, this, host)), call.Range);
        }
        catch (FunctionException refused)
        {
            Budget.Step(150);
            var range = refused.Argument is { } at && at < arguments.Count ? ArgumentRange(call, at) : call.Range;
            return Fail(DiagnosticCodes.FunctionFailed, range, $"{call.Name}: {refused.Message}", refused.Suggestion);
        }
    }

    private static TextRange ArgumentRange(CallSyntax call, int index) =>
        call.Arguments[Math.Min(index, call.Arguments.Length - 1)].Range;

    private List<HclValue>? Arguments(CallSyntax call, Scope? scope)
    {
        var values = new List<HclValue>(call.Arguments.Length);
        foreach (var argument in call.Arguments) values.Add(Evaluate(argument, scope));
        if (values.Any(value => value.IsUnknown)) return null;
        if (!call.ExpandLast) return values;
        var last = values[^1];
        if (last.IsNull || !last.IsSequence)
        {
            Fail(DiagnosticCodes.WrongType, call.Arguments[^1].Range, $"only a list can be expanded with ..., found {last.Type.Describe()}");
            return null;
        }

        values.RemoveAt(values.Count - 1);
        values.AddRange(last.Items);
        return values;
    }

    private HclValue Try(CallSyntax call, Scope? scope)
    {
        if (call.Arguments.Length == 0 || call.ExpandLast)
            return Fail(DiagnosticCodes.WrongArgumentCount, call.Range, "try needs at least one expression");
        foreach (var argument in call.Arguments)
        {
            if (Attempt(argument, scope) is { } value) return value;
            if (Budget.Exhausted) return HclValue.Unknown;
        }

        return Fail(DiagnosticCodes.FunctionFailed, call.Range, "try: every one of its expressions fails", "give a last one that can't fail, such as null or \"\"");
    }

    private HclValue Can(CallSyntax call, Scope? scope)
    {
        if (call.Arguments.Length != 1 || call.ExpandLast)
            return Fail(DiagnosticCodes.WrongArgumentCount, call.Range, "can needs one expression");
        return HclValue.Of(Attempt(call.Arguments[0], scope) is not null);
    }

    private HclValue ConvertTo(CallSyntax call, Scope? scope)
    {
        if (call.Arguments.Length != 2 || call.ExpandLast)
            return Fail(DiagnosticCodes.WrongArgumentCount, call.Range, "convert(value, type) needs two arguments");
        if (TypeExpression.Read(call.Arguments[1], Diagnostics) is not { } type) return HclValue.Unknown;
        var value = Evaluate(call.Arguments[0], scope);
        if (Conversion.Convert(value, type, out var problem) is { } converted) return Made(converted, call.Range);
        return Fail(DiagnosticCodes.WrongType, call.Arguments[0].Range, $"convert: {problem}");
    }
}
