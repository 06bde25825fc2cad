using Actors.JobSpec.Diagnostics;
using Actors.JobSpec.Evaluation;
using Actors.JobSpec.Syntax;
using Actors.JobSpec.Values;

namespace Actors.JobSpec.Tests.Evaluation;

/// <summary>Evaluates one expression.</summary>
internal static class Expressions
{
    /// <summary>The value as JSON, or "error: message" of the first error.</summary>
    public static string Evaluate(string text, string? baseDirectory = null)
    {
        var bag = new DiagnosticBag(new SourceText("test", text));
        var syntax = Parser.ParseExpression(bag);
        var host = new FunctionHost(baseDirectory is not null, baseDirectory ?? "/", new FixedClock(), () => Guid.Parse("00000000-0000-4000-8000-000000000001"));
        var value = bag.ErrorCount > 0 ? HclValue.Unknown : new Evaluator(bag, NoReferences.Instance, host, new Budget()).Evaluate(syntax, null);
        return bag.Items.FirstOrDefault(item => item.Severity == DiagnosticSeverity.Error) is { } error ? $"error: {error.Message}" : HclJson.Write(value);
    }

    private sealed class FixedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 1, 31, 10, 0, 0, TimeSpan.Zero);
    }
}
