using System.Text;

namespace Actors.Templates;

/// <summary>
/// Go's text/template, without named parts: fields, variables, pipelines, <c>if</c>, <c>with</c>,
/// <c>range</c> (with <c>break</c> and <c>continue</c>), comparison, <c>len</c>, <c>index</c>, <c>print</c>, <c>printf</c>, <c>println</c>, <c>join</c>, <c>toJSON</c>.
/// A member that the JSON lacks is empty; a field of something that has no members is an error.
/// </summary>
public sealed class GoTemplate
{
    private readonly IReadOnlyList<TemplateNode> _nodes;

    private GoTemplate(IReadOnlyList<TemplateNode> nodes) => _nodes = nodes;

    /// <summary>Reads a template.</summary>
    /// <exception cref="TemplateException">It isn't one.</exception>
    public static GoTemplate Parse(string template, string left = "{{", string right = "}}") => new(TemplateParser.Parse(template, left, right));

    /// <summary>Carries the template out.</summary>
    /// <param name="data">What the dot is.</param>
    /// <param name="functions">Functions beside Go's own; of two with one name this one is called.</param>
    /// <param name="missing">What a member that isn't there prints; null: it is an error.</param>
    public string Render(object? data, ITemplateFunctions? functions = null, string? missing = "<nil>")
    {
        var output = new StringBuilder();
        new Run(output, data, functions, missing).Nodes(_nodes, data);
        return output.ToString();
    }

    private enum Flow
    {
        On,
        Next,
        Leave,
    }

    private sealed class Run(StringBuilder output, object? root, ITemplateFunctions? functions, string? missing)
    {
        private readonly List<(string Name, object? Value)> _variables = [("$", root)];

        public Flow Nodes(IReadOnlyList<TemplateNode> nodes, object? dot)
        {
            var depth = _variables.Count;
            var flow = Flow.On;
            foreach (var node in nodes)
            {
                flow = Node(node, dot);
                if (flow != Flow.On)
                    break;
            }

            _variables.RemoveRange(depth, _variables.Count - depth);
            return flow;
        }

        private Flow Node(TemplateNode node, object? dot)
        {
            switch (node)
            {
                case TextNode text:
                    output.Append(text.Text);
                    return Flow.On;
                case PrintNode print:
                    var value = Value(print.Pipeline, dot, print.Line);
                    if (print.Pipeline.Variable is { } name)
                        Assign(name, value, print.Pipeline.Assigns, print.Line);
                    else if (TemplateValues.Plain(value) is null)
                        output.Append(missing ?? throw new TemplateException(print.Line, "found nothing to print: a key is missing"));
                    else
                        output.Append(TemplateValues.Show(value));
                    return Flow.On;
                case ConditionNode condition:
                    var tested = Value(condition.Pipeline, dot, condition.Line);
                    if (condition.Pipeline.Variable is { } kept)
                        _variables.Add((kept, tested));
                    var holds = TemplateValues.IsTrue(tested);
                    return Nodes(holds ? condition.Body : condition.Else, holds && condition.SetsDot ? tested : dot);
                case RangeNode range:
                    return Range(range, dot);
                case JumpNode jump:
                    return jump.Leaves ? Flow.Leave : Flow.Next;
                default:
                    throw new TemplateException(node.Line, $"found {node.GetType().Name}");
            }
        }

        private Flow Range(RangeNode range, object? dot)
        {
            var items = TemplateValues.Items(Value(range.Pipeline, dot, range.Line), range.Line).ToList();
            if (items.Count == 0)
                return Nodes(range.Else, dot);
            foreach (var (key, item) in items)
            {
                var depth = _variables.Count;
                if (range.KeyVariable is { } keyVariable)
                    _variables.Add((keyVariable, key));
                if (range.Pipeline.Variable is { } itemVariable)
                    _variables.Add((itemVariable, item));
                var flow = Nodes(range.Body, item);
                _variables.RemoveRange(depth, _variables.Count - depth);
                if (flow == Flow.Leave)
                    break;
            }

            return Flow.On;
        }

        private void Assign(string name, object? value, bool assigns, int line)
        {
            var place = assigns ? _variables.FindLastIndex(v => v.Name == name) : -1;
            if (place >= 0)
                _variables[place] = (name, value);
            else if (assigns)
                throw new TemplateException(line, $"variable {name} is not set");
            else
                _variables.Add((name, value));
        }

        private object? Call(string name, IReadOnlyList<object?> arguments, int line) =>
            functions?.Names.Contains(name) == true ? functions.Call(name, arguments, line) : TemplateFunctions.Call(name, arguments, line, functions?.Names ?? []);

        /// <summary>Go's <c>and</c> and <c>or</c>: what comes after the decision is not looked at.</summary>
        private object? Decide(bool until, IEnumerable<Operand> operands, object? dot, int line)
        {
            object? value = null;
            foreach (var operand in operands)
            {
                value = Value(operand, dot, line);
                if (TemplateValues.IsTrue(value) == until)
                    break;
            }

            return value;
        }

        private object? Value(Pipeline pipeline, object? dot, int line)
        {
            object? value = null;
            for (var i = 0; i < pipeline.Steps.Count; i++)
            {
                var step = pipeline.Steps[i];
                if (step is [FunctionOperand { Name: "and" or "or" } decision, _, ..] && i == 0)
                {
                    value = Decide(decision.Name == "or", step.Skip(1), dot, line);
                }
                else if (step[0] is FunctionOperand function)
                {
                    var arguments = step.Skip(1).Select(operand => Value(operand, dot, line)).ToList();
                    if (i > 0)
                        arguments.Add(value);
                    value = Call(function.Name, arguments, line);
                }
                else if (step.Count > 1 || i > 0)
                {
                    throw new TemplateException(line, "found arguments after something that is no function");
                }
                else
                {
                    value = Value(step[0], dot, line);
                }
            }

            return value;
        }

        private object? Value(Operand operand, object? dot, int line) => operand switch
        {
            LiteralOperand literal => literal.Value,
            FunctionOperand function => Call(function.Name, [], line),
            NestedOperand nested => nested.Names.Aggregate(Value(nested.Pipeline, dot, line), (value, name) => TemplateValues.Field(value, name, line)),
            FieldOperand field => field.Names.Aggregate(
                field.Variable is { } variable ? Variable(variable, line) : dot,
                (value, name) => TemplateValues.Field(value, name, line)),
            _ => throw new TemplateException(line, $"found {operand.GetType().Name}"),
        };

        private object? Variable(string name, int line)
        {
            for (var i = _variables.Count - 1; i >= 0; i--)
            {
                if (_variables[i].Name == name)
                    return _variables[i].Value;
            }

            throw new TemplateException(line, $"variable {name} is not set");
        }
    }
}
