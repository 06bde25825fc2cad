using System.Diagnostics;
using System.Text;

namespace Actors.Testing;

/// <summary>A <c>pbm</c> process as a user would start it, with its output kept.</summary>
public sealed class PbmProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private PbmProcess(Process process) => _process = process;

    /// <summary>All that it wrote so far, standard output and standard error as they came.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    /// <summary>It still runs.</summary>
    public bool Running => !_process.HasExited;

    /// <summary>Its process id.</summary>
    public int Id => _process.Id;

    /// <summary>Its resident memory now, in bytes.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Where the built <c>pbm.dll</c> lies: beside the test that asks.</summary>
    public static string Program => Path.Combine(AppContext.BaseDirectory, "pbm.dll");

    /// <summary>Starts it.</summary>
    public static PbmProcess Start(params string[] arguments) => Start(arguments, null);

    /// <summary>Starts it with further environment variables.</summary>
    public static PbmProcess Start(IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment) =>
        StartProgram("dotnet", ["exec", Program, .. arguments], environment);

    /// <summary>Starts a <c>pbm</c> that lies elsewhere.</summary>
    /// <param name="program">The program.</param>
    /// <param name="arguments">All that it is given.</param>
    /// <param name="environment">Further environment variables.</param>
    public static PbmProcess StartProgram(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;

        var process = new Process { StartInfo = start };
        var pbm = new PbmProcess(process);
        process.OutputDataReceived += (_, line) => pbm.Keep(line.Data);
        process.ErrorDataReceived += (_, line) => pbm.Keep(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.StandardInput.Close();
        return pbm;
    }

    /// <summary>Runs it to its end.</summary>
    /// <exception cref="TimeoutException">It did not end in time; it is killed.</exception>
    public static async Task<(int ExitCode, string Output)> RunAsync(IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, TimeSpan? within = null)
    {
        await using var pbm = Start(arguments, environment);
        var exitCode = await pbm.EndAsync(within ?? TimeSpan.FromSeconds(60));
        return (exitCode, pbm.Output);
    }

    /// <summary>Waits until it has ended of its own accord and all that it wrote is read.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="TimeoutException">It did not end in time.</exception>
    public async Task<int> EndAsync(TimeSpan within)
    {
        using var timeout = new CancellationTokenSource(within);
        try
        {
            await _process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"pbm {string.Join(' ', _process.StartInfo.ArgumentList)} did not end within {within.TotalSeconds:0} s; it wrote:\n{Output}");
        }

        return _process.ExitCode;
    }

    /// <summary>As <c>kill -9</c>: no goodbye. Only this process: what it started goes on.</summary>
    public async Task KillHardAsync()
    {
        _process.Kill(entireProcessTree: false);
        await _process.WaitForExitAsync();
    }

    /// <summary>As Ctrl-C in a service manager: SIGTERM, and waits for the end.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> StopAsync(TimeSpan? within = null)
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        using var timeout = new CancellationTokenSource(within ?? TimeSpan.FromSeconds(60));
        await _process.WaitForExitAsync(timeout.Token);
        return _process.ExitCode;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillHardAsync();
        _process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is null)
            return;

        lock (_output)
            _output.AppendLine(line);
    }
}
