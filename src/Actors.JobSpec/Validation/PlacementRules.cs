using System.Globalization;
using Actors.Contracts.Collections;
using Actors.Contracts.Jobs;
using Actors.Contracts.Text;
using Actors.JobSpec.Diagnostics;

namespace Actors.JobSpec.Validation;

/// <summary>Rules of constraints, affinities and spreads. Paths are of what holds them; "" is the job.</summary>
internal static class PlacementRules
{
    private static readonly string[] All =
    [
        Operands.Equal, "==", "is", Operands.NotEqual, "not", Operands.Less, Operands.LessOrEqual, Operands.Greater, Operands.GreaterOrEqual,
        Operands.Regexp, Operands.Version, Operands.Semver, Operands.SetContains, Operands.SetContainsAll, Operands.SetContainsAny,
        Operands.IsSet, Operands.IsNotSet, Operands.DistinctHosts, Operands.DistinctProperty,
    ];

    private static readonly string[] Roots = ["attr", "meta", "node", "device"];

    private static readonly string[] NodeNames = ["node.unique.id", "node.datacenter", "node.unique.name", "node.class", "node.pool"];

    public static void Constraints(EquatableList<Constraint> constraints, string owner, bool allowDistinct, Findings found)
    {
        for (var i = 0; i < constraints.Count; i++)
        {
            var constraint = constraints[i];
            var path = Under(owner, $"Constraints[{i}]");
            if (!Operator(constraint.Operand, All, path, found)) continue;
            if (constraint.Operand is Operands.DistinctHosts or Operands.DistinctProperty && !allowDistinct)
            {
                found.Error(DiagnosticCodes.InvalidPlacementRule, path, $"{constraint.Operand} is for jobs and groups only", "move it to the group");
                continue;
            }

            if (constraint.Operand == Operands.DistinctHosts)
            {
                if (constraint.RightTarget is not ("" or "true" or "false"))
                    found.Error(DiagnosticCodes.InvalidPlacementRule, path, $"distinct_hosts is true or false; found \"{constraint.RightTarget}\"");
                continue;
            }

            if (constraint.LeftTarget.Length == 0)
                found.Error(DiagnosticCodes.InvalidPlacementRule, path, $"the constraint {constraint.Operand} needs an attribute", "for example attribute = \"${attr.kernel.name}\"");
            else Target(constraint.LeftTarget, path, found);
            if (constraint.Operand == Operands.DistinctProperty)
            {
                if (constraint.RightTarget.Length > 0 && !(ulong.TryParse(constraint.RightTarget, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count >= 1))
                    found.Error(DiagnosticCodes.InvalidPlacementRule, path, $"distinct_property takes how many allocations may share a value, at least 1; found \"{constraint.RightTarget}\"");
                continue;
            }

            RightSide(constraint.Operand, constraint.RightTarget, path, "constraint", found);
        }
    }

    public static void Affinities(EquatableList<Affinity> affinities, string owner, Findings found)
    {
        for (var i = 0; i < affinities.Count; i++)
        {
            var affinity = affinities[i];
            var path = Under(owner, $"Affinities[{i}]");
            if (!Operator(affinity.Operand, All[..15], path, found)) continue;
            if (affinity.LeftTarget.Length == 0) found.Error(DiagnosticCodes.InvalidPlacementRule, path, "the affinity needs an attribute", "for example attribute = \"${node.datacenter}\"");
            else Target(affinity.LeftTarget, path, found);
            RightSide(affinity.Operand, affinity.RightTarget, path, "affinity", found);
            if (affinity.Weight is 0 or < -100 or > 100)
                found.Error(DiagnosticCodes.RangeRule, $"{path}.Weight", $"an affinity's weight is from -100 to 100 and not 0; found {affinity.Weight}");
        }
    }

    public static void Spreads(EquatableList<Spread> spreads, string owner, Findings found)
    {
        for (var i = 0; i < spreads.Count; i++)
        {
            var spread = spreads[i];
            var path = Under(owner, $"Spreads[{i}]");
            if (spread.Attribute.Length == 0) found.Error(DiagnosticCodes.InvalidPlacementRule, path, "the spread needs an attribute", "for example attribute = \"${node.datacenter}\"");
            else Target(spread.Attribute, path, found);
            if (spread.Weight is < 1 or > 100)
                found.Error(DiagnosticCodes.RangeRule, $"{path}.Weight", $"a spread's weight is from 1 to 100; found {spread.Weight}");
            var seen = new HashSet<string>(StringComparer.Ordinal);
            var sum = 0L;
            for (var t = 0; t < spread.SpreadTargets.Count; t++)
            {
                var target = spread.SpreadTargets[t];
                sum += target.Percent;
                if (target.Percent is < 0 or > 100) found.Error(DiagnosticCodes.RangeRule, $"{path}.SpreadTarget[{t}]", $"a target's percent is from 0 to 100; found {target.Percent}");
                if (!seen.Add(target.Value)) found.Error(DiagnosticCodes.DuplicateName, $"{path}.SpreadTarget[{t}]", $"the spread has two targets \"{target.Value}\"");
            }

            if (sum > 100) found.Error(DiagnosticCodes.RangeRule, path, $"the targets' percents sum to at most 100; found {sum}");
        }
    }

    private static string Under(string owner, string name) => owner.Length == 0 ? name : $"{owner}.{name}";

    private static bool Operator(string operand, string[] allowed, string path, Findings found)
    {
        if (allowed.Contains(operand, StringComparer.Ordinal)) return true;
        found.Error(
            DiagnosticCodes.InvalidPlacementRule,
            $"{path}.Operand",
            $"there is no operator \"{operand}\" here",
            NearestName.Suggest(operand, allowed.Where(name => name.Length > 2)) ?? $"the operators are {string.Join(' ', allowed)}");
        return false;
    }

    private static void RightSide(string operand, string value, string path, string what, Findings found)
    {
        switch (operand)
        {
            case Operands.IsSet or Operands.IsNotSet:
                if (value.Length > 0) found.Error(DiagnosticCodes.InvalidPlacementRule, path, $"{operand} takes no value; found \"{value}\"");
                return;
            case Operands.Regexp:
                if (!Re2.IsPattern(value)) found.Error(DiagnosticCodes.InvalidPlacementRule, path, $"\"{value}\" is not a regular expression of RE2");
                return;
            case Operands.Version:
                if (!VersionConstraint.IsValid(value, strict: false)) found.Error(DiagnosticCodes.InvalidPlacementRule, path, $"\"{value}\" is not a version constraint", "for example \">= 1.2, < 2.0\"");
                return;
            case Operands.Semver:
                if (!VersionConstraint.IsValid(value, strict: true)) found.Error(DiagnosticCodes.InvalidPlacementRule, path, $"\"{value}\" is not a semantic version constraint", "for example \">= 1.2.0\"");
                return;
            case Operands.SetContains or Operands.SetContainsAll or Operands.SetContainsAny or Operands.Less or Operands.LessOrEqual or Operands.Greater or Operands.GreaterOrEqual:
                if (value.Length == 0) found.Error(DiagnosticCodes.InvalidPlacementRule, path, $"the {what} {operand} needs a value");
                return;
            default:
                // Equality with nothing is what a forgotten value looks like.
                if (value.Length == 0) found.Error(DiagnosticCodes.InvalidPlacementRule, path, $"the {what} {operand} needs a value", "to ask whether the attribute is there use is_set or is_not_set");
                return;
        }
    }

    /// <summary>A literal, or a reference to what a node has.</summary>
    private static void Target(string target, string path, Findings found)
    {
        if (!target.StartsWith("${", StringComparison.Ordinal)) return;
        if (!target.EndsWith('}'))
        {
            found.Error(DiagnosticCodes.InvalidPlacementRule, path, $"the reference \"{target}\" is not closed", "end it with }");
            return;
        }

        var name = target[2..^1];
        var root = name.Split('.', 2)[0];
        if (root == "node")
        {
            if (!NodeNames.Contains(name, StringComparer.Ordinal))
                found.Error(DiagnosticCodes.InvalidPlacementRule, path, $"a node has no {name}", NearestName.Suggest(name, NodeNames) ?? $"it has {string.Join(", ", NodeNames)}");
        }
        else if (!Roots.Contains(root, StringComparer.Ordinal) || !name.Contains('.', StringComparison.Ordinal))
        {
            found.Error(DiagnosticCodes.InvalidPlacementRule, path, $"\"{target}\" does not refer to anything a node has", NearestName.Suggest(root, Roots) ?? "references start with ${attr.…}, ${meta.…}, ${node.…} or, for devices, ${device.…}");
        }
    }
}
