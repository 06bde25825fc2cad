using Actors.JobSpec.Diagnostics;
using Actors.JobSpec.Evaluation;
using Actors.JobSpec.Syntax;
using Actors.JobSpec.Values;

namespace Actors.JobSpec.Decoding;

/// <summary>
/// The variables and locals of one file. A variable's value is, from weakest to strongest: its default, NOMAD_VAR_name, variable
/// files in their order, -var. Locals are evaluated when first used, in whatever order they are written.
/// </summary>
internal sealed class FileReferences : IReferences
{
    private readonly Dictionary<string, HclValue> _variables = new(StringComparer.Ordinal);
    private readonly Dictionary<string, LocalValue> _locals = new(StringComparer.Ordinal);
    private readonly Stack<string> _evaluating = new();

    /// <summary>Reports to the file's diagnostics. Set once it exists; the two need each other.</summary>
    public Evaluator Evaluator { get; set; } = null!;

    public IEnumerable<string> VariableNames => _variables.Keys;

    public IEnumerable<string> LocalNames => _locals.Keys;

    public HclValue? Variable(string name) => _variables.GetValueOrDefault(name);

    public HclValue? Local(string name, TextRange use)
    {
        if (!_locals.TryGetValue(name, out var local)) return null;
        if (local.Value is not null) return local.Value;
        if (local.Evaluating)
        {
            var circle = string.Join(" → ", _evaluating.TakeWhile(other => other != name).Append(name).Reverse().Append(name));
            Evaluator.Diagnostics.Error(DiagnosticCodes.CyclicLocals, use, $"locals refer to each other in a circle: {circle}");
            return HclValue.Unknown;
        }

        if (_evaluating.Count >= Parser.MaxDepth)
        {
            Evaluator.Diagnostics.Error(DiagnosticCodes.TooDeep, use, $"more than {Parser.MaxDepth} locals refer to one another in a chain");
            return HclValue.Unknown;
        }

        local.Evaluating = true;
        _evaluating.Push(name);

        // By an evaluator of its own: whoever asks first may be trying, and what is wrong with a local is wrong for all.
        local.Value = Evaluator.With(this).Evaluate(local.Syntax, null);
        _evaluating.Pop();
        local.Evaluating = false;
        return local.Value;
    }

    public void DefineVariable(string name, HclValue value) => _variables[name] = value;

    /// <summary>False if there is one of that name already.</summary>
    public bool DefineLocal(string name, ExpressionSyntax syntax) => _locals.TryAdd(name, new LocalValue(syntax));

    private sealed class LocalValue(ExpressionSyntax syntax)
    {
        public ExpressionSyntax Syntax { get; } = syntax;

        public HclValue? Value { get; set; }

        public bool Evaluating { get; set; }
    }
}
