using Actors.Contracts;
using Actors.State.Tables;
using CsCheck;
using Xunit;

namespace Actors.State.Tests;

public sealed class TableSpecs
{
    private static readonly Gen<(bool Set, int Key)[]> Steps = Gen.Select(Gen.Bool, Gen.Int[0, 400]).Array[0, 3000];

    [Fact]
    public void A_table_is_a_sorted_dictionary_whatever_is_done_to_it() => Steps.Sample(
        steps =>
        {
            var builder = Table<NodeId, int>.Empty.ToBuilder();
            var model = new SortedDictionary<NodeId, int>();
            for (var i = 0; i < steps.Length; i++)
            {
                var key = Key(steps[i].Key);
                var changed = steps[i].Set ? builder.Set(key, i) : builder.Remove(key);
                var expected = steps[i].Set ? !model.ContainsKey(key) : model.Remove(key);
                if (steps[i].Set) model[key] = i;
                if (changed != expected) return false;
            }

            return Same(builder.ToTable(), model);
        },
        iter: 300);

    [Fact]
    public void Every_version_stays_as_it_was() => Steps.Sample(
        steps =>
        {
            var versions = new List<(Table<NodeId, int> Table, SortedDictionary<NodeId, int> Model)>();
            var table = Table<NodeId, int>.Empty;
            var model = new SortedDictionary<NodeId, int>();
            foreach (var batch in steps.Chunk(50))
            {
                var builder = table.ToBuilder();
                foreach (var (set, number) in batch)
                {
                    var key = Key(number);
                    if (set) builder.Set(key, model[key] = versions.Count);
                    else if (builder.Remove(key) != model.Remove(key)) return false;
                }

                table = builder.ToTable();
                versions.Add((table, new SortedDictionary<NodeId, int>(model)));
            }

            return versions.TrueForAll(v => Same(v.Table, v.Model));
        },
        iter: 200);

    [Fact]
    public void Walking_from_a_key_begins_with_it_or_the_next_one() => Gen.Select(Gen.Int[0, 400].Array[0, 600], Gen.Int[0, 400]).Sample((keys, from) =>
    {
        var builder = Table<NodeId, Nothing>.Empty.ToBuilder();
        foreach (var key in keys) builder.Set(Key(key), default);
        var walked = builder.ToTable().From(Key(from)).Select(pair => pair.Key);
        return walked.SequenceEqual(keys.Distinct().Select(Key).Where(k => k.CompareTo(Key(from)) >= 0).Order());
    });

    [Fact]
    public void A_builder_that_changed_nothing_gives_back_its_table()
    {
        var table = Table<NodeId, int>.Empty.ToBuilder();
        table.Set(Key(1), 1);
        var built = table.ToTable();
        Assert.Same(built, built.ToBuilder().ToTable());
    }

    [Fact]
    public void Keys_that_come_in_order_fill_their_pages()
    {
        var builder = Table<JobId, int>.Empty.ToBuilder();
        for (var i = 0; i < 100_000; i++) builder.Set(new JobId("default", $"{i:d6}"), i);
        var table = builder.ToTable();
        Assert.Equal(100_000, table.Count);
        Assert.Equal(Enumerable.Range(0, 100_000), table.Select(pair => pair.Value));
    }

    private static bool Same(Table<NodeId, int> table, SortedDictionary<NodeId, int> model) =>
        table.Count == model.Count && table.SequenceEqual(model) && model.All(pair => table.TryGet(pair.Key, out var value) && value == pair.Value) && !table.Contains(Key(401));

    // Spread, so that order of numbers is not order of keys.
    private static NodeId Key(int number) => NodeId.From(new Guid((int)((uint)number * 2654435761), 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte)number));
}
