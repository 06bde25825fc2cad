using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Actors.Cli.Agent;

/// <summary>
/// Writes the log in lines: time, level, who says it, what. One task writes, so that nobody who logs waits for a slow reader;
/// when the reader falls far behind, the oldest lines are dropped and their number is told.
/// </summary>
internal sealed class LineLoggerProvider : ILoggerProvider
{
    private const int Backlog = 16_384;
    private readonly ConcurrentDictionary<string, LineLogger> _loggers = new(StringComparer.Ordinal);
    private readonly Channel<string> _lines;
    private readonly Task _writer;
    private readonly TimeProvider _time;
    private long _dropped;

    /// <summary>A provider that writes there.</summary>
    public LineLoggerProvider(TextWriter output, TimeProvider time)
    {
        _time = time;
        _lines = Channel.CreateBounded<string>(new BoundedChannelOptions(Backlog) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true }, _ => Interlocked.Increment(ref _dropped));
        _writer = Task.Run(() => WriteAsync(output));
    }

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => _loggers.GetOrAdd(categoryName, name => new LineLogger(this, Short(name)));

    /// <inheritdoc/>
    public void Dispose()
    {
        _lines.Writer.TryComplete();
        _writer.Wait(TimeSpan.FromSeconds(2));
    }

    // "Actors.Server.RegionLog.RegionLogActor" says no more than "server.region_log_actor" would: the last two names are enough.
    private static string Short(string category)
    {
        if (category.StartsWith("akka:", StringComparison.Ordinal) || category.StartsWith('['))
            return category;
        var names = category.Split('.');
        return names.Length <= 2 ? category.ToLowerInvariant() : $"{names[1]}.{names[^1]}".ToLowerInvariant();
    }

    private async Task WriteAsync(TextWriter output)
    {
        await foreach (var line in _lines.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            try
            {
                if (Interlocked.Exchange(ref _dropped, 0) is var dropped and > 0)
                    await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{_time.GetUtcNow():yyyy-MM-dd'T'HH:mm:ss.fff'Z'} [WARN]  agent.log: {dropped} lines were dropped, because nobody read them")).ConfigureAwait(false);
                await output.WriteLineAsync(line).ConfigureAwait(false);
                if (!_lines.Reader.TryPeek(out _))
                    await output.FlushAsync().ConfigureAwait(false);
            }
            catch (IOException)
            {
                // Whoever read the log is gone; the agent goes on without.
                return;
            }
        }
    }

    private sealed class LineLogger(LineLoggerProvider provider, string name) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var text = new StringBuilder();
            text.Append(provider._time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)).Append(logLevel switch
            {
                LogLevel.Trace => " [TRACE] ",
                LogLevel.Debug => " [DEBUG] ",
                LogLevel.Information => " [INFO]  ",
                LogLevel.Warning => " [WARN]  ",
                _ => " [ERROR] ",
            }).Append(name).Append(": ").Append(OneLine(formatter(state, exception)));
            for (var inner = exception; inner is not null; inner = inner.InnerException)
                text.Append(": ").Append(inner.GetType().Name).Append(": ").Append(OneLine(inner.Message));

            // The stack is for whoever looks for a bug; on one line it would be for nobody.
            if (exception?.StackTrace is { } stack && logLevel >= LogLevel.Error)
                text.AppendLine().Append(stack);
            provider._lines.Writer.TryWrite(text.ToString());
        }

        private static string OneLine(string message) => message.Contains('\n') ? message.ReplaceLineEndings(" | ") : message;
    }
}
