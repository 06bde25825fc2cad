using Actors.Client.Agent;
using Actors.Client.Allocations.Hooks;
using Actors.Client.State;
using Actors.Client.Tasks;
using Actors.Contracts.Allocations;
using Actors.Contracts.Jobs;
using Akka.Actor;
using Akka.Event;

namespace Actors.Client.Allocations;

/// <summary>One allocation: lets its hooks prepare it, its tasks start and stop in order, tells the agent what it is.</summary>
internal sealed partial class AllocationRunner : ReceiveActor, IWithTimers
{
    private const int MaxActorFailures = 3;
    private static readonly TimeSpan RemoveRetry = TimeSpan.FromSeconds(2);

    private readonly ClientContext _context;
    private readonly AllocationOrigin _origin;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly CancellationTokenSource _life = new();
    private readonly AllocationHooks _hooks = AllocationHooks.All();
    private readonly Dictionary<string, IActorRef> _runners = [];
    private readonly Dictionary<string, TaskState> _states = [];
    private readonly HashSet<string> _lookedFor = [];
    private readonly RegisteredAllocation _registered;
    private readonly AllocationHealth _health;
    private AllocationScope _scope;
    private KillTask? _stopping;
    private RestartPlan? _restart;
    private int _actorFailures;
    private bool _stopAsked;
    private bool _timeIsUp;
    private bool _removing;
    private bool _ended;
    private CheckMonitor? _checks;
    private AllocationReport? _told;

    public AllocationRunner(ClientContext context, AllocationOrigin origin)
    {
        (_context, _origin) = (context, origin);
        var self = Self;
        _scope = new AllocationScope(context, origin.Allocation, origin.Job, GroupOf(origin.Job, origin.Allocation), origin.Node, origin.Region)
        {
            Tell = happened => self.Tell(new AllocationTold(happened)),
            Stop = kill => self.Tell(kill),
        };
        _registered = new RegisteredAllocation(_scope.Directory, Group, [.. Group.Volumes.Values.Where(v => v.IsHost()).Select(v => v.SourceFor(Allocation.NameIndex))], Self);
        _health = new AllocationHealth(Group, origin.Remembered?.Acknowledged?.Health, context.Time.GetUtcNow());
        context.Registry.Set(Allocation.Id, _registered);

        Receive<AllocationReady>(_ => Ready());
        Receive<AllocationNotReady>(NotReady);
        Receive<TaskChanged>(Changed);
        Receive<TaskWaits>(Waits);
        Receive<TaskLookedFor>(looked => { _lookedFor.Add(looked.Task); Advance(); });
        Receive<UpdateAllocation>(Update);
        Receive<RemoveAllocation>(remove => { (_removing, _scope.Facts.KeepLogs) = (true, remove.KeepLogs); StopAll(); RemoveWhenOver(); });
        Receive<RestartAllocation>(RestartTasks);
        Receive<HoldTasksNow>(_ => HoldNextWave());
        Receive<SignalAllocation>(signal => ForTasks(signal.Task, runner => runner.Forward(new SignalTask(signal.Signal))));
        Receive<StopTasksNow>(_ => StopTasks(new KillTask(TaskEventTypes.Killing, "The allocation is stopped")));
        Receive<KillTask>(StopTasks);
        Receive<AllocationTold>(Told);
        Receive<JudgeHealth>(_ => Tell());
        Receive<ChecksChanged>(changed => { _health.ChecksPass = changed.AllPass; Tell(); });
        Receive<RunTimeIsUp>(_ => { _timeIsUp = true; StopTasks(new KillTask(TaskEventTypes.Killing, TaskStates.OutOfTime)); });
        Receive<PostrunFailed>(failed => _log.Warning("Allocation {0} ended, and not all of it was put away: {1}", Allocation.Id, failed.Problem));
        Receive<DirectoryRemoved>(Removed);
        Receive<Terminated>(TaskActorFailed);
        Receive<Done>(_ => { });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private Allocation Allocation => _scope.Allocation;

    private TaskGroup Group => _scope.Group;

    private bool Over => _states.Count > 0 && _states.Values.All(s => s.State == TaskRunState.Dead);

    private bool IsRunning => _states.Count > 0 && TaskStates.ClientStatus(_states.Values) == AllocationClientStatus.Running;

    /// <summary>A task's actor that throws has lost its place: another one looks for what it ran.</summary>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(cause =>
    {
        _log.Error(cause, "A task's actor of allocation {0} failed", Allocation.Id);
        return Directive.Stop;
    });

    protected override void PreStart() =>
        _hooks.PrerunAsync(_scope, remembered: _origin.Remembered is not null, _life.Token).PipeTo(Self, success: () => new AllocationReady(), failure: e => new AllocationNotReady(e));

    protected override void PostStop()
    {
        _life.Cancel();
        _checks?.Dispose();
    }

    private void Ready()
    {
        foreach (var task in Group.Tasks)
        {
            var remembered = _origin.Remembered?.Tasks.GetValueOrDefault(task.Name);
            var revived = Revived(task, remembered);
            _states[task.Name] = (revived ?? remembered)?.State ?? new TaskState();
            Run(task, revived ?? remembered, mayBeLeft: _scope.Facts.Existed, isOnDisk: revived is null);
        }

        foreach (var note in _scope.Facts.Notes) Told(new AllocationTold(note));
        LimitRunTime();
        if (Allocation.ServerTerminal || _removing) StopAll();
        Tell();
        RemoveWhenOver();
    }

    /// <summary>A task that has ended and is carried out again because the machine was started anew, or null.</summary>
    private TaskRecord? Revived(JobTask task, TaskRecord? remembered) =>
        _scope.Facts.Rebooted && remembered is not null && TaskCoordinator.RunsAgainAfterReboot(Group, task, _origin.Remembered!.Tasks)
            ? remembered with { State = remembered.State.Revived(new TaskEvent(TaskEventTypes.Restarting, _context.Time.GetUtcNow(), "Task restarting: the machine was started anew")) }
            : null;

    private void Run(JobTask task, TaskRecord? remembered, bool mayBeLeft, bool isOnDisk)
    {
        _lookedFor.Remove(task.Name);
        var origin = new TaskOrigin(_scope, task);
        _runners[task.Name] = Context.Watch(Context.ActorOf(Props.Create(() => new TaskRunner(_registered, origin, remembered, mayBeLeft, isOnDisk))));
    }

    private void LimitRunTime()
    {
        // The time to get ready counts too, and so does the time in which there was no agent.
        if (Group.MaxRunDuration is not { } longest) Timers.Cancel(nameof(RunTimeIsUp));
        else Timers.StartSingleTimer(nameof(RunTimeIsUp), new RunTimeIsUp(), Later(_scope.Facts.BeganAt + longest - _context.Time.GetUtcNow()));

        static TimeSpan Later(TimeSpan wait) => wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
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

        Run(Group.Tasks.First(t => t.Name == name), new TaskRecord(_states[name], RestartTracker.Fresh, null), mayBeLeft: true, isOnDisk: false);
        if (_stopping is not null) _runners[name].Tell(_stopping);
        Advance();
    }

    private void NotReady(AllocationNotReady failed)
    {
        var now = _context.Time.GetUtcNow();
        _log.Error(failed.Cause, "Allocation {0} could not be set up", Allocation.Id);
        var problem = new TaskEvent(TaskEventTypes.SetupFailure, now, $"failed to set up the allocation: {failed.Cause.Message}", FailsTask: true);
        foreach (var task in Group.Tasks) _states[task.Name] = new TaskState().With(problem).Ended(failed: true, now);
        Tell();
        RemoveWhenOver();
    }

    private void Changed(TaskChanged changed)
    {
        _states[changed.Task] = changed.State;
        if (_stopping is null && TaskCoordinator.MustStop(Group, _states) is { } why) StopTasks(new KillTask(why.EventType, why.Message));
        else if (_stopping is not null) StopNextWave();
        else if (_restart is not null && changed.State.State == TaskRunState.Dead) HoldNextWave();
        Advance();
        Tell();
        RemoveWhenOver();
    }

    private void Told(AllocationTold told)
    {
        foreach (var runner in _runners.Values) runner.Tell(new HookTold(told.Event.Type, told.Event.DisplayMessage, told.Event.Details));
    }

    private void Advance()
    {
        // Nothing starts while it is not known what runs, nor in the middle of a restart.
        if (_restart is not null || !Group.Tasks.All(t => _lookedFor.Contains(t.Name))) return;
        foreach (var task in TaskCoordinator.MayStart(Group, _states, stopping: _stopping is not null || _stopAsked))
            _runners[task].Tell(new StartTask());
        if (_checks is null && IsRunning && CheckMonitor.For(_scope) is { Count: > 0 } checks)
        {
            var self = Self;
            _checks = new CheckMonitor(checks, allPass => self.Tell(new ChecksChanged(allPass)), _context.Time);
            _registered.Checks = _checks;
        }
    }

    private void Update(UpdateAllocation update)
    {
        if (update.Allocation.DeploymentId != Allocation.DeploymentId) _health.Restart(_context.Time.GetUtcNow());
        var group = GroupOf(update.Job, update.Allocation);
        _scope = _scope with
        {
            Allocation = update.Allocation,
            Job = update.Job,
            // Tasks don't come or go in place; should they, the group stays as it is.
            Group = group.Tasks.Select(t => t.Name).ToHashSet().SetEquals(Group.Tasks.Select(t => t.Name)) ? group : Group,
        };
        _context.Store.SaveAllocationAsync(Allocation, _scope.Job).PipeTo(Self, success: () => Done.Instance, failure: _ => Done.Instance);
        foreach (var task in Group.Tasks)
            if (_runners.TryGetValue(task.Name, out var runner)) runner.Tell(new UpdateTask(new TaskOrigin(_scope, task)));
        if (_runners.Count > 0) LimitRunTime();
        if (Allocation.ServerTerminal) StopAll();
        Tell();
    }

    private void Tell()
    {
        var status = TaskStates.ClientStatus(_states.Values);
        // What is stopped is not judged, but for what is stopped because a task of it failed.
        var judged = _stopping is null || _states.Values.Any(s => s is { State: TaskRunState.Dead, Failed: true });
        if (judged && _health.Judge(_scope, _states, _context.Time.GetUtcNow()) is { } again)
            Timers.StartSingleTimer(nameof(JudgeHealth), new JudgeHealth(), again);
        var description = _timeIsUp && status == AllocationClientStatus.Complete ? TaskStates.OutOfTime : TaskStates.Describe(status);
        var report = new AllocationReport(Allocation.Id, status, description, new Dictionary<string, TaskState>(_states), _health.Verdict, _context.Time.GetUtcNow(), _scope.Facts.Network?.Status);
        var terminal = Over;
        _registered.Ended = terminal;
        if (terminal && !_ended)
        {
            _ended = true;
            _hooks.PostrunAsync(_scope, _life.Token).PipeTo(Self, success: () => Done.Instance, failure: e => new PostrunFailed(e.Message));
        }

        if (_told is not null && ReportOutbox.Same(_told, report)) return;
        _told = report;
        Context.Parent.Tell(new AllocationChanged(report, terminal));
    }

    private static TaskGroup GroupOf(Job job, Allocation allocation) =>
        job.TaskGroups.FirstOrDefault(g => g.Name == allocation.TaskGroup) ?? new TaskGroup { Name = allocation.TaskGroup };
}
