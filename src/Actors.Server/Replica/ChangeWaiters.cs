using Actors.Contracts;
using Actors.State;

namespace Actors.Server.Replica;

/// <summary>Who waits for a change of what. Waking costs by the number of keys that changed, not by the number of those who wait. Thread-safe.</summary>
internal sealed class ChangeWaiters
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Key, List<Waiter>> _waiters = [];
    private readonly Dictionary<WatchTarget, List<Waiter>> _others = [];

    /// <summary>Someone who waits once.</summary>
    internal sealed class Waiter(WatchTarget target)
    {
        private readonly TaskCompletionSource<bool> _woken = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public WatchTarget Target { get; } = target;

        /// <summary>True: it changed. False: the time is up.</summary>
        public Task<bool> Woken => _woken.Task;

        public void Wake() => _woken.TrySetResult(true);

        public void TimeOut() => _woken.TrySetResult(false);

        public void Cancel(CancellationToken cancellationToken) => _woken.TrySetCanceled(cancellationToken);
    }

    private enum Of : byte
    {
        Table,
        Itself,
        Job,
        Node,
        Evaluation,
    }

    /// <summary>A <see cref="WatchTarget"/> without its text.</summary>
    private readonly record struct Key(StateTable Table, Of Of, Guid Id, JobId Job);

    public int Count
    {
        get
        {
            lock (_lock)
                return _waiters.Values.Sum(list => list.Count) + _others.Values.Sum(list => list.Count);
        }
    }

    public Waiter Add(WatchTarget target)
    {
        var waiter = new Waiter(target);
        lock (_lock)
        {
            if (KeyOf(target) is { } key)
                Add(_waiters, key, waiter);
            else
                Add(_others, target, waiter);
        }

        return waiter;
    }

    public void Remove(Waiter waiter)
    {
        lock (_lock)
        {
            if (KeyOf(waiter.Target) is { } key)
                Remove(_waiters, key, waiter);
            else
                Remove(_others, waiter.Target, waiter);
        }
    }

    /// <summary>Wakes those who wait for what changed; everyone when it isn't known what did.</summary>
    public void Wake(StateChanges? changes)
    {
        lock (_lock)
        {
            if (changes is null)
                WakeAll();
            else if (_waiters.Count + _others.Count > 0)
                WakeChanged(changes);
        }
    }

    private void WakeAll()
    {
        foreach (var waiter in _waiters.Values.Concat(_others.Values).SelectMany(list => list))
            waiter.Wake();
        _waiters.Clear();
        _others.Clear();
    }

    private void WakeChanged(StateChanges changes)
    {
        Wake(StateTable.Jobs, changes.Jobs.Count);
        foreach (var id in changes.Jobs)
            Wake(new Key(StateTable.Jobs, Of.Itself, default, id));
        Wake(StateTable.Nodes, changes.Nodes.Count);
        foreach (var id in changes.Nodes)
            Wake(new Key(StateTable.Nodes, Of.Itself, id.Value, default));
        Wake(StateTable.Evaluations, changes.Evaluations.Count);
        foreach (var id in changes.Evaluations)
            Wake(new Key(StateTable.Evaluations, Of.Itself, id.Value, default));
        Wake(StateTable.Deployments, changes.Deployments.Count);
        foreach (var id in changes.Deployments)
            Wake(new Key(StateTable.Deployments, Of.Itself, id.Value, default));
        Wake(StateTable.Allocations, changes.Allocations.Count);
        foreach (var allocation in changes.Allocations)
        {
            Wake(new Key(StateTable.Allocations, Of.Itself, allocation.Id.Value, default));
            Wake(new Key(StateTable.Allocations, Of.Job, default, allocation.JobId));
            Wake(new Key(StateTable.Allocations, Of.Node, allocation.NodeId.Value, default));
            Wake(new Key(StateTable.Allocations, Of.Evaluation, allocation.EvaluationId.Value, default));
        }

        foreach (var id in changes.FormerEvaluations)
            Wake(new Key(StateTable.Allocations, Of.Evaluation, id.Value, default));

        foreach (var target in _others.Keys.Where(changes.Touches).ToArray())
        {
            _others.Remove(target, out var list);
            list!.ForEach(waiter => waiter.Wake());
        }
    }

    private void Wake(StateTable table, int changed)
    {
        if (changed > 0)
            Wake(new Key(table, Of.Table, default, default));
    }

    private void Wake(Key key)
    {
        if (_waiters.Remove(key, out var list))
            list.ForEach(waiter => waiter.Wake());
    }

    // Null: the changes alone know whether it is touched (the evaluations and deployments of a job), or nothing ever touches it.
    private static Key? KeyOf(WatchTarget target)
    {
        var (table, text) = target;
        if (text is null)
            return new Key(table, Of.Table, default, default);

        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return (table, colon < 0 ? "" : text[..colon]) switch
        {
            (StateTable.Jobs, _) when text.Contains('/', StringComparison.Ordinal) => new Key(table, Of.Itself, default, JobId.Parse(text)),
            (StateTable.Allocations, "job") when text.Contains('/', StringComparison.Ordinal) => new Key(table, Of.Job, default, JobId.Parse(text[4..])),
            (StateTable.Allocations, "node") when Guid.TryParseExact(text.AsSpan(5), "D", out var id) => new Key(table, Of.Node, id, default),
            (StateTable.Allocations, "eval") when Guid.TryParseExact(text.AsSpan(5), "D", out var id) => new Key(table, Of.Evaluation, id, default),
            (not StateTable.Jobs, "") when Guid.TryParseExact(text, "D", out var id) => new Key(table, Of.Itself, id, default),
            _ => null,
        };
    }

    private static void Add<TKey>(Dictionary<TKey, List<Waiter>> all, TKey key, Waiter waiter) where TKey : notnull
    {
        if (!all.TryGetValue(key, out var list))
            all[key] = list = new List<Waiter>(1);
        list.Add(waiter);
    }

    private static void Remove<TKey>(Dictionary<TKey, List<Waiter>> all, TKey key, Waiter waiter) where TKey : notnull
    {
        if (all.TryGetValue(key, out var list) && list.Remove(waiter) && list.Count == 0)
            all.Remove(key);
    }
}
