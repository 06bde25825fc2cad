using Actors.Contracts;
using Actors.Contracts.Evaluations;

namespace Actors.Scheduling.Queues;

/// <summary>
/// The evaluations that wait for their turn: by priority, first come first served within one; never two of a job at once; those for later
/// come when their time has come; of several that wait for one job only the latest is worked on. A plain data structure: its owner says what
/// time it is. What is lost with it is found again in the state.
/// </summary>
public sealed class EvaluationBroker
{
    private readonly BrokerLimits _limits;
    private readonly Dictionary<EvaluationId, Item> _items = [];
    private readonly Dictionary<JobId, JobQueue> _jobs = [];
    private readonly PriorityQueue<(EvaluationId Id, long Ticket), (int Priority, long Order)> _ready = new();
    private readonly PriorityQueue<EvaluationId, DateTimeOffset> _timers = new();
    private readonly List<EvaluationId> _superseded = [];
    private long _order;

    /// <summary>An empty broker.</summary>
    /// <param name="limits">Its limits; null: Nomad's.</param>
    public EvaluationBroker(BrokerLimits? limits = null) => _limits = limits ?? new BrokerLimits();

    /// <summary>How many wait for their turn, those for later left out.</summary>
    public int ReadyCount => _items.Values.Count(i => i.Phase == Phase.Ready);

    /// <summary>How many wait for another of their job.</summary>
    public int WaitingCount => _items.Values.Count(i => i.Phase == Phase.Waiting);

    /// <summary>How many wait for their time.</summary>
    public int DelayedCount => _items.Values.Count(i => i.Phase == Phase.Delayed);

    /// <summary>How many have their turn.</summary>
    public int InFlightCount => _items.Values.Count(i => i.Phase == Phase.InFlight);

    /// <summary>Whether it knows an evaluation.</summary>
    /// <param name="id">The evaluation.</param>
    public bool Contains(EvaluationId id) => _items.ContainsKey(id);

    /// <summary>The next time something happens by itself (a delay ends, a turn takes too long), or null.</summary>
    public DateTimeOffset? NextDeadline
    {
        get
        {
            while (_timers.TryPeek(out var id, out var due))
            {
                if (_items.TryGetValue(id, out var item) && item.Due == due) return due;
                _timers.Dequeue();
            }

            return null;
        }
    }

    /// <summary>A pending evaluation is to be worked on. One that is known already stays where it is.</summary>
    /// <param name="evaluation">The evaluation.</param>
    /// <param name="now">The time.</param>
    public void Enqueue(Evaluation evaluation, DateTimeOffset now)
    {
        if (_items.ContainsKey(evaluation.Id)) return;
        var item = new Item(evaluation);
        _items.Add(evaluation.Id, item);
        if (evaluation.WaitUntil is { } until && until > now) Delay(item, until);
        else Offer(item);
    }

    /// <summary>The next to be worked on, or null. It must be answered with <see cref="Acknowledge"/> or <see cref="Refuse"/> within the limit, or it counts as refused.</summary>
    /// <param name="now">The time.</param>
    public Evaluation? Dequeue(DateTimeOffset now)
    {
        while (_ready.TryDequeue(out var next, out _))
        {
            if (!_items.TryGetValue(next.Id, out var item) || item.Phase != Phase.Ready || item.Ticket != next.Ticket) continue;
            item.Phase = Phase.InFlight;
            item.Deliveries++;
            SetTimer(item, now + _limits.Turn);
            return item.Evaluation;
        }

        return null;
    }

    /// <summary>An evaluation's turn is over, and its outcome is in the log.</summary>
    /// <param name="id">The evaluation; one that is not known is ignored.</param>
    public void Acknowledge(EvaluationId id) => Remove(id);

    /// <summary>An evaluation could not be worked out: it gets another turn after a while, unless it had too many.</summary>
    /// <param name="id">The evaluation; one that has no turn is ignored.</param>
    /// <param name="now">The time.</param>
    /// <returns>The evaluation when its turns are used up: it must be failed (see <see cref="FollowUpDelay"/>); else null.</returns>
    public Evaluation? Refuse(EvaluationId id, DateTimeOffset now)
    {
        if (!_items.TryGetValue(id, out var item) || item.Phase != Phase.InFlight) return null;
        if (item.Deliveries >= _limits.Deliveries)
        {
            Remove(id);
            return item.Evaluation;
        }

        var queue = _jobs[item.Evaluation.JobId];
        queue.Current = null;
        Delay(item, now + (item.Deliveries == 1 ? _limits.FirstRetry : _limits.LaterRetries * (item.Deliveries - 1)));
        Promote(item.Evaluation.JobId);
        return null;
    }

    /// <summary>Forgets an evaluation that was cancelled or ended elsewhere.</summary>
    /// <param name="id">The evaluation.</param>
    public void Remove(EvaluationId id)
    {
        if (!_items.Remove(id, out var item)) return;
        if (!_jobs.TryGetValue(item.Evaluation.JobId, out var queue)) return;
        if (ReferenceEquals(queue.Waiting, item)) queue.Waiting = null;
        if (ReferenceEquals(queue.Current, item)) queue.Current = null;
        Promote(item.Evaluation.JobId);
    }

    /// <summary>Lets time pass: delays end, turns that took too long are refused.</summary>
    /// <param name="now">The time.</param>
    /// <returns>The evaluations whose turns are used up: they must be failed.</returns>
    public IReadOnlyList<Evaluation> Tick(DateTimeOffset now)
    {
        List<Evaluation>? exhausted = null;
        while (_timers.TryPeek(out var id, out var due) && due <= now)
        {
            _timers.Dequeue();
            if (!_items.TryGetValue(id, out var item) || item.Due != due) continue;
            item.Due = null;
            if (item.Phase == Phase.Delayed) Offer(item);
            else if (item.Phase == Phase.InFlight && Refuse(id, now) is { } failed) (exhausted ??= []).Add(failed);
        }

        return exhausted ?? [];
    }

    /// <summary>The evaluations that a later one of their job took the place of, since the last call: they must be cancelled.</summary>
    public IReadOnlyList<EvaluationId> TakeSuperseded()
    {
        if (_superseded.Count == 0) return [];
        EvaluationId[] taken = [.. _superseded];
        _superseded.Clear();
        return taken;
    }

    /// <summary>How long after its failure an evaluation's follow-up should wait: one to six minutes (Nomad's), told apart by the evaluation's id so that they don't all come at once.</summary>
    /// <param name="id">The failed evaluation.</param>
    public static TimeSpan FollowUpDelay(EvaluationId id) =>
        TimeSpan.FromMinutes(1) + TimeSpan.FromSeconds(Nodes.Hash.Of(id.Value) % 301);

    // The job's next one: its turn comes when no other of the job has one.
    private void Offer(Item item)
    {
        if (!_jobs.TryGetValue(item.Evaluation.JobId, out var queue)) _jobs[item.Evaluation.JobId] = queue = new JobQueue();
        if (queue.Current is null)
        {
            MakeReady(queue, item);
            return;
        }

        // One that has no turn yet can give its place away as well.
        if (queue.Current.Phase == Phase.Ready)
        {
            var ready = queue.Current;
            if (Later(item, ready))
            {
                queue.Current = null;
                Supersede(ready);
                // It takes the place as well: a job that is looked at again and again must not lose its turn by that.
                MakeReady(queue, item, ready.Order);
            }
            else
            {
                Supersede(item);
            }

            return;
        }

        if (queue.Waiting is not { } waiting)
        {
            item.Phase = Phase.Waiting;
            queue.Waiting = item;
        }
        else if (Later(item, waiting))
        {
            queue.Waiting = item;
            item.Phase = Phase.Waiting;
            Supersede(waiting);
        }
        else
        {
            Supersede(item);
        }
    }

    private void MakeReady(JobQueue queue, Item item, long? place = null)
    {
        queue.Current = item;
        item.Phase = Phase.Ready;
        item.Due = null;
        item.Ticket = ++_order;
        item.Order = place ?? item.Ticket;
        _ready.Enqueue((item.Evaluation.Id, item.Ticket), (-item.Evaluation.Priority, item.Order));
    }

    private void Promote(JobId job)
    {
        if (!_jobs.TryGetValue(job, out var queue) || queue.Current is not null) return;
        if (queue.Waiting is { } next)
        {
            queue.Waiting = null;
            MakeReady(queue, next);
        }
        else
        {
            _jobs.Remove(job);
        }
    }

    private void Supersede(Item item)
    {
        _items.Remove(item.Evaluation.Id);
        _superseded.Add(item.Evaluation.Id);
    }

    private void Delay(Item item, DateTimeOffset until)
    {
        item.Phase = Phase.Delayed;
        SetTimer(item, until);
    }

    private void SetTimer(Item item, DateTimeOffset due)
    {
        item.Due = due;
        _timers.Enqueue(item.Evaluation.Id, due);
    }

    private static bool Later(Item item, Item than) => item.Evaluation.CreateIndex >= than.Evaluation.CreateIndex;

    private enum Phase
    {
        Delayed,
        Waiting,
        Ready,
        InFlight,
    }

    private sealed class Item(Evaluation evaluation)
    {
        public Evaluation Evaluation { get; } = evaluation;

        public Phase Phase { get; set; }

        public int Deliveries { get; set; }

        public long Ticket { get; set; }

        /// <summary>Its place among those of its priority.</summary>
        public long Order { get; set; }

        public DateTimeOffset? Due { get; set; }
    }

    private sealed class JobQueue
    {
        public Item? Current { get; set; }

        public Item? Waiting { get; set; }
    }
}

/// <summary>The broker's limits; the defaults are Nomad's.</summary>
public sealed record BrokerLimits
{
    /// <summary>How long a turn may take (60 s).</summary>
    public TimeSpan Turn { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How many turns an evaluation gets (3).</summary>
    public int Deliveries { get; init; } = 3;

    /// <summary>How long it waits after the first refusal (1 s).</summary>
    public TimeSpan FirstRetry { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How much longer it waits after each further one (20 s).</summary>
    public TimeSpan LaterRetries { get; init; } = TimeSpan.FromSeconds(20);
}
