using Actors.JobSpec.Values;
using static Actors.JobSpec.Evaluation.FunctionTable;

namespace Actors.JobSpec.Evaluation.Library;

internal static class SetFunctions
{
    public static readonly Function[] All =
    [
        new("setunion", [Any("set")], Any("set"), call => Combine(call, (left, right) => left.Union(right))),
        new("setintersection", [Any("set")], Any("set"), call => Combine(call, (left, right) => left.Intersect(right))),
        new("setproduct", [Any("set"), Any("set")], Any("set"), Product),
    ];

    private static HclValue Combine(FunctionCall call, Func<IEnumerable<HclValue>, IEnumerable<HclValue>, IEnumerable<HclValue>> combine)
    {
        var all = call.Arguments.SelectMany((_, i) => CollectionFunctions.List(call, i).Items).ToList();
        if (HclType.Unify(all.Select(item => item.Type)) is not { } element) throw new FunctionException("the elements of all sets must have one type");
        IEnumerable<HclValue>? result = null;
        foreach (var argument in call.Arguments)
        {
            var items = argument.Items.Select(item => Conversion.Convert(item, element, out _)!).ToList();
            result = result is null ? items.Distinct() : combine(result, items).ToList();
        }

        return HclValue.Set(element, result!);
    }

    private static HclValue Product(FunctionCall call)
    {
        long count = 1;
        for (var i = 0; i < call.Arguments.Length; i++)
        {
            count *= CollectionFunctions.List(call, i).Count;
            call.Reserve(count * call.Arguments.Length);
        }

        IEnumerable<IReadOnlyList<HclValue>> tuples = [[]];
        foreach (var argument in call.Arguments)
            tuples = tuples.SelectMany(head => argument.Items.Select(item => (IReadOnlyList<HclValue>)[.. head, item])).ToList();
        return HclValue.Tuple(tuples.Select(HclValue.Tuple));
    }
}
