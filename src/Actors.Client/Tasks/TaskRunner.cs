using Actors.Client.Allocations;
using Actors.Client.State;
using Actors.Client.Tasks.Hooks;
using Actors.Contracts.Allocations;
using Actors.Contracts.Jobs;
using Actors.Drivers;
using Akka.Actor;
using Akka.Event;

namespace Actors.Client.Tasks;

/// <summary>One task of an allocation: starts it in its turn, watches it, starts it again by its policy, stops it. Everything that takes time is piped to itself.</summary>
internal sealed partial class TaskRunner : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan FindRetry = TimeSpan.FromSeconds(2);

    private readonly ClientContext _context;
    private readonly RegisteredAllocation _allocation;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly CancellationTokenSource _life = new();
    private readonly TaskHooks _hooks = TaskHooks.All();
    private readonly TaskControl _control;
    private CancellationTokenSource _starting = new();
    private TaskOrigin _origin;
    private TaskState _state;
    private RestartTracker _restarts;
    private TaskHandle? _handle;
    private TaskRecord? _saved;
    private StartedTask? _running;
    private KillTask? _kill;
    private string? _restartReason;
    private TaskPhase _phase;

    public TaskRunner(RegisteredAllocation allocation, TaskOrigin origin, TaskRecord? remembered, bool mayBeLeft, bool isOnDisk)
    {
        (_context, _allocation, _origin, _control) = (origin.Scope.Client, allocation, origin, new TaskControl(Self));
        _state = remembered?.State ?? new TaskState().With(Event(TaskEventTypes.Received, "Task received by client"));
        _restarts = remembered?.Restarts ?? RestartTracker.Fresh;
        _handle = remembered?.Handle;
        _saved = isOnDisk ? remembered : null;
        _phase = _state.State == TaskRunState.Dead ? TaskPhase.Dead : mayBeLeft && remembered?.NothingLeft != true ? TaskPhase.Finding : TaskPhase.Waiting;

        Receive<StartTask>(_ => { if (_phase == TaskPhase.Waiting) Start(); });
        Receive<KillTask>(Kill);
        Receive<RestartTask>(Restart);
        Receive<HoldTask>(Hold);
        Receive<SignalTask>(Signal);
        Receive<UpdateTask>(update => _origin = update.Origin);
        Receive<DriverStarted>(started => Started(started.Task));
        Receive<DriverFailed>(failed => Failed(failed.Cause));
        Receive<NothingFound>(_ => NothingLeft());
        Receive<FindFailed>(FindLater);
        Receive<FindAgain>(_ => Find());
        Receive<DriverTold>(told => Happened(Event(TaskEventTypes.Driver, told.Event.Message, told.Event.Details)));
        Receive<HookTold>(told => Happened(Event(told.Type, told.Message, told.Details)));
        Receive<HookFailed>(failed => Happened(Event(TaskEventTypes.HookFailed, failed.Problem)));
        Receive<RunEnded>(Ended);
        Receive<RunCleaned>(cleaned => Conclude(cleaned.Exit));
        Receive<StopFailed>(RetryStop);
        Receive<StopRetry>(retry => { if (_phase == TaskPhase.Stopping) Stop(retry.Attempt); });
        Receive<RestartDue>(_ => { if (_phase == TaskPhase.Delaying) WaitForTurn(); });
        Receive<StoreFailed>(NotSaved);
        Receive<Done>(_ => { });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        Changed();
        if (_phase == TaskPhase.Finding) Find();
        else Context.Parent.Tell(new TaskLookedFor(_origin.Task.Name));
    }

    protected override void PostStop()
    {
        // The task goes on: a later runner finds it again.
        _life.Cancel();
        _starting.Cancel();
        _allocation.Running.TryRemove(_origin.Task.Name, out _);
        _ = _hooks.DisposeAsync().AsTask();
        _ = _running?.Task.DisposeAsync().AsTask();
    }

    private void Find() => TaskStarter.FindAsync(_origin, _hooks, _control, _handle, _life.Token)
        .PipeTo(Self, success: found => found is null ? new NothingFound() : new DriverStarted(found), failure: cause => new FindFailed(cause));

    private void FindLater(FindFailed failed)
    {
        if (failed.Cause is not DriverException { Recoverable: true })
        {
            NothingLeft();
            return;
        }

        // It runs, perhaps, and only its engine can't be asked: starting another one would be wrong.
        Happened(Event(TaskEventTypes.Driver, $"Looking for the running task: {failed.Cause.Message}"));
        Timers.StartSingleTimer(nameof(FindAgain), new FindAgain(), FindRetry);
    }

    private void NothingLeft()
    {
        _handle = null;
        if (_state.State == TaskRunState.Running) _state = _state.Restarting(Event(TaskEventTypes.Restarting, "Task restarting: nothing was left of it when the client started"));
        if (_kill is { } kill) Die(kill.Fails);
        else WaitForTurn();
        Context.Parent.Tell(new TaskLookedFor(_origin.Task.Name));
    }

    private void WaitForTurn()
    {
        (_phase, _restartReason) = (TaskPhase.Waiting, null);
        Changed();
        Context.Parent.Tell(new TaskWaits(_origin.Task.Name));
    }

    private void Start()
    {
        _phase = TaskPhase.Starting;
        Happened(Event(TaskEventTypes.TaskSetup, "Building Task Directory"));
        _starting.Dispose();
        _starting = new CancellationTokenSource();
        TaskStarter.StartAsync(_origin, _hooks, _control, _starting.Token)
            .PipeTo(Self, success: started => new DriverStarted(started), failure: cause => new DriverFailed(cause));
    }

    private void Started(StartedTask started)
    {
        if (_phase == TaskPhase.Finding) Context.Parent.Tell(new TaskLookedFor(_origin.Task.Name));
        (_running, _handle, _phase) = (started, started.Task.Handle, TaskPhase.Running);
        _allocation.Running[_origin.Task.Name] = started.Task;
        if (!started.Recovered) _state = _state.Started(Event(TaskEventTypes.Started, "Task started by client"));
        else if (_state.State != TaskRunState.Running) _state = _state.Started(Event(TaskEventTypes.Started, "Task found running by client"));
        Changed();
        started.Task.Exited.PipeTo(Self, success: exit => new RunEnded(exit));
        _hooks.StartedAsync(started.Start, started.Task, _life.Token).PipeTo(Self, success: () => Done.Instance, failure: e => new HookFailed(e.Message));
        if (_kill is not null || _restartReason is not null) Stop(attempt: 0);
    }

    private void Failed(Exception cause)
    {
        if (_kill is { } kill)
        {
            Die(kill.Fails);
            return;
        }

        if (cause is not (InvalidTaskException or TaskHookException or DriverException)) _log.Error(cause, "Task {0} of {1} could not be started", _origin.Task.Name, _origin.Allocation.Id);
        Happened(TaskEvents.NotStarted(cause, _context.Time.GetUtcNow(), out var recoverable));
        if (_restartReason is not null) Again();
        else Decide(succeeded: false, recoverable);
    }

    private void Ended(RunEnded ended)
    {
        Happened(TaskEvents.Terminated(ended.Exit, _context.Time.GetUtcNow()));
        _phase = TaskPhase.Cleaning;
        RunEnding.CleanAsync(_running!, _hooks, _context.Time, _life.Token).PipeTo(Self, success: () => new RunCleaned(ended.Exit), failure: _ => new RunCleaned(ended.Exit));
    }

    private void Conclude(TaskExit exit)
    {
        _allocation.Running.TryRemove(_origin.Task.Name, out _);
        (_running, _handle) = (null, null);
        if (_kill is { } kill)
        {
            Happened(Event(TaskEventTypes.Killed, "Task successfully killed"));
            Die(kill.Fails);
        }
        else if (_restartReason is not null)
        {
            Again();
        }
        else
        {
            Decide(exit.Successful, recoverable: true);
        }
    }

    private void Again()
    {
        _state = _state.Restarting(Event(TaskEventTypes.Restarting, "Task restarting in 0s", new Dictionary<string, string> { ["restart_reason"] = _restartReason! }));
        WaitForTurn();
    }

    private void Decide(bool succeeded, bool recoverable)
    {
        var now = _context.Time.GetUtcNow();
        (_restarts, var decision) = _restarts.Decide(
            RestartRules.For(_origin.Job, _origin.Group, _origin.Task), succeeded,
            TaskCoordinator.RestartsOnSuccess(_origin.Job, _origin.Task), recoverable, now, Random.Shared.NextDouble());
        switch (decision)
        {
            case RestartDecision.Restart again:
                _state = _state.Restarting(Event(TaskEventTypes.Restarting, $"Task restarting in {GoDuration.Format(again.Delay)}", new Dictionary<string, string> { ["restart_reason"] = again.Reason }));
                _phase = TaskPhase.Delaying;
                Changed();
                Timers.StartSingleTimer(nameof(RestartDue), new RestartDue(), again.Delay);
                break;
            case RestartDecision.Stay stay:
                if (stay.Failed) _state = _state.With(Event(TaskEventTypes.NotRestarting, stay.Reason, fails: true));
                Die(stay.Failed);
                break;
        }
    }

    private void Die(bool failed)
    {
        _phase = TaskPhase.Dead;
        _state = _state.Ended(failed, _context.Time.GetUtcNow());
        Changed();
    }

    private void Happened(TaskEvent happened)
    {
        _state = _state.With(happened);
        Changed();
    }

    private void Changed()
    {
        Save();
        Context.Parent.Tell(new TaskChanged(_origin.Task.Name, _state));
    }

    private void Save()
    {
        // An agent that starts again finds hundreds of tasks just as they were.
        var record = new TaskRecord(_state, _restarts, _handle);
        if (record == _saved) return;
        _saved = record;
        _context.Store.SaveTaskAsync(_origin.Allocation.Id, _origin.Task.Name, record)
            .PipeTo(Self, success: () => Done.Instance, failure: e => new StoreFailed(e.Message));
    }

    private void NotSaved(StoreFailed failed)
    {
        _saved = null;
        _log.Warning("State of task {0} of {1} is not on disk: {2}", _origin.Task.Name, _origin.Allocation.Id, failed.Problem);
    }

    private TaskEvent Event(string type, string message, IReadOnlyDictionary<string, string>? details = null, bool fails = false) =>
        new(type, _context.Time.GetUtcNow(), message, details, fails);
}
