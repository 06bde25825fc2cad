using System.Globalization;
using Actors.Drivers.Processes;
using Actors.Drivers.Supervision;

namespace Actors.Drivers.Isolation;

/// <summary>An isolated program.</summary>
internal sealed class OciTask : SupervisedTask
{
    private readonly OciContainer _container;
    private int _execs;

    public OciTask(string driver, TaskConfig task, OciContainer container, SupervisedProcess process, SupervisionWatch watch, TimeProvider time)
        : base(driver, task, process, watch, time)
    {
        _container = container;
        Watch();
    }

    protected override TaskExit Exit(int code) =>
        base.Exit(code) with { OutOfMemory = File.Exists(_container.OutOfMemoryFile) && ControlGroup.SaysOutOfMemory(File.ReadAllText(_container.OutOfMemoryFile)) };

    protected override Task RemoveRemainsAsync(CancellationToken cancellationToken) => _container.RemoveAsync(cancellationToken);

    protected override Measurement Measure() => _container.Group.Measure();

    protected override IReadOnlyDictionary<string, string> Attributes() => new Dictionary<string, string>
    {
        ["container_id"] = _container.Id,
        ["runtime"] = _container.Runtime,
        ["cgroup"] = OciSpec.ControlGroupPath(Task),
    };

    protected override IDriverExec Exec(ExecRequest request)
    {
        var pidFile = Path.Combine(Task.Paths.Control, string.Create(CultureInfo.InvariantCulture, $"exec-{Interlocked.Increment(ref _execs)}"));
        List<string> command = [.. _container.Command("exec"), "--pid-file", pidFile];
        if (request.Tty) command.Add("--tty");
        command.Add(_container.Id);
        command.AddRange(request.Command);
        var surroundings = new HostExecSurroundings("/", new Dictionary<string, string> { ["PATH"] = OciSpec.DefaultPath }, "");
        return new ContainedExec(HostExec.Start(command, surroundings, request), pidFile, Task.AllocationId.ToString());
    }

    /// <summary>A command inside: when it is disposed of, its process is ended too, not only the runtime that speaks for it.</summary>
    private sealed class ContainedExec(HostExec outer, string pidFile, string group) : IDriverExec
    {
        // What shells say of a command that there is not.
        private const int NotFound = 127;

        public Task<int> Exited { get; } = TellAsync(outer, pidFile);

        public IAsyncEnumerable<ExecOutput> ReadAsync(CancellationToken cancellationToken) => outer.ReadAsync(cancellationToken);

        public ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken) => outer.WriteAsync(data, cancellationToken);

        public ValueTask CloseInputAsync(CancellationToken cancellationToken) => outer.CloseInputAsync(cancellationToken);

        public ValueTask ResizeAsync(int columns, int rows, CancellationToken cancellationToken) => outer.ResizeAsync(columns, rows, cancellationToken);

        public async ValueTask DisposeAsync()
        {
            if (!Exited.IsCompleted && File.Exists(pidFile)
                && int.TryParse(File.ReadAllText(pidFile).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && ProcessTable.IsInGroup(pid, group))
                Libc.Kill(pid, 9);
            await outer.DisposeAsync().ConfigureAwait(false);
            await Exited.ConfigureAwait(false);
            File.Delete(pidFile);
        }

        /// <summary>A command that the runtime could not start left no process, only the runtime's own exit code.</summary>
        private static async Task<int> TellAsync(HostExec outer, string pidFile)
        {
            var code = await outer.Exited.ConfigureAwait(false);
            return File.Exists(pidFile) ? code : NotFound;
        }
    }
}
