using Actors.Client.Agent;
using Actors.Client.State;
using Actors.Client.Tasks;
using Actors.Contracts.Allocations;
using Actors.Contracts.Jobs;
using Akka.Actor;
using Akka.Event;

namespace Actors.Client.Allocations;

/// <summary>One allocation: makes its directories, lets its tasks start and stop in order, tells the agent what it is.</summary>
internal sealed class AllocationRunner : ReceiveActor, IWithTimers
{
    private const int MaxActorFailures = 3;
    private static readonly TimeSpan RemoveRetry = TimeSpan.FromSeconds(2);

    private readonly ClientContext _context;
    private readonly AllocationOrigin _origin;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<string, IActorRef> _runners = [];
    private readonly Dictionary<string, TaskState> _states = [];
    private readonly TaskGroup _group;
    private readonly RegisteredAllocation _registered;
    private Allocation _allocation;
    private Job _job;
    private KillTask? _stopping;
    private int _actorFailures;
    private bool _stopAsked;
    private bool _removing;
    private readonly AllocationHealth _health;
    private CheckMonitor? _checks;
    private AllocationReport? _told;

    public AllocationRunner(ClientContext context, AllocationOrigin origin)
    {
        (_context, _origin, _allocation, _job) = (context, origin, origin.Allocation, origin.Job);
        _group = origin.Job.TaskGroups.FirstOrDefault(g => g.Name == origin.Allocation.TaskGroup) ?? new TaskGroup { Name = origin.Allocation.TaskGroup };
        _registered = new RegisteredAllocation(context.Directories.PathOf(_allocation.Id), _group, Self);
        _health = new AllocationHealth(_group, origin.Remembered?.Acknowledged?.Health, context.Time.GetUtcNow());
        context.Registry.Set(_allocation.Id, _registered);

        Receive<AllocationReady>(ready => Ready(ready.Existed));
        Receive<AllocationNotReady>(NotReady);
        Receive<TaskChanged>(Changed);
        Receive<UpdateAllocation>(Update);
        Receive<RemoveAllocation>(_ => { _removing = true; StopAll(); RemoveWhenOver(); });
        Receive<RestartAllocation>(restart => ForTasks(restart.Task, runner => runner.Forward(new RestartTask("User requested running tasks to restart"))));
        Receive<SignalAllocation>(signal => ForTasks(signal.Task, runner => runner.Forward(new SignalTask(signal.Signal))));
        Receive<StopTasksNow>(_ => StopTasks(new KillTask(TaskEventTypes.Killing, "The allocation is stopped")));
        Receive<JudgeHealth>(_ => Tell());
        Receive<ChecksChanged>(changed => { _health.ChecksPass = changed.AllPass; Tell(); });
        Receive<RunTimeIsUp>(_ => StopTasks(new KillTask(TaskEventTypes.Killing, "The allocation's max_run_duration is over", Fails: true)));
        Receive<DirectoryRemoved>(Removed);
        Receive<Terminated>(TaskActorFailed);
        Receive<Done>(_ => { });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>A task's actor that throws has lost its place: another one looks for what it ran.</summary>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(cause =>
    {
        _log.Error(cause, "A task's actor of allocation {0} failed", _allocation.Id);
        return Directive.Stop;
    });

    protected override void PreStart()
    {
        // Both before the first task starts: what runs must be found again, and what it runs in must be there.
        AllocationSetup.PrepareAsync(_context, _allocation, _job, _group).PipeTo(Self, success: existed => new AllocationReady(existed), failure: e => new AllocationNotReady(e));
    }

    protected override void PostStop() => _checks?.Dispose();

    private void Ready(bool existed)
    {
        foreach (var task in _group.Tasks)
        {
            var remembered = _origin.Remembered?.Tasks.GetValueOrDefault(task.Name);
            _states[task.Name] = remembered?.State ?? new TaskState();
            Run(task, remembered, existed);
        }

        if (_group.MaxRunDuration is { } longest) Timers.StartSingleTimer(nameof(RunTimeIsUp), new RunTimeIsUp(), longest);
        if (_allocation.ServerTerminal || _removing) StopAll();
        Advance();
        Tell();
        RemoveWhenOver();
    }

    private void Run(JobTask task, TaskRecord? remembered, bool mayBeLeft)
    {
        var origin = new TaskOrigin(_allocation, _job, _group, task, _origin.Node, _origin.Region);
        var runner = Context.Watch(Context.ActorOf(Props.Create(() => new TaskRunner(_context, _registered, origin, remembered, mayBeLeft))));
        _runners[task.Name] = runner;
        // What ran before is looked for at once, whoever's turn it is.
        if (mayBeLeft && remembered?.State.State == TaskRunState.Running) runner.Tell(new StartTask());
    }

    private void TaskActorFailed(Terminated terminated)
    {
        var name = _runners.First(r => r.Value.Equals(terminated.ActorRef)).Key;
        if (_states[name].State == TaskRunState.Dead) return;
        if (++_actorFailures > MaxActorFailures)
        {
            var now = _context.Time.GetUtcNow();
            _states[name] = _states[name].With(new TaskEvent(TaskEventTypes.DriverFailure, now, "the client failed to manage the task; see the agent's log", FailsTask: true)).Ended(failed: true, now);
            Tell();
            return;
        }

        Run(_group.Tasks.First(t => t.Name == name), new TaskRecord(_states[name], RestartTracker.Fresh, null), mayBeLeft: true);
        if (_stopping is not null) _runners[name].Tell(_stopping);
        Advance();
    }

    private void NotReady(AllocationNotReady failed)
    {
        var now = _context.Time.GetUtcNow();
        _log.Error(failed.Cause, "Allocation {0} could not be set up", _allocation.Id);
        var problem = new TaskEvent(TaskEventTypes.SetupFailure, now, $"failed to set up the allocation: {failed.Cause.Message}", FailsTask: true);
        foreach (var task in _group.Tasks) _states[task.Name] = new TaskState().With(problem).Ended(failed: true, now);
        Tell();
        RemoveWhenOver();
    }

    private void Changed(TaskChanged changed)
    {
        _states[changed.Task] = changed.State;
        if (_stopping is null && TaskCoordinator.MustStop(_group, _states) is { } why) StopTasks(new KillTask(why.EventType, why.Message));
        else if (_stopping is not null) StopNextWave();
        Advance();
        Tell();
        RemoveWhenOver();
    }

    private void Advance()
    {
        foreach (var task in TaskCoordinator.MayStart(_group, _states, stopping: _stopping is not null || _stopAsked))
            _runners[task].Tell(new StartTask());
        if (_checks is null && IsRunning && CheckMonitor.For(_group, _allocation) is { Count: > 0 } checks)
        {
            var self = Self;
            _checks = new CheckMonitor(checks, allPass => self.Tell(new ChecksChanged(allPass)), _context.Time);
        }
    }

    private bool IsRunning => _states.Count > 0 && TaskStates.ClientStatus(_states.Values) == AllocationClientStatus.Running;

    private void Update(UpdateAllocation update)
    {
        if (update.Allocation.DeploymentId != _allocation.DeploymentId) _health.Restart(_context.Time.GetUtcNow());
        (_allocation, _job) = (update.Allocation, update.Job);
        _context.Store.SaveAllocationAsync(_allocation, _job).PipeTo(Self, success: () => Done.Instance, failure: _ => Done.Instance);
        foreach (var task in update.Job.TaskGroups.FirstOrDefault(g => g.Name == _allocation.TaskGroup)?.Tasks ?? [])
        {
            if (_runners.TryGetValue(task.Name, out var runner))
                runner.Tell(new UpdateTask(new TaskOrigin(_allocation, _job, _group, task, _origin.Node, _origin.Region)));
        }

        if (_allocation.ServerTerminal) StopAll();
        Tell();
    }

    private void StopAll()
    {
        if (_stopAsked || _runners.Count == 0) return;
        _stopAsked = true;
        if (_group.ShutdownDelay is { } delay && delay > TimeSpan.Zero && IsRunning) Timers.StartSingleTimer(nameof(StopTasksNow), new StopTasksNow(), delay);
        else Self.Tell(new StopTasksNow());
    }

    private void StopTasks(KillTask kill)
    {
        if (_stopping is not null) return;
        _stopping = kill;
        StopNextWave();
    }

    private void StopNextWave()
    {
        foreach (var wave in TaskCoordinator.StopOrder(_group))
        {
            var alive = wave.Where(task => _states[task].State != TaskRunState.Dead).ToList();
            if (alive.Count == 0) continue;
            foreach (var task in alive) _runners[task].Tell(_stopping!);
            return;
        }

        // Only tasks that run after all others are left; when the allocation goes from the machine, they go too.
        if (_removing)
        {
            foreach (var runner in _runners.Values) runner.Tell(_stopping!);
        }
    }

    private void Tell()
    {
        var status = TaskStates.ClientStatus(_states.Values);
        if (_stopping is null && _health.Judge(_job, _allocation, _states, _context.Time.GetUtcNow()) is { } again)
            Timers.StartSingleTimer(nameof(JudgeHealth), new JudgeHealth(), again);
        var report = new AllocationReport(
            _allocation.Id, status, TaskStates.Describe(status), new Dictionary<string, TaskState>(_states), _health.Verdict, _context.Time.GetUtcNow());
        var terminal = Over;
        _registered.Ended = terminal;
        if (_told is not null && ReportOutbox.Same(_told, report)) return;
        _told = report;
        Context.Parent.Tell(new AllocationChanged(report, terminal));
    }

    private bool Over => _states.Count > 0 && _states.Values.All(s => s.State == TaskRunState.Dead);

    private void ForTasks(string name, Action<IActorRef> action)
    {
        var targets = _runners.Where(r => name.Length == 0 ? _states[r.Key].State == TaskRunState.Running : r.Key == name).ToList();
        if (targets.Count == 0)
            Sender.Tell(new Status.Failure(new KeyNotFoundException(name.Length == 0 ? "no task of the allocation is running" : $"the allocation has no task \"{name}\"")));
        foreach (var (_, runner) in targets) action(runner);
    }

    private void RemoveWhenOver()
    {
        if (!_removing || !Over) return;
        _context.Registry.Remove(_allocation.Id);
        var id = _allocation.Id;
        AllocationSetup.RemoveAsync(_context, id).PipeTo(Self, success: () => new DirectoryRemoved(null), failure: e => new DirectoryRemoved(e.Message));
    }

    private void Removed(DirectoryRemoved removed)
    {
        if (removed.Problem is { } problem)
        {
            _log.Warning("Directory of allocation {0} could not be removed: {1}", _allocation.Id, problem);
            Timers.StartSingleTimer(nameof(RemoveAllocation), new RemoveAllocation(), RemoveRetry);
            return;
        }

        Context.Parent.Tell(new AllocationRemoved(_allocation.Id));
        Context.Stop(Self);
    }
}
